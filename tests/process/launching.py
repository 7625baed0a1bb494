"""Starts `python -m bot` as a child process, with settings of its own."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias

from tests.process.forked import Forked, ForkServer

ROOT = Path(__file__).parents[2]
Child: TypeAlias = asyncio.subprocess.Process | Forked


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with these settings and none from this machine."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
    return clean | {"PYTHONPATH": str(ROOT)} | {f"ALONGSIDE_{k}": v for k, v in settings.items()}


async def launch(
    folder: Path,
    settings: Mapping[str, str],
    *arguments: str,
    file_bytes: int = resource.RLIM_INFINITY,
    code: str = "",
) -> Child:
    """Start `python -m bot` with these settings, in an empty folder, where no `.env` is found.

    `file_bytes` is the most that it may write into one file, as on a disk that is nearly full. `code` is
    run instead if a story needs a modified bot, for example with shorter timeouts. A bot is forked from one
    that is imported already, if the tests have one.
    """
    if ForkServer.running:
        return await ForkServer.running.start(folder, environment(settings), arguments, file_bytes, code)
    limits = (file_bytes, resource.RLIM_INFINITY)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *(["-c", code] if code else ["-m", "bot"]),
        *arguments,
        env=environment(settings),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=None if file_bytes < 0 else partial(resource.setrlimit, resource.RLIMIT_FSIZE, limits),
    )


async def run_to_its_end(
    folder: Path,
    settings: Mapping[str, str],
    *arguments: str,
    file_bytes: int = resource.RLIM_INFINITY,
) -> tuple[int, str, str]:
    """Run the command to its end; return the exit code and what it said on both streams."""
    process = await launch(folder, settings, *(arguments or ("run",)), file_bytes=file_bytes)
    try:
        async with asyncio.timeout(60):
            said, complained = await process.communicate()
    finally:
        if process.returncode is None:  # else the test run would wait for it
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, said.decode(), complained.decode()


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def names(folder: Path) -> list[str]:
    """Return the names of all files in a folder."""
    return sorted(path.name for path in folder.iterdir())
