"""Personal check-ins: agreed to, delivered, answered, eased, rested."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from bot.checkins.cadence.model import Times
from bot.checkins.cadence.rules import next_checkin
from bot.checkins.personal.model import Cadence, Preview, spread_key
from bot.checkins.personal.outbox import CheckinOutbox, checkin_key
from bot.checkins.personal.rules import (
    UNTIL_RESUMED,
    after_change,
    after_return,
    after_sending,
    after_tap,
    carried_over,
    comes_at_once,
    counted,
    is_first_at_once,
    is_first_tap,
    may_come,
    next_at,
    out_of_view,
    refusal,
)
from bot.checkins.personal.writes import due_at, own, purposes_of, save, save_deed, save_due, set_due
from bot.delivery import outbox
from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consents import save_consent
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import is_zone, iso_week
from bot.storage.database import Database

_LONGEST_PAUSE_DAYS = 365
_CARRIED_AT_ONCE = 200  # check-ins in one write


class Checkins:
    """Everything about personal check-ins. An answer is never stored."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.outbox = CheckinOutbox(database, clock)

    async def find(self, member_id: int, guild_id: int) -> Cadence | None:
        """Return the member's check-ins in a server, or None."""
        return await self._database.legacy_read.one(
            Cadence, "cadence_of_member", member_id=member_id, guild_id=guild_id
        )

    async def get(self, cadence_id: int, member_id: int) -> Cadence:
        """Return the member's own check-ins by their number.

        Raises RefusalError once they are gone, or where they are somebody else's.
        """
        cadence = await self._database.legacy_read.one(Cadence, "get_cadence", cadence_id=cadence_id)
        return own(cadence, member_id)

    async def look_up(self, cadence_id: int) -> Cadence | None:
        """Return anybody's check-ins by their number, for acting on what is due."""
        return await self._database.legacy_read.one(Cadence, "get_cadence", cadence_id=cadence_id)

    async def preview(self, member_id: int, guild_id: int, times: Times) -> Preview:
        """Return what would follow from agreeing to `times` now; nothing is kept.

        Raises RefusalError for times that cannot be.
        """
        now = self._clock.now()
        _check(times, now)
        known = await self.find(member_id, guild_id)
        if known is not None:
            known = after_change(known, times)
            return Preview(comes_at_once(known, now), next_at(known, now))
        at_once = is_first_at_once(times, 0, now)
        came = counted(None, times, now) if at_once else None
        return Preview(at_once, next_checkin(times, spread_key(member_id, guild_id), now, came=came))

    async def begin(
        self,
        member_id: int,
        guild_id: int,
        dm_channel_id: int,
        times: Times,
        version: int,
        *,
        sound: bool,
        thread_id: int | None = None,
    ) -> Cadence:
        """Keep the member's yes and their times, or change the times of check-ins they have.

        Raises RefusalError for times that cannot be, or a text of consent that is no longer in force.
        """
        now = self._clock.now()
        _check(times, now)
        async with self._database.legacy_write() as tx:
            who = {"member_id": member_id, "guild_id": guild_id}
            await save_consent(tx, **who, purpose=Purpose.CHECKINS, version=version, now=self._clock.now())
            cadence = await tx.one(
                Cadence,
                "add_cadence",
                **who,
                **asdict(times),
                dm_channel_id=dm_channel_id,
                thread_id=thread_id,
                sound=sound,
            )
            if cadence is None:
                raise RefusalError("refusals.checkins_gone")
            await set_due(tx, cadence, next_at(cadence, now))
        return cadence

    async def leave_thread(self, cadence_id: int, member_id: int, dm_channel_id: int) -> Cadence:
        """Let check-ins come by direct message, where they came in a thread.

        Raises RefusalError as `get` does.
        """
        async with self._database.legacy_write() as tx:
            cadence = own(await tx.one(Cadence, "get_cadence", cadence_id=cadence_id), member_id)
            await tx.run("use_direct_messages", cadence_id=cadence_id, dm_channel_id=dm_channel_id)
            moved = replace(cadence, dm_channel_id=dm_channel_id, thread_id=None, dms_closed=False)
            await set_due(tx, moved, next_at(moved, self._clock.now()))
        return moved

    async def agree_again(self, member_id: int, guild_id: int, version: int) -> None:
        """Keep a yes to a changed text: check-ins go on as they were chosen.

        Raises RefusalError where there are none, or another text is in force.
        """
        async with self._database.legacy_write() as tx:
            who = {"member_id": member_id, "guild_id": guild_id}
            cadence = await tx.one(Cadence, "cadence_of_member", **who)
            if cadence is None:
                raise RefusalError("refusals.checkins_gone")
            await save_consent(tx, **who, purpose=Purpose.CHECKINS, version=version, now=self._clock.now())
            await set_due(tx, cadence, next_at(cadence, self._clock.now()))

    async def prepare(self, due: Due) -> Cadence | None:
        """Return the check-ins to deliver from, or None where nothing is to be sent now.

        Late ones are skipped without a word, and so is whatever a pause covers, or a delay would bring
        outside the window.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            cadence = await tx.one(Cadence, "get_cadence", cadence_id=due.subject_id)
            if cadence is None or Purpose.CHECKINS not in await purposes_of(tx, cadence):
                await due_queue.cancel(tx, DueKind.CHECKIN, due.subject_id)
                return None
            if not await due_queue.is_current(tx, due):
                return None  # it came, as a tap told, or was moved since it was claimed
            if not may_come(cadence, due.occurs_at, now):
                await set_due(tx, cadence, next_at(cadence, now))
                return None
            return cadence

    async def forget_prompt(self, cadence_id: int, message_id: int) -> None:
        """Note that a check-in is not in view any more: it was taken away, or shows its answer."""
        async with self._database.legacy_write() as tx:
            cadence = await tx.one(Cadence, "get_cadence", cadence_id=cadence_id)
            if cadence is not None and cadence.prompt_message_id == message_id:
                await save(tx, out_of_view(cadence))

    async def note_sent(
        self, cadence_id: int, message_id: int, sent: int, texts_sent: str | None = None
    ) -> bool:
        """Note the check-in that was just sent, the `sent`-th; saying it again changes nothing.

        `texts_sent` is which words came so far, if they are others than before. Returns whether the member
        has check-ins still. From two in a row without a tap they come half as often; the fourth is followed
        by none.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            cadence = await tx.one(Cadence, "get_cadence", cadence_id=cadence_id)
            if cadence is None or cadence.sent >= sent:
                return cadence is not None
            await outbox.finish(tx, checkin_key(cadence_id))
            changed = after_sending(replace(cadence, sent=sent - 1), message_id, now)
            if texts_sent is not None:
                changed = replace(changed, texts_sent=texts_sent)
            await save_due(tx, changed, now)
        return True

    async def note_skipped(self, cadence_id: int) -> None:
        """Wait for the next one: this one could not be sent."""
        async with self._database.legacy_write() as tx:
            await outbox.finish(tx, checkin_key(cadence_id))
            cadence = await tx.one(Cadence, "get_cadence", cadence_id=cadence_id)
            if cadence is not None:
                await set_due(tx, cadence, next_at(cadence, self._clock.now()))

    async def note_closed(self, cadence_id: int) -> None:
        """Stop delivering: Discord said that it cannot. Shown in /me; never retried blindly."""
        async with self._database.legacy_write() as tx:
            await outbox.finish(tx, checkin_key(cadence_id))
            cadence = await tx.one(Cadence, "get_cadence", cadence_id=cadence_id)
            if cadence is not None:
                await save_due(tx, replace(cadence, dms_closed=True), self._clock.now())

    async def note_answered(self, cadence_id: int, member_id: int, message_id: int) -> bool:
        """Take any tap for what it is: somebody is there. The answer itself is not even looked at.

        The chosen cadence is back in force, also after a tap on an old one, which leaves the newest as it
        is. The one in view is to be forgotten once its answer is shown. Returns whether the member keeps
        weekly counts, where each check-in counts once. Raises RefusalError as `get` does.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            found = await tx.one(Cadence, "get_cadence", cadence_id=cadence_id)
            cadence = own(found, member_id)
            await save_deed(tx, after_tap(cadence, message_id), now)
            is_counted = Purpose.WEEKLY_COUNTS in await purposes_of(tx, cadence)
            if is_counted and is_first_tap(cadence, message_id):
                await tx.run(
                    "count_checkin",
                    member_id=member_id,
                    guild_id=cadence.guild_id,
                    week=iso_week(now, cadence.zone),
                )
        return is_counted

    async def come_less_often(self, cadence_id: int, member_id: int) -> Cadence:
        """Halve how many a week come, down to one. Raises RefusalError if that is so already."""
        seen = await self.get(cadence_id, member_id)
        if seen.per_week == 1:
            raise RefusalError("refusals.once_a_week")
        async with self._database.legacy_write() as tx:
            cadence = await tx.one(Cadence, "get_cadence", cadence_id=cadence_id)
            if cadence is None:
                raise RefusalError("refusals.checkins_gone")
            fewer = replace(cadence, per_week=min(cadence.per_week, seen.per_week // 2))
            await save_deed(tx, fewer, self._clock.now())
        return fewer

    async def pause(self, member_id: int, days: int | None) -> datetime | None:
        """Let nothing reach the member for `days`, or (None) until they return; return until when.

        Returns None where nothing was set to reach them, and stores nothing then.
        """
        if days is not None and not 1 <= days <= _LONGEST_PAUSE_DAYS:
            raise RefusalError("refusals.pause_days", most=_LONGEST_PAUSE_DAYS)
        now = self._clock.now()
        until = UNTIL_RESUMED if days is None else now + timedelta(days=days)
        async with self._database.legacy_write() as tx:
            cadences = await tx.all(Cadence, "cadences_of_member", member_id=member_id)
            for cadence in cadences:
                await save_deed(tx, replace(cadence, paused_until=until), now)
        return until if cadences else None

    async def resume(self, member_id: int) -> list[Cadence]:
        """End pause and rest: the chosen cadence is back, in every server. Returns them as they were."""
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            cadences = await tx.all(Cadence, "cadences_of_member", member_id=member_id)
            for cadence in cadences:
                await save_deed(tx, after_return(cadence), now)
        return cadences

    async def next_at(self, cadence_id: int) -> datetime | None:
        """Return when the next check-in comes, or None."""
        return await due_at(self._database.legacy_read, cadence_id)

    async def carry_over(self) -> None:
        """Let every check-in that is ahead be at its local time by the zones' rules as they are now."""
        now, beyond = self._clock.now(), 0
        while True:
            async with self._database.legacy_write() as tx:
                ahead = await tx.all(
                    Cadence, "cadences_due_later", now=now, beyond=beyond, most=_CARRIED_AT_ONCE
                )
                for cadence in ahead:
                    was_due = await due_at(tx, cadence.cadence_id)
                    at = carried_over(cadence, was_due or now, now)
                    if at != was_due:
                        await set_due(tx, cadence, at)
            if not ahead:
                break
            beyond = ahead[-1].cadence_id


def _check(times: Times, now: datetime) -> None:
    if not is_zone(times.zone):
        raise RefusalError("refusals.times")
    place = refusal(times, now)
    if place is not None:
        raise RefusalError(place)
