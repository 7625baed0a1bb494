"""Two ways to run a member's check-ins for a year: the rules alone, or the services on a database."""

import asyncio
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.checkins.personal.cadence import (
    Cadence,
    after_change,
    after_return,
    after_sending,
    after_tap,
    comes_at_once,
    may_come,
    next_after_member_action,
    next_at,
    out_of_view,
)
from bot.checkins.times import CheckinTimes
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services

_DM_CHANNEL = 7
_DAY = timedelta(days=1)


class StillClock:
    """A clock that shows the time it is set to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self.moment

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        """Raise an error: no worker runs here, so nothing may sleep."""
        raise NotImplementedError(when, wake, busy)


class Side(Protocol):
    """Runs a member's check-ins for a year. Each method is one step, at a given moment."""

    async def agree(self, times: CheckinTimes, now: datetime) -> bool:
        """Agree to these times, or change to them; return whether a check-in comes at once."""
        ...

    async def due(self) -> datetime | None:
        """Return when the next check-in is due."""
        ...

    async def come(self, occurs_at: datetime | None, message: int, now: datetime) -> int | None:
        """Send the check-in that was due at `occurs_at` (None: at once), unless it may not be sent.

        Returns the message that was deleted before it, 0 if there was none, or None if no check-in was
        sent.
        """
        ...

    async def tap(self, message: int, now: datetime) -> None:
        """Tap a check-in."""
        ...

    async def pause(self, days: int, now: datetime) -> datetime:
        """Pause for some days; return when the pause ends."""
        ...

    async def come_back(self, now: datetime) -> None:
        """Resume check-ins."""
        ...

    async def stop(self, now: datetime) -> None:
        """Turn check-ins off."""
        ...


class RulesSide:
    """The pure rules, in the order in which the service applies them."""

    def __init__(self, member_id: int, guild_id: int) -> None:
        self._who = (member_id, guild_id)
        self._cadence: Cadence | None = None
        self._due: datetime | None = None

    async def agree(self, times: CheckinTimes, now: datetime) -> bool:
        """See `Side`."""
        if self._cadence is None:
            self._cadence = _fresh(*self._who, times)
        else:
            self._cadence = after_change(self._cadence, times)
        self._due = next_at(self._cadence, now)
        return comes_at_once(self._cadence, now)

    async def due(self) -> datetime | None:
        """See `Side`."""
        return self._due

    async def come(self, occurs_at: datetime | None, message: int, now: datetime) -> int | None:
        """See `Side`."""
        cadence = self._cadence
        if cadence is None or (occurs_at is not None and not may_come(cadence, occurs_at, now)):
            self._due = next_at(cadence, now) if cadence else None
            return None
        self._cadence = after_sending(cadence, message, now)
        self._due = next_at(self._cadence, now)
        return cadence.prompt_message_id or 0

    async def tap(self, message: int, now: datetime) -> None:
        """See `Side`."""
        if self._cadence is not None:
            self._change(after_tap(self._cadence, message), now)
            if self._cadence.prompt_message_id == message:
                self._cadence = out_of_view(self._cadence)

    async def pause(self, days: int, now: datetime) -> datetime:
        """See `Side`."""
        until = now + days * _DAY
        if self._cadence is not None:
            self._change(replace(self._cadence, paused_until=until), now)
        return until

    async def come_back(self, now: datetime) -> None:
        """See `Side`."""
        if self._cadence is not None:
            self._change(after_return(self._cadence), now)

    async def stop(self, now: datetime) -> None:
        """See `Side`."""
        del now
        self._cadence = self._due = None

    def _change(self, cadence: Cadence, now: datetime) -> None:
        self._cadence = cadence
        self._due = next_after_member_action(cadence, self._due, now)


class ServicesSide:
    """The services, on a real file."""

    def __init__(self, services: Services, clock: StillClock, member_id: int, guild_id: int) -> None:
        self._services = services
        self._checkins = services.checkins
        self._clock = clock
        self._who = (member_id, guild_id)
        self._cadence_id = 0

    async def agree(self, times: CheckinTimes, now: datetime) -> bool:
        """See `Side`."""
        self._clock.moment = now
        version = VERSIONS[Purpose.CHECKINS]
        begun = await self._checkins.begin(*self._who, _DM_CHANNEL, times, version, sound=False)
        self._cadence_id = begun.cadence.cadence_id
        return begun.first is not None

    async def due(self) -> datetime | None:
        """See `Side`."""
        return await self._checkins.next_at(self._cadence_id)

    async def come(self, occurs_at: datetime | None, message: int, now: datetime) -> int | None:
        """See `Side`."""
        self._clock.moment = now
        cadence = await self._checkins.find(*self._who)
        if occurs_at is not None:
            checkin = await self._checkins.outbox.prepare(Due(DueKind.CHECKIN, self._cadence_id, occurs_at))
            cadence = checkin.cadence if checkin else None
        if cadence is None:
            return None
        await self._checkins.outbox.note_sent(cadence.cadence_id, message, cadence.number)
        return cadence.prompt_message_id or 0

    async def tap(self, message: int, now: datetime) -> None:
        """See `Side`."""
        self._clock.moment = now
        await self._checkins.note_answered(self._cadence_id, self._who[0], message)
        await self._checkins.outbox.forget_prompt(self._cadence_id, message)

    async def pause(self, days: int, now: datetime) -> datetime:
        """See `Side`."""
        self._clock.moment = now
        return await self._checkins.pause(self._who[0], days) or now

    async def come_back(self, now: datetime) -> None:
        """See `Side`."""
        self._clock.moment = now
        await self._checkins.resume(self._who[0])

    async def stop(self, now: datetime) -> None:
        """See `Side`."""
        self._clock.moment = now
        await self._services.consents.turn_off(*self._who, Purpose.CHECKINS)


def _fresh(member_id: int, guild_id: int, times: CheckinTimes) -> Cadence:
    return Cadence(
        cadence_id=member_id,
        member_id=member_id,
        guild_id=guild_id,
        dm_channel_id=_DM_CHANNEL,
        **asdict(times),
        sound=False,
        unanswered=0,
        sent=0,
        last_sent_on=None,
        sent_in_week=0,
        texts_sent="",
        prompt_message_id=None,
        paused_until=None,
        dms_closed=False,
    )
