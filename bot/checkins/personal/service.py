"""Personal check-ins: members agree to them, answer, change, pause and resume them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial

from bot.checkins.personal.cadence import (
    Cadence,
    Preview,
    after_change,
    after_return,
    after_tap,
    comes_at_once,
    delivery_at,
    is_first_at_once,
    is_first_tap,
    next_at,
    reason_to_refuse,
    spread_key,
)
from bot.checkins.personal.dm_openings import CheckinDmOpenings
from bot.checkins.personal.outbox import (
    CheckinOutbox,
    begin_sending,
    find_due,
    purposes_of,
    record_sent,
    save,
    save_and_reschedule,
    set_dm_opening,
    set_due,
)
from bot.checkins.personal.overview import (
    Begun,
    CheckinOverview,
    build_overview,
    cadences_of,
    find_of_member,
    get_own,
)
from bot.checkins.times import CheckinTimes, next_checkin
from bot.errors import RefusalError
from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consents import require_version, save_consent
from bot.scheduling.clock import Clock
from bot.scheduling.dm_slots import DmSlots
from bot.scheduling.pauses import pause_end
from bot.scheduling.wall_time import iso_week
from bot.storage.database import Database, Statements

_NO_ZONE = "UTC"


class Checkins:
    """What members can do with their check-ins. Answers are never saved.

    `library` holds the keys of the catalogue's texts for check-ins.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        library: Sequence[str],
        dm_slots: DmSlots,
    ) -> None:
        self._database = database
        self._clock = clock
        self._library = library
        self.outbox = CheckinOutbox(database, clock, library, dm_slots)
        self.dm_openings = CheckinDmOpenings(database, clock, dm_slots, library)

    async def find(self, member_id: int, guild_id: int) -> Cadence | None:
        """Return the member's check-ins in a server, or None."""
        return await self._database.read(partial(find_of_member, member_id=member_id, guild_id=guild_id))

    async def find_overview(self, member_id: int, guild_id: int) -> CheckinOverview | None:
        """Return the member's check-ins in a server as panels show them, or None."""

        async def work(statements: Statements) -> CheckinOverview | None:
            cadence = await find_of_member(statements, member_id, guild_id)
            return None if cadence is None else await build_overview(statements, cadence)

        return await self._database.read(work)

    async def of_member(self, member_id: int) -> list[Cadence]:
        """Return the member's check-ins in every server."""
        return await self._database.read(partial(cadences_of, member_id=member_id))

    async def get(self, cadence_id: int, member_id: int) -> Cadence:
        """Return the member's own check-ins.

        Raises RefusalError if they were turned off, or are another member's.
        """
        return await self._database.read(partial(get_own, cadence_id=cadence_id, member_id=member_id))

    async def get_overview(self, cadence_id: int, member_id: int) -> CheckinOverview:
        """Return the member's own check-ins as panels show them. Raises RefusalError as `get` does."""

        async def work(statements: Statements) -> CheckinOverview:
            return await build_overview(statements, await get_own(statements, cadence_id, member_id))

        return await self._database.read(work)

    async def preview(
        self, member_id: int, guild_id: int, times: CheckinTimes
    ) -> tuple[Preview, Cadence | None]:
        """Return when check-ins would come with `times`, and the check-ins that the member has already.

        Nothing is saved. Raises RefusalError for times that are not possible.
        """
        now = self._clock.now()
        _check(times, now)
        known = await self.find(member_id, guild_id)
        if known is not None:
            changed = after_change(known, times)
            return Preview(comes_at_once(changed, now), next_at(changed, now)), known
        at_once = is_first_at_once(times, 0, now)
        last = delivery_at(now, times, None) if at_once else None
        key = spread_key(member_id, guild_id)
        return Preview(at_once, next_checkin(times, key, now, last=last)), None

    def check(self, times: CheckinTimes, version: int) -> None:
        """Raise RefusalError for times that are not possible, or a text that changed since `version`."""
        _check(times, self._clock.now())
        require_version(Purpose.CHECKINS, version)

    async def begin(  # noqa: PLR0913 - one argument a choice
        self,
        member_id: int,
        guild_id: int,
        dm_channel_id: int,
        times: CheckinTimes,
        version: int,
        *,
        sound: bool,
        thread_id: int | None = None,
        opens_at: datetime | None = None,
        locale: str | None = None,
    ) -> Begun:
        """Save the member's consent and times, or changed times, and begin to send a first one that is due.

        `dm_channel_id` is 0 while the member's direct messages are not open; `opens_at` is the slot in
        which they will be. `locale` is the member's language, in which check-ins come.

        Raises RefusalError as `check` does.
        """
        now = self._clock.now()
        _check(times, now)
        where = {"dm_channel_id": dm_channel_id, "thread_id": thread_id}
        chosen = {**asdict(times), **where, "sound": sound, "locale": locale}

        async def work(statements: Statements) -> Begun:
            who = {"member_id": member_id, "guild_id": guild_id}
            await save_consent(statements, **who, purpose=Purpose.CHECKINS, version=version, now=now)
            cadence = await statements.one(Cadence, "add_cadence", **who, **chosen)
            if cadence is None:
                raise RefusalError("refusals.checkins_gone")
            following = next_at(cadence, now)
            await set_due(statements, cadence, following)
            if opens_at is not None:
                await set_dm_opening(statements, cadence, opens_at)
            # One comes at once, too, where the first could not be sent before.
            if not cadence.channel_id or not comes_at_once(cadence, now):
                return Begun(cadence, None, following)
            first = await begin_sending(statements, cadence, now, self._library)
            return Begun(cadence, first, following)

        return await self._database.write(work)

    async def leave_thread(
        self, cadence_id: int, member_id: int, dm_channel_id: int, opens_at: datetime | None
    ) -> CheckinOverview:
        """Send future check-ins by direct message instead of in a thread.

        `dm_channel_id` and `opens_at` are as in `begin`. Raises RefusalError as `get` does.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> CheckinOverview:
            cadence = await get_own(statements, cadence_id, member_id)
            await statements.run("use_direct_messages", cadence_id=cadence_id, dm_channel_id=dm_channel_id)
            moved = replace(cadence, dm_channel_id=dm_channel_id, thread_id=None, dms_closed=False)
            await set_due(statements, moved, next_at(moved, now))
            if opens_at is not None:
                await set_dm_opening(statements, moved, opens_at)
            return await build_overview(statements, moved)

        return await self._database.write(work)

    async def agree_again(
        self, member_id: int, guild_id: int, version: int, locale: str | None = None
    ) -> Consent:
        """Save a consent to the changed text, and return it: check-ins continue at the times chosen before.

        From now on they come in the language of `locale`. Raises RefusalError if the member has no
        check-ins, or the text has changed again.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Consent:
            cadence = await find_of_member(statements, member_id, guild_id)
            if cadence is None:
                raise RefusalError("refusals.checkins_gone")
            await save(statements, replace(cadence, locale=locale or cadence.locale))
            await set_due(statements, cadence, next_at(cadence, now))
            return await save_consent(statements, member_id, guild_id, Purpose.CHECKINS, version, now)

        return await self._database.write(work)

    async def note_answered(
        self, cadence_id: int, member_id: int, message_id: int, number: int = 0, locale: str | None = None
    ) -> tuple[Cadence, bool]:
        """Record a tap on check-in `number`, whatever the answer: the chosen frequency applies again.

        A tap on a check-in that is not recorded as sent proves that it was. A tap on an old check-in
        does not count for the newest. From now on check-ins come in the language of `locale`. Returns the
        cadence, and whether the member saves weekly counts, in which each counts once.

        Raises RefusalError as `get` does.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> tuple[Cadence, bool]:
            cadence = await get_own(statements, cadence_id, member_id)
            if number == cadence.number:
                library = self._library
                cadence = await record_sent(statements, cadence, message_id, number, None, now, library)
                await set_due(statements, cadence, next_at(cadence, now))
            tapped = replace(after_tap(cadence, message_id), locale=locale or cadence.locale)
            await save_and_reschedule(statements, tapped, now)
            is_counted = Purpose.WEEKLY_COUNTS in await purposes_of(statements, cadence)
            if is_counted and is_first_tap(cadence, message_id):
                who = {"member_id": member_id, "guild_id": cadence.guild_id}
                await statements.run("count_checkin", **who, week=iso_week(now, cadence.zone))
            return cadence, is_counted

        return await self._database.write(work)

    async def halve_per_week(self, cadence_id: int, member_id: int) -> CheckinOverview:
        """Halve the number of check-ins a week, to one at least.

        Raises RefusalError if it is one already.
        """
        now, seen = self._clock.now(), await self.get(cadence_id, member_id)
        if seen.per_week == 1:
            raise RefusalError("refusals.once_a_week")

        async def work(statements: Statements) -> CheckinOverview:
            cadence = await get_own(statements, cadence_id, member_id)
            # By what was seen: two taps at once halve it once.
            fewer = replace(cadence, per_week=min(cadence.per_week, seen.per_week // 2))
            await save_and_reschedule(statements, fewer, now)
            return await build_overview(statements, fewer)

        return await self._database.write(work)

    async def pause(self, member_id: int, days: int | None) -> datetime | None:
        """Send the member nothing for `days`, or (None) until they resume; return until when.

        Returns None, and saves nothing, for a member who has no check-ins.
        """
        until = pause_end(days, self._clock.now())
        cadences = await self._change_all(member_id, lambda each: replace(each, paused_until=until))
        return until if cadences else None

    async def zone_of(self, member_id: int) -> str:
        """Return the time zone of the member's check-ins, those of any server; UTC if they have none."""

        async def work(statements: Statements) -> list[Cadence]:
            return await statements.all(Cadence, "cadences_of_member", member_id=member_id)

        cadences = await self._database.read(work)
        return cadences[0].times.zone if cadences else _NO_ZONE

    async def resume(self, member_id: int) -> list[Cadence]:
        """Start paused and stopped check-ins again in every server; return them as they were before."""
        return await self._change_all(member_id, after_return)

    async def next_at(self, cadence_id: int) -> datetime | None:
        """Return when the next check-in comes, or None."""
        return await self._database.read(partial(find_due, cadence_id=cadence_id))

    async def _change_all(self, member_id: int, change: Callable[[Cadence], Cadence]) -> list[Cadence]:
        """Change a member's check-ins in every server; return them as they were."""
        now = self._clock.now()

        async def work(statements: Statements) -> list[Cadence]:
            cadences = await cadences_of(statements, member_id)
            for cadence in cadences:
                await save_and_reschedule(statements, change(cadence), now)
            return cadences

        return await self._database.write(work)


def _check(times: CheckinTimes, now: datetime) -> None:
    if (reason := reason_to_refuse(times, now)) is not None:
        raise RefusalError(reason)
