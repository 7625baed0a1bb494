"""The fixtures of the whole-process stories: the bot as a process, and checks for all stories."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox import Sandbox
from tests.begin import BEGIN
from tests.process.bot_process import BotProcess
from tests.process.forked import Forked, ForkServer
from tests.process.launching import environment
from tests.sandbox.grants import VOICE_AND_EVENTS, grant_bot


@pytest.fixture(scope="session", autouse=True)
def fork_server() -> Iterator[None]:
    """Import the bot once, for all starts of it, those of the benchmarks too."""
    ForkServer.running = server = ForkServer(environment({}))

    async def start(program: Sequence[str], environment: Mapping[str, str], folder: Path) -> Forked:
        what, given, *arguments = program  # -m bot run, or -c and the code of a modified bot
        return await server.start(folder, environment, arguments, code=given if what == "-c" else "")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.process.start_python", start)
        yield
    ForkServer.running = None
    server.close()


@asynccontextmanager
async def _opened(folder: Path) -> AsyncIterator[BotProcess]:
    async with Sandbox(begin=BEGIN, strict=True) as box:
        process = BotProcess(box, folder)
        try:
            yield process
        finally:
            await process.kill_if_running()
            sys.stderr.write("\n".join(process.log))  # shown where the story failed
        process.check()


@pytest.fixture
async def unstarted_process(tmp_path: Path) -> AsyncIterator[BotProcess]:
    """Return the bot's process before it starts."""
    async with _opened(tmp_path) as process:
        yield process


@pytest.fixture
def voice_and_events(unstarted_process: BotProcess) -> None:
    """Give the bot what it needs for voice channels and events, beyond what its invite asks for."""
    grant_bot(unstarted_process.box, *VOICE_AND_EVENTS)


@pytest.fixture
async def process(unstarted_process: BotProcess) -> BotProcess:
    """Return the bot's process, connected."""
    await unstarted_process.start()
    return unstarted_process


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BotProcess]:
    """Return a process that all stories of a module share, since starting one takes time.

    Each story uses other people and rooms, and leaves nothing due for later.
    """
    async with _opened(tmp_path_factory.mktemp("process")) as process:
        process.add_channels(10)
        await process.start()
        yield process
