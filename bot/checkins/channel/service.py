"""Open check-ins: set up, sent, tapped, gone again, resting. What somebody answered is never stored."""

from dataclasses import replace
from datetime import datetime

from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.channel.rules import IN_VIEW, MOST_OPEN, is_planned, is_resting, next_at
from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Problem
from bot.errors import RefusalError
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.recurrence import after_timezone_update
from bot.scheduling.wall_time import find_zone, is_late
from bot.storage.database import Database, Statements

_EVERY_DAY = 0b1111111


class ChannelCheckins:
    """Everything about open check-ins. One due row each: the next to come, or the one in view to go."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_guild(self, guild_id: int) -> list[ChannelCheckin]:
        """Return the server's open check-ins, oldest first."""
        return await self._database.legacy_read.all(
            ChannelCheckin, "channel_checkins_of_guild", guild_id=guild_id
        )

    def next_at(self, one: ChannelCheckin) -> datetime | None:
        """Return when the next comes, or None while it rests."""
        return next_at(one, self._clock.now())

    async def add(
        self, guild_id: int, channel_id: int, weekdays: int, local_minute: int, zone: str
    ) -> ChannelCheckin:
        """Let check-ins come to a channel weekly (`weekdays`: bit 0 is Monday).

        Raises RefusalError for an unknown zone, no day, a time that is there, or one too many.
        """
        found = find_zone(zone)
        if found is None:
            raise RefusalError("refusals.zone_unknown", typed=zone[:60])
        if not 0 < weekdays <= _EVERY_DAY:
            raise RefusalError("refusals.weekdays")
        async with self._database.legacy_write() as tx:
            known = await tx.all(ChannelCheckin, "channel_checkins_of_guild", guild_id=guild_id)
            if len(known) >= MOST_OPEN:
                raise RefusalError("refusals.open_full", most=MOST_OPEN)
            wanted = (channel_id, weekdays, local_minute, found)
            if wanted in ((one.channel_id, one.weekdays, one.local_minute, one.zone) for one in known):
                raise RefusalError("refusals.open_there")
            one = await tx.one(
                ChannelCheckin,
                "add_channel_checkin",
                guild_id=guild_id,
                channel_id=channel_id,
                weekdays=weekdays,
                local_minute=local_minute,
                zone=found,
            )
            if one is None:
                raise RefusalError("refusals.open_gone")
            await self._set_due(tx, one)
        return one

    async def remove(self, guild_id: int, channel_checkin_id: int) -> ChannelCheckin:
        """Remove one, with who stopped by. Raises RefusalError if the server has none such."""
        async with self._database.legacy_write() as tx:
            one = await self._get(tx, guild_id, channel_checkin_id, "refusals.open_removed")
            await due_queue.cancel(tx, DueKind.CHANNEL_CHECKIN, channel_checkin_id)
            await outbox.finish(tx, _key(channel_checkin_id))
            await tx.run("remove_channel_checkin", channel_checkin_id=channel_checkin_id)
        await self._database.truncate_wal()
        return one

    async def begin_again(self, guild_id: int) -> None:
        """Let those of the server that rest come again."""
        async with self._database.legacy_write() as tx:
            known = await tx.all(ChannelCheckin, "channel_checkins_of_guild", guild_id=guild_id)
            for one in filter(is_resting, known):
                begun = replace(one, unanswered=0)
                await self._save(tx, begun)
                await self._set_due(tx, begun)

    async def look_up(self, channel_checkin_id: int) -> ChannelCheckin | None:
        """Return one by its number, for acting on what is due."""
        return await self._database.legacy_read.one(
            ChannelCheckin, "get_channel_checkin", channel_checkin_id=channel_checkin_id
        )

    async def prepare(self, due: Due) -> ChannelCheckin | None:
        """Return what to act on, the one in view to take away or the next to send; None for neither.

        Late ones are skipped without a word.
        """
        async with self._database.legacy_write() as tx:
            one = await tx.one(ChannelCheckin, "get_channel_checkin", channel_checkin_id=due.subject_id)
            if one is None or is_resting(one):
                await due_queue.cancel(tx, DueKind.CHANNEL_CHECKIN, due.subject_id)
                return None
            if not await due_queue.is_current(tx, due):
                return None  # it came, as a tap told, since this was claimed
            is_on_time = not is_late(due.occurs_at, self._clock.now()) and is_planned(one, due.occurs_at)
            if one.message_id is None and not is_on_time:
                await self._set_due(tx, one)
                return None
            return one

    async def note_sent(self, channel_checkin_id: int, message_id: int, sent: int) -> bool:
        """Note the one that was just sent, the `sent`-th; saying it again changes nothing.

        Returns whether it is there still.
        """
        async with self._database.legacy_write() as tx:
            one = await tx.one(ChannelCheckin, "get_channel_checkin", channel_checkin_id=channel_checkin_id)
            if one is not None and one.sent < sent:
                await self._note_sent(tx, one, message_id, sent)
        return one is not None

    async def find_intent(self, channel_checkin_id: int) -> Intent | None:
        """Return the open intent of one that may be in its channel, or None."""
        return await outbox.find(self._database.legacy_read, _key(channel_checkin_id))

    async def begin_sending(self, one: ChannelCheckin) -> Intent | None:
        """Record that the next is going to be sent; None where it came since `one` was read."""
        number = one.channel_checkin_id
        async with self._database.legacy_write() as tx:
            current = await tx.one(ChannelCheckin, "get_channel_checkin", channel_checkin_id=number)
            if current is None or current.turn != one.turn or current.message_id is not None:
                return None
            return await outbox.begin(tx, _key(number), one.guild_id, one.channel_id, self._clock.now())

    async def drop_intent(self, intent: Intent) -> None:
        """End an intent of which nothing is in the channel."""
        async with self._database.legacy_write() as tx:
            await outbox.drop(tx, intent)

    async def note_problem(self, channel_checkin_id: int, problem: Problem, *, may_be_out: bool) -> None:
        """Note why one could not be posted; `may_be_out`: it may be in the channel."""
        async with self._database.legacy_write() as tx:
            await tx.run(
                "set_problem_of_channel_checkin", channel_checkin_id=channel_checkin_id, problem=problem
            )
            if not may_be_out:
                await outbox.finish(tx, _key(channel_checkin_id))

    async def note_skipped(self, channel_checkin_id: int) -> None:
        """Wait for the next one: this one could not be posted."""
        async with self._database.legacy_write() as tx:
            one = await tx.one(ChannelCheckin, "get_channel_checkin", channel_checkin_id=channel_checkin_id)
            if one is not None:
                await self._set_due(tx, one)

    async def note_gone(self, channel_checkin_id: int) -> None:
        """Forget the one in view and who stopped by, and wait for the next, unless four had no tap."""
        async with self._database.legacy_write() as tx:
            one = await tx.one(ChannelCheckin, "get_channel_checkin", channel_checkin_id=channel_checkin_id)
            if one is None:
                return
            await tx.run("clear_channel_checkin_answers", channel_checkin_id=channel_checkin_id)
            one = replace(one, message_id=None, expires_at=None)
            await self._save(tx, one)
            await self._set_due(tx, one)
        await self._database.truncate_wal()

    async def stop_by(
        self,
        guild_id: int,
        channel_checkin_id: int,
        sent: int,
        channel_id: int,
        message_id: int,
        member_id: int,
    ) -> None:
        """Note that a member stopped by at the `sent`-th, once, whatever the answer was.

        A tap in its channel also tells that it came, where that was not noted yet. Raises RefusalError for
        one that is not in view any more.
        """
        async with self._database.legacy_write() as tx:
            one = await self._get(tx, guild_id, channel_checkin_id)
            if one.channel_id != channel_id:
                raise RefusalError("refusals.open_gone")
            if one.message_id is None and sent == one.turn:
                one = await self._note_sent(tx, one, message_id, sent)
            if one.message_id != message_id:
                raise RefusalError("refusals.open_gone")
            await tx.run(
                "add_channel_checkin_answer",
                channel_checkin_id=channel_checkin_id,
                member_id=member_id,
                guild_id=guild_id,
            )
            await self._save(tx, replace(one, unanswered=0))

    async def count_stops(self, channel_checkin_id: int) -> int:
        """Return how many stopped by at the one in view."""
        read = self._database.legacy_read
        return int(
            await read.value("count_channel_checkin_answers", channel_checkin_id=channel_checkin_id) or 0
        )

    async def carry_over(self) -> None:
        """Let every one that is ahead be at its wall time by the zones' rules as they are now."""
        now = self._clock.now()
        for known in await self._database.legacy_read.all(ChannelCheckin, "all_channel_checkins"):
            async with self._database.legacy_write() as tx:
                number = known.channel_checkin_id
                one = await tx.one(ChannelCheckin, "get_channel_checkin", channel_checkin_id=number)
                was_due = await due_queue.find(tx, DueKind.CHANNEL_CHECKIN, number)
                if one is None or one.message_id is not None or was_due is None or was_due <= now:
                    continue
                at = after_timezone_update(one.recurrence, was_due, now)
                if at is not None:
                    await due_queue.set(tx, DueKind.CHANNEL_CHECKIN, number, one.guild_id, at)

    # Inside a write

    async def _get(
        self, tx: Statements, guild_id: int, channel_checkin_id: int, gone: str = "refusals.open_gone"
    ) -> ChannelCheckin:
        one = await tx.one(ChannelCheckin, "get_channel_checkin", channel_checkin_id=channel_checkin_id)
        if one is None or one.guild_id != guild_id:
            raise RefusalError(gone)
        return one

    async def _note_sent(
        self, tx: Statements, one: ChannelCheckin, message_id: int, sent: int
    ) -> ChannelCheckin:
        expires_at, unanswered = self._clock.now() + IN_VIEW, one.unanswered + 1
        one = replace(one, message_id=message_id, sent=sent, unanswered=unanswered, expires_at=expires_at)
        await self._save(tx, one)
        number = one.channel_checkin_id
        await tx.run("set_problem_of_channel_checkin", channel_checkin_id=number, problem=None)
        await outbox.finish(tx, _key(number))
        await due_queue.set(tx, DueKind.CHANNEL_CHECKIN, number, one.guild_id, expires_at)
        return one

    async def _save(self, tx: Statements, one: ChannelCheckin) -> None:
        await tx.run(
            "save_channel_checkin",
            channel_checkin_id=one.channel_checkin_id,
            sent=one.sent,
            unanswered=one.unanswered,
            message_id=one.message_id,
            expires_at=one.expires_at,
        )

    async def _set_due(self, tx: Statements, one: ChannelCheckin) -> None:
        at = next_at(one, self._clock.now())
        await due_queue.set(tx, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id, one.guild_id, at)


def _key(channel_checkin_id: int) -> str:
    return f"channel_checkin:{channel_checkin_id}"
