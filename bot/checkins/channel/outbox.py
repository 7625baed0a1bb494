"""Sending channel check-ins: find the due one, record the intent to send it, record the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.checkins.channel.model import IN_VIEW, ChannelCheckin, is_planned, is_resting, next_at
from bot.checkins.prompts.model import Prompt, PromptText, text_of_channel_checkin
from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Problem
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.days_off import find_day_off
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import is_late
from bot.servers.days_off.lookup import days_off_of_guild
from bot.servers.outages.look import look_for_outages
from bot.servers.service import find_guild
from bot.storage.database import Database, Statements


@dataclass(frozen=True, slots=True)
class ChannelCheckinMessage:
    """What the message of a channel check-in shows: the one in view, or else the next.

    `answered` is how many members answered. `locale` is the language that the server's moderators chose
    (None: they chose none).
    """

    one: ChannelCheckin
    text: PromptText
    answered: int
    locale: str | None


@dataclass(frozen=True, slots=True)
class ChannelCheckinToSend(ChannelCheckinMessage):
    """The next channel check-in. Its intent to send is already recorded."""

    intent: Intent


class ChannelCheckinOutbox:
    """Decides which channel check-ins are sent, and records the outcomes. Every method may be repeated.

    `library` holds the keys of the catalogue's texts for channel check-ins.
    """

    def __init__(self, database: Database, clock: Clock, library: Sequence[str]) -> None:
        self._database = database
        self._clock = clock
        self._library = library

    async def prepare(self, due: Due) -> ChannelCheckin | ChannelCheckinToSend | None:
        """Return the check-in to delete from its channel or to send to it now; None: neither is to be done.

        For one to send, the intent is recorded. Late ones are skipped without notice.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> ChannelCheckin | ChannelCheckinToSend | None:
            one = await find_channel_checkin(statements, due.subject_id)
            if one is None or is_resting(one):
                await due_queue.cancel(statements, due.kind, due.subject_id)
                return None
            if not await due_queue.is_current(statements, due):
                return None  # sent already, as a tap on it showed
            if one.message_id is not None:
                return one
            is_end = due.kind is DueKind.CHANNEL_CHECKIN_END
            days_off = await days_off_of_guild(statements, one.guild_id)
            if is_end or is_late(due.occurs_at, now) or not is_planned(one, due.occurs_at, days_off):
                await set_next(statements, one, now)
                return None
            key = intent_key(one.channel_checkin_id)
            intent = await outbox.begin(statements, key, one.guild_id, one.channel_id, now)
            message = await self._message(statements, one)
            return ChannelCheckinToSend(one, message.text, message.answered, message.locale, intent)

        return await self._database.write(work)

    async def find_unsettled(self, channel_checkin_id: int) -> tuple[ChannelCheckin, Intent] | None:
        """Return the open intent of a check-in that may have been sent without a record of it, or None."""

        async def work(statements: Statements) -> tuple[ChannelCheckin, Intent] | None:
            intent = await outbox.find(statements, intent_key(channel_checkin_id))
            one = await find_channel_checkin(statements, channel_checkin_id) if intent else None
            return None if intent is None or one is None or one.message_id is not None else (one, intent)

        return await self._database.read(work)

    async def note_sent(self, channel_checkin_id: int, message_id: int, number: int) -> bool:
        """Record that check-in `number` was sent; return whether its check-in still exists."""
        now = self._clock.now()

        async def work(statements: Statements) -> bool:
            one = await find_channel_checkin(statements, channel_checkin_id)
            if one is not None and one.sent < number:
                await record_sent(statements, one, message_id, number, now)
            return one is not None

        return await self._database.write(work)

    async def drop(self, intent: Intent) -> None:
        """Delete an intent whose message never reached the channel."""
        await self._database.write(partial(outbox.drop, intent=intent))

    async def note_not_sent(
        self, message: ChannelCheckinToSend, problem: Problem | None, *, may_be_out: bool, is_skipped: bool
    ) -> None:
        """Record why a check-in was not posted, for `/quiet check`; None: the reason is the same as before.

        `may_be_out`: it may be in the channel anyway. `is_skipped`: wait for the next one.
        """
        one, now = message.one, self._clock.now()
        checkin_id = one.channel_checkin_id

        async def work(statements: Statements) -> None:
            if problem is not None:
                await statements.run(
                    "set_problem_of_channel_checkin", channel_checkin_id=checkin_id, problem=problem
                )
                await look_for_outages(statements, one.guild_id, now)
            if not may_be_out:
                await outbox.drop(statements, message.intent)
            current = await find_channel_checkin(statements, checkin_id) if is_skipped else None
            if current is not None:
                await set_next(statements, current, now)

        await self._database.write(work)

    async def note_gone(self, channel_checkin_id: int) -> None:
        """Record that the check-in in view was deleted, forget who answered it, and schedule the next one.

        After four in a row without a tap, none is scheduled.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            one = await find_channel_checkin(statements, channel_checkin_id)
            if one is None:
                return
            await statements.run("clear_channel_checkin_answers", channel_checkin_id=channel_checkin_id)
            one = replace(one, message_id=None, expires_at=None)
            await save(statements, one)
            await set_next(statements, one, now)

        await self._database.write(work)
        await self._database.truncate_wal()

    async def message(self, channel_checkin_id: int) -> ChannelCheckinMessage | None:
        """Return what the message in view shows, or else the next one; None if there is no check-in."""

        async def work(statements: Statements) -> ChannelCheckinMessage | None:
            one = await find_channel_checkin(statements, channel_checkin_id)
            return None if one is None else await self._message(statements, one)

        return await self._database.read(work)

    async def _message(self, statements: Statements, one: ChannelCheckin) -> ChannelCheckinMessage:
        own = await statements.all(Prompt, "prompts_of_guild", guild_id=one.guild_id)
        guild = await find_guild(statements, one.guild_id)
        answered = await statements.value(
            "count_channel_checkin_answers", channel_checkin_id=one.channel_checkin_id
        )
        text = text_of_channel_checkin(self._library, own, one.channel_checkin_id + one.number - 1)
        return ChannelCheckinMessage(one, text, int(answered or 0), guild.locale if guild else None)


# Inside a unit of work


def intent_key(channel_checkin_id: int) -> str:
    """Return the outbox's key of a channel's next check-in."""
    return f"channel_checkin:{channel_checkin_id}"


async def find_channel_checkin(statements: Statements, channel_checkin_id: int) -> ChannelCheckin | None:
    """Return a channel check-in by its id, or None."""
    given = {"channel_checkin_id": channel_checkin_id}
    return await statements.one(ChannelCheckin, "get_channel_checkin", **given)


async def record_sent(
    statements: Statements, one: ChannelCheckin, message_id: int, number: int, now: datetime
) -> ChannelCheckin:
    """Save that check-in `number` was sent, end its intent, schedule its deletion; return it updated."""
    expires_at, unanswered = now + IN_VIEW, one.unanswered + 1
    one = replace(one, message_id=message_id, sent=number, unanswered=unanswered, expires_at=expires_at)
    checkin_id = one.channel_checkin_id
    await save(statements, one)
    if one.problem is not None:
        await statements.run("set_problem_of_channel_checkin", channel_checkin_id=checkin_id, problem=None)
        await look_for_outages(statements, one.guild_id, now)
    await outbox.finish(statements, intent_key(checkin_id))
    await due_queue.cancel(statements, DueKind.CHANNEL_CHECKIN, checkin_id)
    await due_queue.set(statements, DueKind.CHANNEL_CHECKIN_END, checkin_id, one.guild_id, expires_at)
    return one


async def save(statements: Statements, one: ChannelCheckin) -> None:
    """Save the columns that change as check-ins are sent and answered."""
    columns = ("channel_checkin_id", "sent", "unanswered", "message_id", "expires_at")
    await statements.run("save_channel_checkin", **{name: getattr(one, name) for name in columns})


async def set_next(statements: Statements, one: ChannelCheckin, now: datetime) -> None:
    """Plan the next check-in, unless they have stopped. Call it only when none is shown in the channel."""
    days_off = await days_off_of_guild(statements, one.guild_id)
    await set_due(statements, one, next_at(one, now, days_off))


async def apply_days_off(statements: Statements, guild_id: int, now: datetime) -> None:
    """Set the next of each of the server's channel check-ins by its days off, as they are now.

    One that is due already is still sent, unless it is on a day off. One in view stays.
    """
    days_off = await days_off_of_guild(statements, guild_id)
    for one in await statements.all(ChannelCheckin, "channel_checkins_of_guild", guild_id=guild_id):
        was_due = await due_queue.find(statements, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id)
        is_sending = was_due is not None and was_due <= now and find_day_off(days_off, was_due) is None
        if one.message_id is None and not is_sending:
            await set_next(statements, one, now)


async def set_due(statements: Statements, one: ChannelCheckin, at: datetime | None) -> None:
    """Plan the next check-in for `at`, or none. Call it only when none is shown in the channel."""
    await due_queue.cancel(statements, DueKind.CHANNEL_CHECKIN_END, one.channel_checkin_id)
    await due_queue.set(statements, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id, one.guild_id, at)
