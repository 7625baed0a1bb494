"""Pauses of servers: moderators stop everything that the bot starts there, for a time or until they resume.

The worker holds the due rows that start something (`due_queue.STARTING`). When the pause ends they are due
again at their times. What is late by then is skipped as after an outage, and the next time is set.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.errors import RefusalError
from bot.scheduling import due_queue, sending
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.worker import Worker
from bot.servers.service import DEFAULT_ZONE, find_settings
from bot.storage.database import Database, Statements

LONGEST_PAUSE_DAYS = 366

OnChange = Callable[[Statements, int, datetime], Awaitable[None]]
"""Is awaited in the unit of work that pauses or resumes a server, with its id and the current moment."""


class Pauses:
    """Pauses and resumes servers."""

    def __init__(
        self, database: Database, clock: Clock, worker: Worker, on_change: Sequence[OnChange] = ()
    ) -> None:
        self._database = database
        self._clock = clock
        self._worker = worker
        self._on_change = on_change

    async def pause(self, guild_id: int, resumes_at: datetime | None) -> None:
        """Pause a server until `resumes_at`, or (None) until moderators resume it.

        Returns once nothing that the bot started before is still being sent. The end replaces that of an
        earlier pause. Raises RefusalError for an end that has passed, or that is more than a year away.
        """
        now = self._clock.now()
        if resumes_at is not None and resumes_at <= now:
            raise RefusalError("refusals.pause_passed")
        if resumes_at is not None and resumes_at > now + timedelta(days=LONGEST_PAUSE_DAYS):
            raise RefusalError("refusals.pause_long", most=LONGEST_PAUSE_DAYS)

        async def work(statements: Statements) -> None:
            await statements.run(
                "pause_guild", guild_id=guild_id, zone=DEFAULT_ZONE, paused_at=now, resumes_at=resumes_at
            )
            await due_queue.set(statements, DueKind.RESUME_SERVER, guild_id, guild_id, resumes_at)
            await self._note_change(statements, guild_id, now)

        await self._database.write(work)
        await self._worker.finish_starting(guild_id)

    async def resume(self, guild_id: int) -> bool:
        """End a server's pause; return whether it was paused."""
        now = self._clock.now()

        async def work(statements: Statements) -> bool:
            return await self._resume(statements, guild_id, now)

        return await self._database.write(work)

    async def end(self, due: Due) -> None:
        """End a pause whose time is over."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            if await due_queue.is_current(statements, due):  # else moderators changed it since the claim
                await self._resume(statements, due.subject_id, now)

        await self._database.write(work)

    async def _resume(self, statements: Statements, guild_id: int, now: datetime) -> bool:
        await due_queue.cancel(statements, DueKind.RESUME_SERVER, guild_id)
        if not await statements.run("resume_guild", guild_id=guild_id):
            return False
        await due_queue.resume_in_guild(statements, guild_id)
        await self._note_change(statements, guild_id, now)
        return True

    async def _note_change(self, statements: Statements, guild_id: int, now: datetime) -> None:
        for each in self._on_change:
            await each(statements, guild_id, now)


async def check_not_paused(statements: Statements, guild_id: int) -> None:
    """Raise RefusalError while moderators pause the server, or operators stop all sending."""
    if await sending.stopped_at(statements) is not None:
        raise RefusalError("refusals.sending_stopped")
    guild = await find_settings(statements, guild_id)
    if guild.paused_at is None:
        return
    if guild.resumes_at is None:
        raise RefusalError("refusals.paused")
    raise RefusalError("refusals.paused_until", until=guild.resumes_at)


async def is_paused_at(statements: Statements, guild_id: int, at: datetime) -> bool:
    """Return whether nothing may begin in a server at `at`, as far as is known now."""
    guild = await find_settings(statements, guild_id)
    is_paused = guild.paused_at is not None and (guild.resumes_at is None or at < guild.resumes_at)
    return is_paused or await sending.stopped_at(statements) is not None
