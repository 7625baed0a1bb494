"""Prints every measurement of speed and size: `python -m bench [--full] [part ...]`, or `make bench`.

The parts are `taps` and `memory` (beside a bare bot), `due` (check-ins that are due) and `scale` (large
databases, and the start with open sessions); without names, all of them. Without `--full` there are fewer
rounds and at most 100,000 members, which takes some minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from bench import due, scale
from bench.floor.comparison import compare
from bench.floor.stage import Kind
from bench.floor.table import table
from bench.memory import figures
from bench.process import exit_on_sigterm

_ROUNDS, _FULL_ROUNDS = 5, 20
_MEMBERS, _FULL_MEMBERS = 100_000, 1_000_000
_SIZES, _FULL_SIZES = (10_000, 100_000), (10_000, 100_000, 1_000_000)
_GROUPS, _FULL_GROUPS = 40, 300
_TAPS = 30

Lines = AsyncIterator[str]


async def _taps(*, is_full: bool) -> Lines:
    rounds = _FULL_ROUNDS if is_full else _ROUNDS
    for line in table(await compare(rounds, _TAPS, list(Kind))):
        yield line


async def _memory(*, is_full: bool) -> Lines:
    for line in await figures.table(figures.FULL if is_full else figures.QUICK):
        yield line


async def _due(*, is_full: bool) -> Lines:
    sizes, groups = (_FULL_SIZES, _FULL_GROUPS) if is_full else (_SIZES, _GROUPS)
    for engine in scale.engines():
        yield engine
        for line in due.table(sizes, await due.measure(sizes, groups, engine)):
            yield line


async def _scale(*, is_full: bool) -> Lines:
    for engine in scale.engines():
        for line in await scale.lines(engine, _FULL_MEMBERS if is_full else _MEMBERS):
            yield line


_PARTS: Mapping[str, tuple[str, Callable[..., Lines]]] = {
    "taps": ("Taps and commands, bare bot : Alongside", _taps),
    "memory": ("Memory and start, bare bot : Alongside", _memory),
    "due": ("Check-ins that are due, from the claim to the record, without Discord", _due),
    "scale": ("Large databases", _scale),
}


def machine() -> str:
    """Return what the measurements depend on: the processor, and the versions of what runs."""
    info = Path("/proc/cpuinfo")
    known = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in known if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return (
        f"{os.cpu_count()} cores of {model}; Python {platform.python_version()}, "
        f"discord.py {version('discord.py')}, aiohttp {version('aiohttp')}, SQLite {sqlite3.sqlite_version}"
    )


async def _print(parts: list[str], *, is_full: bool) -> None:
    _say(machine())
    for name in parts:
        title, run = _PARTS[name]
        begun = time.monotonic()
        _say(f"\n{title}")
        async for line in run(is_full=is_full):
            _say(line)
        _say(f"(took {time.monotonic() - begun:.0f} s)")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the chosen parts."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--full", action="store_true", help="more rounds, members and servers")
    parser.add_argument(
        "part", nargs="*", choices=[[], *_PARTS], default=[], metavar="part", help="all, without names"
    )
    given = parser.parse_args()
    asyncio.run(_print(given.part or list(_PARTS), is_full=given.full))


if __name__ == "__main__":
    exit_on_sigterm()
    main()
