"""Messages to moderators' channels: one when something stops working, one when it works again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Problem
from bot.errors import require_seen
from bot.fingerprint import fingerprint
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.servers.outages.look import look_for_outages
from bot.servers.outages.rules import Outage, may_be_forgotten, observe, tell_at, told
from bot.servers.service import DEFAULT_ZONE, find_settings
from bot.storage.database import Database, Statements


@dataclass(frozen=True, slots=True)
class ModeratorsMessage:
    """A message to a moderators' channel. The intent to send it is already recorded.

    `stopped` are the subjects, such as `room:17`, that do not work, and `resumed` those that work again.
    """

    guild_id: int
    number: int
    intent: Intent
    stopped: Sequence[str]
    resumed: Sequence[str]


class Outages:
    """Decides what moderators are told, and records it. Every method may be repeated."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def choose_channel(
        self, guild_id: int, channel_id: int | None, *, seen: int | None = None
    ) -> None:
        """Save the moderators' channel; None: there is none, and what it was told is deleted.

        Raises StaleError if a moderator saw another channel chosen; `seen` is the fingerprint of that.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            before = (await find_settings(statements, guild_id)).moderators_channel_id
            require_seen(seen, fingerprint(before), "setup.stale_setting")
            await statements.run(
                "set_moderators_channel",
                guild_id=guild_id,
                zone=DEFAULT_ZONE,
                moderators_channel_id=channel_id,
            )
            await self._stop_sending(statements, guild_id)
            if channel_id is None:
                await due_queue.cancel(statements, DueKind.OUTAGES, guild_id)
                await statements.run("forget_outage", guild_id=guild_id)
            await look_for_outages(statements, guild_id, now)

        await self._database.write(work)

    async def look(self, guild_id: int) -> None:
        """Look now whether the server's rooms work: something in Discord may have changed that."""
        now = self._clock.now()

        async def is_told(statements: Statements) -> bool:
            return (await find_settings(statements, guild_id)).moderators_channel_id is not None

        if await self._database.read(is_told):
            await self._database.write(partial(look_for_outages, guild_id=guild_id, now=now))

    async def look_everywhere(self, present: Collection[int]) -> None:
        """Look now in all servers of `present`, whose events may have been missed for a time."""

        async def find(statements: Statements) -> list[int]:
            rows = await statements.rows("guilds_with_moderators_channel")
            return [int(row["guild_id"] or 0) for row in rows]

        for guild_id in await self._database.read(find):
            if guild_id in present:
                await self.look(guild_id)

    async def prepare(
        self, due: Due, works: Mapping[str, bool], *, can_send: bool
    ) -> ModeratorsMessage | None:
        """Note which subjects of a server work, and return the message that moderators are to get now.

        `can_send`: the bot may post in their channel. If it may not, nothing is sent until that changes.
        """
        now, guild_id = self._clock.now(), due.subject_id

        async def work(statements: Statements) -> ModeratorsMessage | None:
            channel_id = (await find_settings(statements, guild_id)).moderators_channel_id
            if channel_id is None:
                await due_queue.cancel(statements, DueKind.OUTAGES, guild_id)
                return None
            if not await due_queue.is_current(statements, due):
                return None
            outages = await self._observe(statements, guild_id, works, now)
            number = await _number(statements, guild_id, outages, now) if can_send else None
            if number is None:
                await due_queue.reschedule_claimed(
                    statements, due, _next(outages, now) if can_send else None
                )
                return None
            intent = await outbox.begin(statements, intent_key(guild_id), guild_id, channel_id, now)
            sent = [each for each in await _saved(statements, guild_id) if each.message_number == number]
            stopped = [each.subject for each in sent if not each.is_told]
            resumed = [each.subject for each in sent if each.is_told]
            return ModeratorsMessage(guild_id, number, intent, stopped, resumed)

        return await self._database.write(work)

    async def note_sent(self, due: Due, message: ModeratorsMessage, problem: Problem | None = None) -> None:
        """Record that moderators were told; `problem`: there is no way to find out whether they were."""
        now, guild_id = self._clock.now(), message.guild_id

        async def work(statements: Statements) -> None:
            for each in await _saved(statements, guild_id):
                if each.message_number == message.number:
                    await _save(statements, told(each, now))
            await outbox.finish(statements, intent_key(guild_id))
            await statements.run(
                "note_moderators_message",
                guild_id=guild_id,
                moderators_messages=message.number,
                moderators_problem=problem,
            )
            outages = await _saved(statements, guild_id)
            await due_queue.reschedule_claimed(statements, due, _next(outages, now))

        await self._database.write(work)

    async def note_not_sent(
        self, due: Due, message: ModeratorsMessage, problem: Problem, *, is_refused: bool
    ) -> None:
        """Record why a message was not sent. The next claim decides again what to send.

        `is_refused`: Discord refused it for good, so nothing is sent until something changes.
        """
        guild_id = message.guild_id

        async def work(statements: Statements) -> None:
            await self._stop_sending(statements, guild_id)
            await statements.run("note_moderators_problem", guild_id=guild_id, moderators_problem=problem)
            if is_refused:
                await due_queue.reschedule_claimed(statements, due, None)

        await self._database.write(work)

    async def wait(self, due: Due, until: datetime | None) -> None:
        """Look again at `until`, or (None) when something changes."""
        await self._database.write(partial(due_queue.reschedule_claimed, due=due, at=until))

    async def _stop_sending(self, statements: Statements, guild_id: int) -> None:
        await outbox.finish(statements, intent_key(guild_id))
        for each in await _saved(statements, guild_id):
            if each.message_number is not None:
                await _save(statements, replace(each, message_number=None))

    async def _observe(
        self, statements: Statements, guild_id: int, works: Mapping[str, bool], now: datetime
    ) -> list[Outage]:
        """Save what was seen, and return what is recorded; forget subjects that are gone."""
        known = {each.subject: each for each in await _saved(statements, guild_id)}
        for subject in known.keys() - works.keys():
            await statements.run("remove_outage", guild_id=guild_id, subject=subject)
        found = []
        for subject, is_working in works.items():
            before = known.get(subject) or Outage(guild_id, subject)
            after = before if before.message_number else observe(before, now, works=is_working)
            if may_be_forgotten(after, now):
                await statements.run("remove_outage", guild_id=guild_id, subject=subject)
                continue
            if after != known.get(subject):
                await _save(statements, after)
            found.append(after)
        return found


async def _number(
    statements: Statements, guild_id: int, outages: Sequence[Outage], now: datetime
) -> int | None:
    """Return the number of the message to send now, an unfinished one first; None: there is none."""
    begun = [each.message_number for each in outages if each.message_number is not None]
    if begun:
        return begun[0]
    news = [each for each in outages if (at := tell_at(each)) is not None and at <= now]
    if not news:
        return None
    number = (await find_settings(statements, guild_id)).moderators_messages + 1
    for each in news:
        await _save(statements, replace(each, message_number=number))
    return number


def _next(outages: Sequence[Outage], now: datetime) -> datetime | None:
    """Return when to look again though nothing changes."""
    moments = [at for each in outages if (at := tell_at(each)) is not None]
    return max(min(moments), now) if moments else None


async def _saved(statements: Statements, guild_id: int) -> list[Outage]:
    return await statements.all(Outage, "outages_of_guild", guild_id=guild_id)


async def _save(statements: Statements, outage: Outage) -> None:
    await statements.run(
        "set_outage",
        guild_id=outage.guild_id,
        subject=outage.subject,
        is_told=outage.is_told,
        changed_at=outage.changed_at,
        told_at=outage.told_at,
        message_number=outage.message_number,
    )


def intent_key(guild_id: int) -> str:
    """Return the outbox's key of the next message to a server's moderators."""
    return f"moderators:{guild_id}"
