"""A process that loses the right to serve while it opens the database waits for its turn again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from bot.app import run
from bot.app.health_port import HealthPort
from bot.errors import TransientError
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.settings import Settings
from bot.shards import ShardLayout
from bot.storage.turn import Turn
from tests.storage.units import PATIENCE_SECONDS


class FailingEngine:
    """An engine whose database cannot be opened, and whose server then ends the turn."""

    def __init__(self) -> None:
        self.attempts = 0
        self._turn = Turn()

    @asynccontextmanager
    async def turn(self, layout: ShardLayout, on_wait: Callable[[str | None], None]) -> AsyncIterator[Turn]:
        """Yield the right at once, after another process served."""
        assert layout.ranges == 1
        on_wait(None)
        yield self._turn

    async def open(self) -> None:
        """Fail, as on a connection that the server has ended."""
        self.attempts += 1
        self._turn.lost.set()
        raise TransientError("the server cannot be reached: connection is closed")


async def test_a_turn_that_is_lost_while_the_database_is_opened_ends(
    tmp_path: Path,
) -> None:
    engine, health, settings = (
        FailingEngine(),
        Health(tmp_path, Metrics()),
        Settings(_env_file=None, discord_token="made-up"),
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        await run._take_turn(  # noqa: SLF001 - `serve` around it never ends
            settings, cast("Any", engine), asyncio.Event(), health, HealthPort(settings, health)
        )
    assert engine.attempts == 1
    assert not health.is_standing_by


async def test_a_process_that_stops_meanwhile_opens_nothing(tmp_path: Path) -> None:
    engine, health, settings = (
        FailingEngine(),
        Health(tmp_path, Metrics()),
        Settings(_env_file=None, discord_token="made-up"),
    )
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await run._take_turn(  # noqa: SLF001 - as above
            settings, cast("Any", engine), stop, health, HealthPort(settings, health)
        )
    assert engine.attempts == 0


class BlockedEngine(FailingEngine):
    """An engine whose database cannot be opened now. It counts who has the right to serve."""

    def __init__(self) -> None:
        super().__init__()
        self.holders = 0

    @asynccontextmanager
    async def turn(self, layout: ShardLayout, on_wait: Callable[[str | None], None]) -> AsyncIterator[Turn]:
        """Yield the right at once."""
        self.holders += 1
        try:
            yield Turn()
        finally:
            self.holders -= 1

    async def open(self) -> None:
        """Fail, as beside programs that serve and that an update would exclude."""
        raise TransientError("programs of version 3 serve")


async def test_a_process_that_cannot_open_the_database_now_leaves_the_right_to_others(
    tmp_path: Path,
) -> None:
    engine, health, settings = (
        BlockedEngine(),
        Health(tmp_path, Metrics()),
        Settings(_env_file=None, discord_token="made-up"),
    )
    why = await run._take_turn(  # noqa: SLF001 - as above
        settings, cast("Any", engine), asyncio.Event(), health, HealthPort(settings, health)
    )
    assert why == "programs of version 3 serve"
    assert engine.holders == 0
