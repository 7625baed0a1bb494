"""Runs a bot and watches it from inside: `python -m bench.memory.watched REPORT product|bare`.

It writes a line of JSON to the file REPORT when the bot is ready, and one at each SIGUSR1: the time, the
CPU time of the process, the longest stop of the event loop since the line before, the time of a full
garbage collection, and how many objects are left after it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import discord

_STEP_SECONDS = 0.005


class Watch:
    """Measures the event loop's stops."""

    def __init__(self, report: Path) -> None:
        self._report = report
        self._longest = 0.0

    async def watch(self) -> None:
        """Measure without end."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self.write, "asked")
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_STEP_SECONDS)
            self._longest = max(self._longest, time.perf_counter() - before - _STEP_SECONDS)

    def write(self, why: str) -> None:
        """Add a line to the report, and begin again."""
        line = {
            "why": why,
            "at": time.time(),
            "cpu": time.process_time(),
            "longest_stop": self._longest,
            "collection": _time_of_collection() if why == "asked" else 0.0,
            "objects": len(gc.get_objects()) + gc.get_freeze_count(),
        }
        with self._report.open("a", encoding="ascii") as file:
            file.write(json.dumps(line) + "\n")
        self._longest = 0.0


def _time_of_collection() -> float:
    begun = time.perf_counter()
    gc.collect()
    return time.perf_counter() - begun


def install(watch: Watch) -> None:
    """Watch the event loop of whatever runs next, and note when a discord.py client is ready."""
    run, dispatch = asyncio.Runner.run, discord.Client.dispatch

    def run_watched(runner: asyncio.Runner, main: Coroutine[Any, Any, Any], **given: Any) -> Any:  # noqa: ANN401 - as asyncio's own
        async def watched() -> Any:  # noqa: ANN401 - as asyncio's own
            watching = asyncio.create_task(watch.watch())
            try:
                return await main
            finally:
                watching.cancel()

        return run(runner, watched(), **given)

    def dispatch_noted(client: discord.Client, event: str, /, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as discord.py's own
        dispatch(client, event, *given, **named)
        if event == "ready":
            asyncio.get_running_loop().call_soon(watch.write, "ready")

    vars_of_runner: Any = asyncio.Runner
    vars_of_runner.run = run_watched
    discord.Client.dispatch = dispatch_noted  # type: ignore[method-assign] # any client calls it


def _run_bare() -> None:
    from bench.memory import bare  # noqa: PLC0415 - only one of the two bots is loaded

    bare.main(os.environ["BARE_API_URL"], os.environ["BARE_GATEWAY_URL"])


def _run_product() -> None:
    from bot.cli import main  # noqa: PLC0415 - as above

    main(["run"])


if __name__ == "__main__":
    install(Watch(Path(sys.argv[1])))
    with contextlib.suppress(KeyboardInterrupt):
        {"bare": _run_bare, "product": _run_product}[sys.argv[2]]()
