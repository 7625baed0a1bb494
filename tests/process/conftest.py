"""The fixtures of the whole-process stories: a house with the bot in it, and what holds in all of them."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox import Sandbox
from tests.begin import BEGIN
from tests.process.house import House
from tests.sandbox.grants import VOICE_AND_EVENTS, grant_bot


@asynccontextmanager
async def _opened(folder: Path) -> AsyncIterator[House]:
    async with Sandbox(begin=BEGIN, strict=True) as box:
        house = House(box, folder)
        try:
            yield house
        finally:
            await house.abandon()
            sys.stderr.write("\n".join(house.log))  # shown where the story failed
        house.check()


@pytest.fixture
async def empty_house(tmp_path: Path) -> AsyncIterator[House]:
    """Return a house whose bot is not started yet."""
    async with _opened(tmp_path) as house:
        yield house


@pytest.fixture
def voice_and_events(empty_house: House) -> None:
    """Give the bot what it needs for voice channels and events, beyond what its invite asks for."""
    grant_bot(empty_house.box, *VOICE_AND_EVENTS)


@pytest.fixture
async def house(empty_house: House) -> House:
    """Return a house with the bot connected."""
    await empty_house.start()
    return empty_house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Return a house for all stories of a module that has a loop of its own: starting a bot takes time.

    Each story takes other people and rooms, and leaves nothing that comes by itself later.
    """
    async with _opened(tmp_path_factory.mktemp("house")) as house:
        house.furnish(10)
        await house.start()
        yield house
