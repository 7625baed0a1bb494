"""Servers that removed the bot: their due rows wait for seven days, then their data is deleted."""

import logging
from collections.abc import Collection
from datetime import timedelta

from bot.privacy.card_updates import mark_cards_of_guild
from bot.privacy.erasure import Erasure, forget_members
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.servers.service import DEFAULT_ZONE, find_settings
from bot.shards import ShardRange
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import Scope
from bot.storage.record import Stored
from bot.storage.table_statements import GUILD_TABLES

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)


class Removals:
    """Records that the bot was removed from a server or invited again, and deletes servers' data."""

    def __init__(self, database: Database, clock: Clock, erasure: Erasure, shards: ShardRange) -> None:
        self._database = database
        self._clock = clock
        self._erasure = erasure
        self._shards = shards

    async def note_removed(self, guild_id: int) -> None:
        """Close the server's sessions and schedule the deletion of its data; the worker parks its due rows.

        Calling it again changes nothing: the seven days count from the first call. Saves nothing about a
        server that has no data.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> bool:
            if not await statements.run("is_guild_known", guild_id=guild_id):
                return False
            if not await statements.run(
                "set_removed_at", guild_id=guild_id, zone=DEFAULT_ZONE, removed_at=now
            ):
                return False
            await due_queue.set(statements, DueKind.FORGET_SERVER, guild_id, guild_id, now + KEPT_FOR)
            await due_queue.cancel_in_guild(statements, guild_id, DueKind.CLOSE_SESSION, DueKind.LEAVE_TIME)
            await statements.run("remove_sessions", guild_id=guild_id)
            await statements.run("remove_intents_of_cards", guild_id=guild_id)
            await statements.run("forget_channel_checkin_answer", guild_id=guild_id)
            await statements.run("clear_channel_checkin_messages", guild_id=guild_id)
            return True

        if await self._database.write(work):
            await self._database.truncate_wal()

    async def note_present(self, guild_id: int) -> None:
        """Resume the server's due rows, if the bot had been removed from it."""
        now = self._clock.now()

        async def is_removed(statements: Statements) -> bool:
            return await _is_removed(statements, guild_id)

        async def work(statements: Statements) -> None:
            if await statements.run("clear_removed_at", guild_id=guild_id):
                await due_queue.cancel(statements, DueKind.FORGET_SERVER, guild_id)
                await due_queue.resume_in_guild(statements, guild_id)
                await mark_cards_of_guild(statements, guild_id, now)

        if await self._database.read(is_removed):
            await self._database.write(work)

    async def compare(self, present: Collection[int]) -> None:
        """Record removals and invitations that happened while the bot was away.

        `present` are the servers that Discord lists for this process's shards. Nothing is recorded about
        servers of other shards.
        """

        async def work(statements: Statements) -> tuple[set[int], set[int]]:
            removed = await statements.rows("removed_guilds")
            known = await statements.rows("known_guilds")
            return _ids(removed), _ids(known)

        removed, known = await self._database.read(work)
        for guild_id in removed.intersection(present):
            await self.note_present(guild_id)
        for guild_id in known.difference(present):
            if self._shards.covers(guild_id):
                await self.note_removed(guild_id)

    async def forget(self, due: Due) -> None:
        """Delete a server's data and its members' data there, seven days after it removed the bot."""
        guild_id = due.subject_id

        async def find(statements: Statements) -> list[Scope]:
            return [Scope(None, guild_id)] if await _is_removed(statements, guild_id) else []

        # Once it is in the erasure log, it is done, also where the bot is invited again in that moment.
        async def forget(statements: Statements) -> bool:
            await forget_members(statements, guild_id)
            for table in GUILD_TABLES:
                await statements.run(f"forget_{table}", guild_id=guild_id)
            await due_queue.cancel(statements, DueKind.FORGET_SERVER, guild_id)
            return True

        if await self._erasure.log_and_erase(find, forget):
            await self._database.vacuum()
            log.info("a server that removed the bot seven days ago is forgotten")
            return

        async def cancel(statements: Statements) -> None:
            if not await _is_removed(statements, guild_id):
                await due_queue.cancel(statements, DueKind.FORGET_SERVER, guild_id)

        await self._database.write(cancel)


def _ids(rows: list[dict[str, Stored]]) -> set[int]:
    return {int(row["guild_id"] or 0) for row in rows}


async def _is_removed(statements: Statements, guild_id: int) -> bool:
    return (await find_settings(statements, guild_id)).removed_at is not None
