"""Erasing what is saved about a member or a server. Each erasure is in the erasure log before it happens.

The log is a file beside the database (`bot/storage/erasure_log.py`). The database notes up to which
position in it erasures are carried out; `erasure_replay.py` repeats those that a restored backup lacks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.privacy.agreements import Agreements
from bot.privacy.card_updates import CardUpdates, mark_cards, rooms_of
from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.export import export_rows
from bot.privacy.left_messages import LeftMessage, LeftMessages, messages_left
from bot.privacy.personal_data import PERSONAL, PersonalTable
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements, Work
from bot.storage.erasure_log import LOG_KEPT_FOR, REPLAYED_UP_TO, LogPosition, Scope
from bot.storage.record import Stored

T = TypeVar("T")

ERASING = "erasing"
"""The name under which one process at a time erases; see `Database.alone`."""

REMEMBERED_DAYS = LOG_KEPT_FOR.days  # for how long restored backups are made to repeat an erasure


@dataclass(frozen=True, slots=True)
class EndedPurpose:
    """What ended with a purpose: the consent, and `count` deleted rows.

    `unnamed` are the rooms whose cards named the member, `left` the messages that are still in view.
    """

    consent: Consent | None
    count: int
    unnamed: tuple[int, ...] = ()
    left: tuple[LeftMessage, ...] = ()


class Erasure:
    """Erases members and servers, one at a time in a deployment. A process has one instance."""

    def __init__(
        self, database: Database, clock: Clock, card_updates: CardUpdates, left_messages: LeftMessages
    ) -> None:
        self._database = database
        self._clock = clock
        self._card_updates = card_updates
        self.left_messages = left_messages
        self._lock = asyncio.Lock()
        self.agreements = Agreements()

    async def erase_member(self, member_id: int, guild_id: int | None, *, by_operator: bool = False) -> int:
        """Delete every row about the member, in one server or (None) in all; return how many.

        What the member is agreeing to at the same time is withdrawn, and what that saved is deleted too.
        Publishes the rooms whose cards showed the member. `by_operator`: this is not the bot's
        process, so the bot's worker has to edit these cards.
        """
        withdrawn = self.agreements.withdraw(member_id, guild_id)
        count = await self._erase_rows(member_id, guild_id, by_operator=by_operator)
        if withdrawn:
            await self.agreements.wait_for(withdrawn)
            count += await self._erase_rows(member_id, guild_id, by_operator=by_operator)
        return count

    async def _erase_rows(self, member_id: int, guild_id: int | None, *, by_operator: bool) -> int:
        now = self._clock.now()

        async def find(statements: Statements) -> list[Scope]:
            found = await export_rows(statements, member_id, guild_id)
            return [Scope(member_id, guild_id)] if any(found.values()) else []

        async def erase(statements: Statements) -> tuple[int, tuple[int, ...], list[LeftMessage]]:
            left = await messages_left(statements, member_id, guild_id)
            seats = await statements.rows("export_seat", member_id=member_id, guild_id=guild_id)
            shown = _sessions([seat for seat in seats if seat["visibility"] != "hidden"])
            rooms = await rooms_of(statements, shown)
            count = await erase_rows(statements, PERSONAL, member_id, guild_id)
            if by_operator:
                await mark_cards(statements, rooms, now)
            return count, rooms, left

        count, rooms, left = await self.log_and_erase(find, erase) or (0, (), [])
        self.left_messages.publish(left)
        self._card_updates.publish(rooms)
        await self._database.vacuum()
        return count

    async def log_and_erase(
        self, find: Callable[[Statements], Awaitable[Sequence[Scope]]], erase: Work[T]
    ) -> T | None:
        """Append what `find` returns to the erasure log, then run the unit `erase`; return its result.

        Both `find` and `erase` are units of work; if `find` returns nothing, `erase` does not run and the
        result is None. Vacuums afterwards. Raises ConfigurationError if the log was made with another key.

        If `erase` fails after the log was written, the erasure is repeated at the next start, and in a
        backup that is restored: the member asked for it, or its time had come.
        """
        now = self._clock.now()

        async def look(statements: Statements) -> tuple[Sequence[Scope], LogPosition]:
            return await find(statements), await carried_out(statements)

        if not await self._database.read(find):
            return None
        # Otherwise the log's position could not show which lines are carried out.
        async with self._lock, self._database.alone(ERASING):
            scopes, position = await self._database.read(look)
            if not scopes:
                return None
            end = await asyncio.to_thread(self._database.erasure_log.append, scopes, now, position)

            async def work(statements: Statements) -> T:
                result = await erase(statements)
                await note_carried_out(statements, end)
                return result

            return await self._database.write(work)

    async def expire_log(self, now: datetime) -> None:
        """Remove the expired lines of the erasure log."""
        async with self._lock:
            await asyncio.to_thread(self._database.erasure_log.expire, now)


async def erase_rows(
    statements: Statements,
    tables: Iterable[PersonalTable],
    member_id: int,
    guild_id: int | None,
    purpose: Purpose | None = None,
) -> int:
    """Delete the rows about a member, in one server or (None) in all; return how many.

    With `purpose`, those rows of a table that were saved for another one stay.
    """
    counts = [
        await statements.run(statement, member_id=member_id, guild_id=guild_id)
        for each in tables
        for statement in each.erasing(purpose)
    ]
    return sum(counts)


async def end_purpose(
    statements: Statements, member_id: int, guild_id: int, purpose: Purpose
) -> EndedPurpose:
    """Delete a consent and what was saved for its purpose. A named seat becomes a counted one."""
    is_about_notices = purpose is Purpose.ROOM_NOTICES
    left = await messages_left(statements, member_id, guild_id) if is_about_notices else []
    count = await erase_rows(statements, tables_of(purpose), member_id, guild_id, purpose)
    consent = await statements.one(
        Consent, "remove_consent", member_id=member_id, guild_id=guild_id, purpose=purpose
    )
    unnamed: tuple[int, ...] = ()
    if purpose is Purpose.SHOW_NAME:
        seats = await statements.rows("unname_seats", member_id=member_id, guild_id=guild_id)
        unnamed = await rooms_of(statements, _sessions(seats))
    return EndedPurpose(consent, count + (consent is not None), unnamed, tuple(left))


async def erase_live(statements: Statements, member_id: int, guild_id: int) -> int:
    """Delete the rows about a member in a server's open sessions and check-ins; return how many."""
    live = [table for table in PERSONAL if table.is_live]
    return await erase_rows(statements, live, member_id, guild_id)


async def forget_members(statements: Statements, guild_id: int) -> None:
    """Delete the rows about all members of a server."""
    for table in PERSONAL:
        await statements.run(f"forget_{table.table}", guild_id=guild_id)


def tables_of(purpose: Purpose) -> list[PersonalTable]:
    """Return the tables with rows that are saved for a purpose."""
    return [table for table in PERSONAL if purpose in table.purposes]


async def carried_out(statements: Statements) -> LogPosition:
    """Return the position in the erasure log up to which this database has carried out erasures."""
    noted = await statements.value("get_deployment", name=REPLAYED_UP_TO)
    return LogPosition.read(None if noted is None else str(noted))


async def note_carried_out(statements: Statements, position: LogPosition) -> None:
    """Note that erasures up to `position` are carried out; their traces are still to be vacuumed."""
    await statements.run("set_deployment", name=REPLAYED_UP_TO, value=str(position))
    await statements.run("request_vacuum")


def _sessions(rows: Iterable[dict[str, Stored]]) -> tuple[int, ...]:
    return tuple(int(row["session_id"] or 0) for row in rows)
