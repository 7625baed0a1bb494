"""Servers that the bot was removed from: everything waits for seven days, and then it is forgotten."""

import logging
from collections.abc import Collection
from datetime import timedelta

from bot.privacy import erasure_replay
from bot.privacy.personal_data import forget_members
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.servers.model import Guild
from bot.servers.service import DEFAULT_ZONE
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import Scope

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)


class Removals:
    """Notes that the bot was removed or invited again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note_removed(self, guild_id: int) -> None:
        """Close the server's sessions and wait with forgetting it; what falls due there rests.

        Noting it again changes nothing: the seven days are counted from the first time. Of a server where
        nobody chose anything, nothing is noted.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            if not await tx.run("is_guild_known", guild_id=guild_id):
                return
            if not await tx.run("set_removed", guild_id=guild_id, zone=DEFAULT_ZONE, removed_at=now):
                return
            await due_queue.set(tx, DueKind.FORGET_SERVER, guild_id, guild_id, now + KEPT_FOR)
            await due_queue.cancel_in_guild(tx, guild_id, DueKind.SESSION_PHASE, DueKind.LEAVE_TIME)
            await tx.run("remove_sessions", guild_id=guild_id)
            await tx.run("remove_intents_of_cards", guild_id=guild_id)
            await tx.run("forget_channel_checkin_answer", guild_id=guild_id)
            await tx.run("clear_channel_checkin_messages", guild_id=guild_id)
        await self._database.truncate_wal()

    async def note_present(self, guild_id: int) -> None:
        """Let everything go on as before in a server that the bot is in, if it had been removed."""
        if not await self._is_removed(self._database.legacy_read, guild_id):
            return
        async with self._database.legacy_write() as tx:
            if await tx.run("clear_removed", guild_id=guild_id):
                await due_queue.cancel(tx, DueKind.FORGET_SERVER, guild_id)
                await due_queue.resume_in_guild(tx, guild_id)

    async def compare(self, present: Collection[int]) -> None:
        """Note what happened while nobody listened: `present` are all servers that the bot is in."""
        read = self._database.legacy_read
        for row in await read.rows("removed_guilds"):
            if row["guild_id"] in present:
                await self.note_present(int(row["guild_id"] or 0))
        known = [int(row["guild_id"] or 0) for row in await read.rows("known_guilds")]
        for guild_id in known:
            if guild_id not in present:
                await self.note_removed(guild_id)

    async def forget(self, due: Due) -> None:
        """Forget a server and everything about its members there, seven days after it removed the bot."""
        guild_id = due.subject_id
        async with self._database.legacy_write() as tx:
            if not await self._is_removed(tx, guild_id):
                await due_queue.cancel(tx, DueKind.FORGET_SERVER, guild_id)
                return
            await forget_members(tx, guild_id)
            now = self._clock.now()
            await erasure_replay.note(tx, self._database.erasure_log, [Scope(None, guild_id)], now)
            await tx.run("forget_events", guild_id=guild_id)
            await tx.run("forget_prompts", guild_id=guild_id)
            await tx.run("forget_channel_checkins", guild_id=guild_id)
            await tx.run("forget_rooms", guild_id=guild_id)
            await tx.run("forget_weekly_totals", guild_id=guild_id)
            await tx.run("forget_guild", guild_id=guild_id)
            await due_queue.cancel(tx, DueKind.FORGET_SERVER, guild_id)
        await self._database.vacuum()
        log.info("a server that removed the bot seven days ago is forgotten")

    async def _is_removed(self, statements: Statements, guild_id: int) -> bool:
        guild = await statements.one(Guild, "get_guild", guild_id=guild_id)
        return guild is not None and guild.removed_at is not None
