"""The shipped bot as a process beside a sandbox: start, stop and kill it, read its log and memory use."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.settings import PREFIX
from sandbox import Sandbox

BEGIN = datetime(2031, 1, 8, 9, tzinfo=UTC)  # of the sandbox's clock, so that runs of one seed are alike
_SERVES_WITHIN_SECONDS = 60.0  # on a busy machine
_STOPS_WITHIN_SECONDS = 15.0
_KIB_A_MIB = 1024
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


class SlowError(RuntimeError):
    """The bot runs, but something took longer than a busy machine should need."""


def exit_on_sigterm() -> None:
    """Let SIGTERM end a measurement as Ctrl-C does: its bot ends too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


async def start_python(
    program: Sequence[str], environment: Mapping[str, str], folder: Path
) -> asyncio.subprocess.Process:
    """Start Python with a program. Tests fork the bot instead, since its imports take a second."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, *program), env=environment, cwd=folder, stderr=asyncio.subprocess.PIPE
    )


class BotProcess:
    """One bot that can be restarted, with its database in `folder`.

    Settings are given by name, beside those that lead to the sandbox. It runs `program` with Python.
    """

    def __init__(
        self, box: Sandbox, folder: Path, *, program: Sequence[str] = ("-m", "bot", "run"), **settings: str
    ) -> None:
        self._program = program
        self._box = box
        self._folder = folder
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self.log: list[str] = []

    async def start(self) -> None:
        """Start it and wait until it serves, see `until_it_serves`."""
        await self.launch()
        await self.until_it_serves()

    async def until_it_serves(self) -> None:
        """Wait until it is connected and follows the sandbox's clock.

        Raises RuntimeError if it ends meanwhile, SlowError if it runs and takes too long.
        """
        await self.until(lambda: self._box.bot_connected)
        await self.until(lambda: self._box.clock.followers)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something in the sandbox shows that it serves. Raises as `until_it_serves` does."""
        showing = asyncio.create_task(self._box.until(condition, _SERVES_WITHIN_SECONDS))
        ended = asyncio.create_task(self.wait())
        try:
            await asyncio.wait({showing, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not showing.done():
                raise RuntimeError(f"the bot ended with {ended.result()}: {self.log[-5:]}")
            await showing
        except TimeoutError:
            raise SlowError(f"the bot does not serve: {self.log[-5:]}") from None
        finally:
            showing.cancel()
            ended.cancel()

    async def launch(self) -> None:
        """Start it without waiting for a connection."""
        box = self._box
        settings = {
            "DISCORD_TOKEN": box.token,
            "DISCORD_API_URL": box.api_url,
            "DISCORD_GATEWAY_URL": box.gateway_url,
            "CLOCK_URL": box.clock_url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "LOG_LEVEL": "INFO",
            **self._settings,
        }
        chosen = {f"{PREFIX}{name}": value for name, value in settings.items()}
        clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        root = {"PYTHONPATH": str(Path(__file__).parents[1])}  # an empty folder has no .env to be read
        self._process = await start_python(self._program, clean | root | chosen, self._folder)
        self._hearing = asyncio.create_task(self._read_log(self._process))

    async def hears(self, part: str, within_seconds: float = 40.0) -> None:
        """Wait until its log has a line with `part`. Raises TimeoutError."""
        async with asyncio.timeout(within_seconds):
            while not any(part in line for line in self.log):
                self._heard.clear()
                await self._heard.wait()

    async def end(self, *, kill: bool = False) -> None:
        """Stop it as a supervisor does, or kill it. Raises RuntimeError if that fails."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        if kill:
            await self.kill_if_running()
        else:
            await self.stop()
        if self._hearing is not None:
            await self._hearing
        await self._box.until(lambda: not self._box.bot_connected and not self._box.clock.followers)

    async def wait(self) -> int:
        """Wait for the end of its process; return its exit code."""
        assert self._process is not None  # noqa: S101 - it was launched
        return await self._process.wait()

    async def stop(self) -> None:
        """Stop it as a supervisor does, and wait for its end. Raises RuntimeError if that fails."""
        assert self._process is not None  # noqa: S101 - it was launched
        self._process.terminate()
        async with asyncio.timeout(_STOPS_WITHIN_SECONDS):
            code = await self._process.wait()
        if code:
            raise RuntimeError(f"the bot ended with {code}: {self.log[-5:]}")

    def kill_at_once(self) -> None:
        """Kill the process without waiting for its end, if it still runs."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def kill_if_running(self) -> None:
        """Kill the process if it still runs."""
        self.kill_at_once()
        if self._process is not None:
            await self._process.wait()

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None  # noqa: S101 - it is a pipe, see `start`
        async for line in process.stderr:
            self.log.append(line.decode().rstrip())
            self._heard.set()

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None  # noqa: S101 - asked while it runs
        return self._process.pid

    @property
    def resident_mib(self) -> float:
        """How much memory it uses now, as Linux reports it."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = _RESIDENT.search(status)
        return int(found[1]) / _KIB_A_MIB if found else 0.0

    @property
    def database(self) -> Path:
        """The database's file."""
        return self._folder / "alongside.db"

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows of its database, read beside it."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()
