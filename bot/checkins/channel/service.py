"""Channel check-ins: setting them up, counting who answered, restarting. Answers are never saved."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.checkins.channel.model import (
    MOST_OF_A_SERVER,
    ChannelCheckin,
    ListedCheckin,
    is_resting,
    next_at,
    time_after_timezone_update,
)
from bot.checkins.channel.outbox import (
    ChannelCheckinOutbox,
    find_channel_checkin,
    intent_key,
    record_sent,
    save,
    set_due,
    set_next,
)
from bot.delivery import outbox
from bot.errors import RefusalError, require_seen
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.scheduling.wall_time import is_zone
from bot.servers.days_off.lookup import days_off_of_guild
from bot.storage.database import Database, Statements

_EVERY_DAY = 0b1111111


class ChannelCheckins:
    """Changes channel check-ins and records answers, for moderators and members.

    Each has one due row: for the next one, or for deleting the one in view. `library` holds the keys of the
    catalogue's texts for channel check-ins.
    """

    def __init__(self, database: Database, clock: Clock, library: Sequence[str]) -> None:
        self._database = database
        self._clock = clock
        self.outbox = ChannelCheckinOutbox(database, clock, library)

    async def of_guild(self, guild_id: int) -> list[ChannelCheckin]:
        """Return the server's channel check-ins, oldest first."""
        return await self._database.read(partial(_of_guild, guild_id=guild_id))

    async def listed(self, guild_id: int) -> list[ListedCheckin]:
        """Return the server's channel check-ins with when the next comes, oldest first."""
        now = self._clock.now()

        async def work(statements: Statements) -> list[ListedCheckin]:
            days_off = await days_off_of_guild(statements, guild_id)
            found = await _of_guild(statements, guild_id)
            return [ListedCheckin(one, next_at(one, now, days_off)) for one in found]

        return await self._database.read(work)

    async def add(
        self, guild_id: int, channel_id: int, weekdays: int, local_minute: int, zone: str
    ) -> ChannelCheckin:
        """Set up weekly check-ins in a channel (`weekdays`: bit 0 is Monday).

        Raises RefusalError if the time zone is unknown, no day is chosen, the times exist already, or the
        server has too many.
        """
        if not is_zone(zone):
            raise RefusalError("unreadable.zone", typed=zone[:60])
        if not 0 < weekdays <= _EVERY_DAY:
            raise RefusalError("refusals.weekdays")
        now, wanted = self._clock.now(), (channel_id, weekdays, local_minute, zone)

        async def work(statements: Statements) -> ChannelCheckin:
            known = await _of_guild(statements, guild_id)
            if len(known) >= MOST_OF_A_SERVER:
                raise RefusalError("refusals.open_full", most=MOST_OF_A_SERVER)
            if wanted in ((one.channel_id, one.weekdays, one.local_minute, one.zone) for one in known):
                raise RefusalError("refusals.open_there")
            one = await statements.one(
                ChannelCheckin,
                "add_channel_checkin",
                guild_id=guild_id,
                channel_id=channel_id,
                weekdays=weekdays,
                local_minute=local_minute,
                zone=zone,
            )
            if one is None:
                raise RefusalError("refusals.open_gone")
            await set_next(statements, one, now)
            return one

        return await self._database.write(work)

    async def remove(
        self, guild_id: int, channel_checkin_id: int, *, seen: int | None = None
    ) -> ChannelCheckin:
        """Remove a channel check-in and the record of who answered it.

        Raises RefusalError if the server does not have it, StaleError if it changed since a moderator was
        asked; `seen` is the fingerprint of what they were asked about.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> ChannelCheckin:
            one = await find_channel_checkin(statements, channel_checkin_id)
            if one is None or one.guild_id != guild_id:
                raise RefusalError("refusals.open_removed")
            days_off = await days_off_of_guild(statements, guild_id)
            listed = ListedCheckin(one, next_at(one, now, days_off))
            require_seen(seen, listed.fingerprint, "setup.open.stale")
            for kind in (DueKind.CHANNEL_CHECKIN, DueKind.CHANNEL_CHECKIN_END):
                await due_queue.cancel(statements, kind, channel_checkin_id)
            await outbox.finish(statements, intent_key(channel_checkin_id))
            await statements.run("remove_channel_checkin", channel_checkin_id=channel_checkin_id)
            return one

        removed = await self._database.write(work)
        await self._database.truncate_wal()
        return removed

    async def begin_again(self, guild_id: int) -> int:
        """Restart the server's channel check-ins that stopped because nobody tapped; return how many."""
        now = self._clock.now()

        async def work(statements: Statements) -> int:
            resting = [one for one in await _of_guild(statements, guild_id) if is_resting(one)]
            for one in resting:
                begun = replace(one, unanswered=0)
                await save(statements, begun)
                await set_next(statements, begun, now)
            return len(resting)

        return await self._database.write(work)

    async def note_answered(
        self,
        guild_id: int,
        channel_checkin_id: int,
        number: int,
        channel_id: int,
        message_id: int,
        member_id: int,
    ) -> None:
        """Record once that a member answered check-in `number`; which answer it was is not recorded.

        The tap also proves that the check-in was sent, in case that is not recorded yet.

        Raises RefusalError if the check-in is no longer in view, or belongs to another server.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            one = await find_channel_checkin(statements, channel_checkin_id)
            if one is None or one.guild_id != guild_id or one.channel_id != channel_id:
                raise RefusalError("refusals.open_gone")
            if one.message_id is None and number == one.number:
                one = await record_sent(statements, one, message_id, number, now)
            if one.message_id != message_id:
                raise RefusalError("refusals.open_gone")
            who = {"channel_checkin_id": channel_checkin_id, "member_id": member_id}
            await statements.run("add_channel_checkin_answer", **who, guild_id=guild_id)
            await save(statements, replace(one, unanswered=0))

        await self._database.write(work)

    async def apply_timezone_update(self) -> None:
        """Reschedule every future channel check-in to its local time by the time zones' current rules."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            for one in await statements.all(ChannelCheckin, "all_channel_checkins"):
                was_due = await due_queue.find(statements, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id)
                if one.message_id is not None or was_due is None or was_due <= now:
                    continue
                days_off = await days_off_of_guild(statements, one.guild_id)
                at = time_after_timezone_update(one, was_due, now, days_off)
                if at is not None:
                    await set_due(statements, one, at)

        await self._database.write(work)


async def _of_guild(statements: Statements, guild_id: int) -> list[ChannelCheckin]:
    return await statements.all(ChannelCheckin, "channel_checkins_of_guild", guild_id=guild_id)
