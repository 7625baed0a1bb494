"""The demo: a simulated Discord in this process, and the shipped bot in another, connected to it."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigurationError
from bot.settings import PREFIX
from sandbox.server import Sandbox
from sandbox.web.guide import Guide

_STOP_TIMEOUT_SECONDS = 10.0
_READY_TIMEOUT_SECONDS = 30.0
_GUIDE = Guide(
    text="This is a pretend Discord on your own computer. Nothing here is real, and nothing leaves it. "
    "At the top you choose who you are, and you can move the clock. Start as Mika, a moderator, and add a "
    "quiet room. Then become Ada and take a seat with /sit.",
    action="Be Mika and add a room",
    person="mika",
    channel="quiet-corner",
    command="quiet setup",
)


async def show(port: int, begin: datetime | None = None) -> int:
    """Run the demo on `port` until interrupted and return the exit code.

    Its clock starts at `begin`, an aware time (None: now). Everything is in a temporary folder, which is
    deleted at the end.
    """
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows stops it by KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        box = await Sandbox.start(port=port, begin=begin, guide=_GUIDE)
    except OSError as error:
        raise ConfigurationError(f"port {port}: {error.strerror}; choose another with --port") from None
    try:
        with tempfile.TemporaryDirectory(prefix="alongside-demo-") as folder:
            return await _with_bot(box, Path(folder), stop)
    finally:
        await box.close()


async def _with_bot(box: Sandbox, folder: Path, stop: asyncio.Event) -> int:
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), env=_environment(box, folder), cwd=folder
    )
    stopped = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(bot.wait())
    try:
        ready = asyncio.create_task(box.until_ready(timeout=_READY_TIMEOUT_SECONDS))
        await asyncio.wait({stopped, ended, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            await ready
            print(f"\nAlongside is here: {box.page_url}\nStop with Ctrl-C.\n", flush=True)  # noqa: T201 - the address, to be opened
        ready.cancel()
        await asyncio.wait({stopped, ended}, return_when=asyncio.FIRST_COMPLETED)
        return 0 if stop.is_set() else 1
    finally:
        stopped.cancel()
        if bot.returncode is None:
            bot.terminate()
        try:
            await asyncio.wait_for(ended, _STOP_TIMEOUT_SECONDS)
        except TimeoutError:
            bot.kill()
            await bot.wait()


def _environment(box: Sandbox, folder: Path) -> dict[str, str]:
    """Return the environment variables of the demo's bot, without another bot's settings.

    The bot runs in `folder`, which has no `.env` file.
    """
    others = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    chosen = {
        "DISCORD_TOKEN": box.token,
        "DISCORD_API_URL": box.api_url,
        "DISCORD_GATEWAY_URL": box.gateway_url,
        "CLOCK_URL": box.clock_url,
        "DATABASE_URL": f"sqlite:///{folder / 'alongside.db'}",
    }
    modules = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}  # the same modules as in this process
    return others | modules | {f"{PREFIX}{name}": value for name, value in chosen.items()}
