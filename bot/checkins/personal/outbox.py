"""Sending personal check-ins: find the due one, record the intent to send it, record the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.checkins.personal.cadence import (
    SAVED_COLUMNS,
    Cadence,
    after_sending,
    may_come,
    next_after_member_action,
    next_at,
    out_of_view,
)
from bot.checkins.prompts.model import Prompt, PromptText, next_text
from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import in_force
from bot.privacy.consent.saved import consents_of
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.dm_slots import DmSlots
from bot.scheduling.due_queue import Due, DueKind
from bot.servers.service import find_guild
from bot.storage.database import Database, Statements


@dataclass(frozen=True, slots=True)
class CheckinToSend:
    """A check-in to send, with the data for its message. The intent to send it is already recorded.

    `locale` is the member's language, or else the one that moderators chose (None: they chose none).
    """

    cadence: Cadence
    intent: Intent
    text: PromptText
    locale: str | None


@dataclass(frozen=True, slots=True)
class _Thread:
    thread_id: int


class CheckinOutbox:
    """Decides which check-ins are sent to members, and records the outcomes. Every method may be repeated.

    `library` holds the keys of the catalogue's texts for check-ins.
    """

    def __init__(self, database: Database, clock: Clock, library: Sequence[str], dm_slots: DmSlots) -> None:
        self._database = database
        self._clock = clock
        self._library = library
        self._dm_slots = dm_slots

    async def prepare(self, due: Due) -> CheckinToSend | None:
        """Record that the due check-in is being sent, and return it; None if none may be sent.

        A check-in is skipped without notice if it is late, if the member paused, or if a delay moved it
        outside the window. If the member's direct messages are not opened yet, that is due first.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> CheckinToSend | None:
            cadence = await find_cadence(statements, due.subject_id)
            if cadence is None or Purpose.CHECKINS not in await purposes_of(statements, cadence):
                await due_queue.cancel(statements, DueKind.CHECKIN, due.subject_id)
                return None
            if not await due_queue.is_current(statements, due):
                return None  # sent already, as a tap on it showed, or moved since it was claimed
            if not cadence.channel_id:
                given = (DueKind.OPEN_DM, cadence.cadence_id, cadence.guild_id)
                await self._dm_slots.await_opening(statements, *given, now)
            if not cadence.channel_id or not may_come(cadence, due.occurs_at, now):
                await set_due(statements, cadence, next_at(cadence, now))
                return None
            return await begin_sending(statements, cadence, now, self._library)

        return await self._database.write(work)

    async def find_unsettled(self, cadence_id: int) -> tuple[Cadence, Intent] | None:
        """Return a cadence with the open intent of a check-in that may have been sent, or None."""

        async def work(statements: Statements) -> tuple[Cadence, Intent] | None:
            intent = await outbox.find(statements, intent_key(cadence_id))
            cadence = await find_cadence(statements, cadence_id) if intent else None
            return None if intent is None or cadence is None else (cadence, intent)

        return await self._database.read(work)

    async def find(self, cadence_id: int) -> Cadence | None:
        """Return any member's cadence by its id, or None."""
        return await self._database.read(partial(find_cadence, cadence_id=cadence_id))

    async def note_sent(
        self, cadence_id: int, message_id: int, number: int, texts_sent: str | None = None
    ) -> bool:
        """Record that the check-in `number` was sent; return whether the member still has check-ins.

        `texts_sent` holds the keys of the texts used so far (None: add the text that was next). After two
        check-ins in a row without a tap they come half as often; after four, they stop.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> bool:
            cadence = await find_cadence(statements, cadence_id)
            if cadence is None:
                return False
            if cadence.sent < number:
                sent = await record_sent(
                    statements, cadence, message_id, number, texts_sent, now, self._library
                )
                await set_due(statements, sent, next_at(sent, now))
            return True

        return await self._database.write(work)

    async def note_skipped(self, cadence_id: int) -> None:
        """Schedule the next check-in: this one could not be sent."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await outbox.finish(statements, intent_key(cadence_id))
            cadence = await find_cadence(statements, cadence_id)
            if cadence is not None:
                await set_due(statements, cadence, next_at(cadence, now))

        await self._database.write(work)

    async def note_unreachable(self, cadence_id: int) -> None:
        """Stop sending: Discord cannot deliver to the member. /me says so; only the member can resume."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await outbox.finish(statements, intent_key(cadence_id))
            cadence = await find_cadence(statements, cadence_id)
            if cadence is not None:
                closed = replace(cadence, dms_closed=True)
                await save(statements, closed)
                await set_due(statements, closed, next_at(closed, now))

        await self._database.write(work)

    async def forget_prompt(self, cadence_id: int, message_id: int) -> None:
        """Record that a check-in is no longer in view: it was deleted or replaced by its acknowledgment."""

        async def work(statements: Statements) -> None:
            cadence = await find_cadence(statements, cadence_id)
            if cadence is not None and cadence.prompt_message_id == message_id:
                await save(statements, out_of_view(cadence))

        await self._database.write(work)

    async def drop(self, intent: Intent) -> None:
        """Delete an intent whose message was never sent."""
        await self._database.write(partial(outbox.drop, intent=intent))

    async def threads_of(self, guild_id: int) -> frozenset[int]:
        """Return the ids of the private threads to which check-ins of the server's members are sent."""

        async def work(statements: Statements) -> list[_Thread]:
            return await statements.all(_Thread, "threads_of_guild", guild_id=guild_id)

        return frozenset(each.thread_id for each in await self._database.read(work))


# Inside a unit of work


def intent_key(cadence_id: int) -> str:
    """Return the outbox's key of a member's next check-in."""
    return f"checkin:{cadence_id}"


async def find_cadence(statements: Statements, cadence_id: int) -> Cadence | None:
    """Return any member's cadence by its id, or None."""
    return await statements.one(Cadence, "get_cadence", cadence_id=cadence_id)


async def purposes_of(statements: Statements, cadence: Cadence) -> frozenset[Purpose]:
    """Return what the member's consents in the cadence's server cover."""
    return in_force(await consents_of(statements, cadence.member_id, cadence.guild_id))


async def begin_sending(
    statements: Statements, cadence: Cadence, now: datetime, library: Sequence[str]
) -> CheckinToSend:
    """Record that a member's next check-in is being sent, and choose its text."""
    key = intent_key(cadence.cadence_id)
    found = await outbox.find(statements, key)
    if found is not None and found.channel_id != cadence.channel_id:
        await outbox.finish(statements, key)  # check-ins come to another channel now
    intent = await outbox.begin(statements, key, cadence.guild_id, cadence.channel_id, now)
    guild = await find_guild(statements, cadence.guild_id)
    text = await _next_text(statements, cadence, library)
    return CheckinToSend(cadence, intent, text, cadence.locale or (guild.locale if guild else None))


async def record_sent(
    statements: Statements,
    cadence: Cadence,
    message_id: int,
    number: int,
    texts_sent: str | None,
    now: datetime,
    library: Sequence[str],
) -> Cadence:
    """Save that the check-in `number` was sent, and end its intent; return the cadence after it."""
    await outbox.finish(statements, intent_key(cadence.cadence_id))
    if texts_sent is None:
        texts_sent = (await _next_text(statements, cadence, library)).texts_sent
    sent = after_sending(replace(cadence, sent=number - 1, texts_sent=texts_sent), message_id, now)
    await save(statements, sent)
    return sent


async def save(statements: Statements, cadence: Cadence) -> None:
    """Save the columns that change as check-ins are sent and answered. The due time is not changed."""
    values = {name: getattr(cadence, name) for name in ("cadence_id", *SAVED_COLUMNS)}
    await statements.run("save_cadence", **values)


async def save_and_reschedule(statements: Statements, cadence: Cadence, now: datetime) -> None:
    """Save a cadence that the member changed. A check-in that is perhaps being sent stays due."""
    await save(statements, cadence)
    was_due = await find_due(statements, cadence.cadence_id)
    at = next_after_member_action(cadence, was_due, now)
    if at != was_due:
        await set_due(statements, cadence, at)


async def find_due(statements: Statements, cadence_id: int) -> datetime | None:
    """Return when the next check-in is due (aware, UTC), or None."""
    return await due_queue.find(statements, DueKind.CHECKIN, cadence_id)


async def set_due(statements: Statements, cadence: Cadence, at: datetime | None) -> None:
    """Make the next check-in due at `at`; None: none is due."""
    await due_queue.set(statements, DueKind.CHECKIN, cadence.cadence_id, cadence.guild_id, at)


async def set_dm_opening(statements: Statements, cadence: Cadence, at: datetime) -> None:
    """Make the opening of the member's direct messages due at `at`, a slot that was reserved."""
    await due_queue.set(statements, DueKind.OPEN_DM, cadence.cadence_id, cadence.guild_id, at)


async def _next_text(statements: Statements, cadence: Cadence, library: Sequence[str]) -> PromptText:
    own = await statements.all(Prompt, "prompts_of_guild", guild_id=cadence.guild_id)
    return next_text(library, own, cadence.texts_sent, cadence.key)
