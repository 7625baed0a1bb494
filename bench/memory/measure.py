"""Starts both bots against the stand-in for Discord, and reads their memory."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.memory.discord_stub import DiscordStub
from bot.settings import PREFIX

PRODUCT, BARE = "product", "bare"
_ROOT = Path(__file__).parents[2]
_READY_WITHIN_SECONDS = 300.0
_SETTLES_IN_SECONDS = 2.0  # after ready: the worker has started, and cogs have looked at the servers
_LOOK_AGAIN_SECONDS = 0.02
_KIB_A_MIB = 1024
_RESIDENT = re.compile(r"^Rss:\s+(\d+) kB", re.MULTILINE)
_PRIVATE = re.compile(r"^Private_(?:Clean|Dirty):\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Start:
    """What one start of a bot took. Memory is in MiB, as Linux reports it; stops are of the event loop."""

    servers: int
    seconds: float  # from the process's start until discord.py says that it is ready
    resident: float
    private: float  # what no other process shares
    longest_stop: float  # seconds, until ready
    cpu: float  # seconds, until ready
    collection: float  # seconds of a full garbage collection
    objects: int  # that the garbage collector knows


async def measure(which: str, servers: int, folder: Path) -> Start:
    """Start a bot once and stop it again. `folder` holds its compiled modules, and may be used again."""
    stub = DiscordStub(servers)
    async with stub.serving():
        with tempfile.TemporaryDirectory(dir=folder) as own:
            return await _start(which, stub, Path(own), folder / "compiled", servers)


async def _start(which: str, stub: DiscordStub, own: Path, compiled: Path, servers: int) -> Start:
    begun = time.time()
    async with _running(which, stub, own, compiled) as process:
        ready = await _next_line(own, 1, process)
        await asyncio.sleep(_SETTLES_IN_SECONDS)
        resident, private = _memory(process.pid)
        process.send_signal(signal.SIGUSR1)
        later = await _next_line(own, 2, process)
    return Start(
        servers=servers,
        seconds=ready["at"] - begun,
        resident=resident,
        private=private,
        longest_stop=ready["longest_stop"],
        cpu=ready["cpu"],
        collection=later["collection"],
        objects=int(later["objects"]),
    )


@asynccontextmanager
async def _running(
    which: str, stub: DiscordStub, own: Path, compiled: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {
        "DISCORD_TOKEN": "a-token",
        "DISCORD_API_URL": stub.api_url,
        "DISCORD_GATEWAY_URL": stub.gateway_url,
        "DATABASE_URL": f"sqlite:///{own}/alongside.db",
    }
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and name != "PYTHONDONTWRITEBYTECODE"
    }
    chosen = {f"{PREFIX}{name}": value for name, value in settings.items()}
    paths = {
        "PYTHONPATH": str(_ROOT),
        "PYTHONPYCACHEPREFIX": str(compiled),  # an installed bot is compiled already
        "BARE_API_URL": stub.api_url,
        "BARE_GATEWAY_URL": stub.gateway_url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.memory.watched", str(own / "report"), which),
        env=clean | chosen | paths,
        cwd=own,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _next_line(own: Path, number: int, process: asyncio.subprocess.Process) -> dict[str, float]:
    """Wait for a line of the report. Raises RuntimeError if the bot ended."""
    report = own / "report"
    async with asyncio.timeout(_READY_WITHIN_SECONDS):
        while True:
            lines = report.read_text(encoding="ascii").splitlines() if report.exists() else []
            if len(lines) >= number:
                found: dict[str, float] = json.loads(lines[number - 1])
                return found
            if process.returncode is not None:
                raise RuntimeError(f"the bot ended with {process.returncode}")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _memory(process_id: int) -> tuple[float, float]:
    """Return how much memory a process uses, and how much of it is its own alone, in MiB."""
    text = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
    resident = sum(int(each) for each in _RESIDENT.findall(text))
    private = sum(int(each) for each in _PRIVATE.findall(text))
    return resident / _KIB_A_MIB, private / _KIB_A_MIB
