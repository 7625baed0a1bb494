"""Run `make demo` as a person would."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.begin import BEGIN

_ROOT = Path(__file__).parents[2]
_STARTS_WITHIN_SECONDS = 40.0
_STOPS_WITHIN_SECONDS = 20.0


@asynccontextmanager
async def running() -> AsyncIterator[str]:
    """Start the demo, yield the address that it prints, and stop the demo afterwards.

    Raises AssertionError if it prints anything else.
    """
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--begin", BEGIN.isoformat()),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_STARTS_WITHIN_SECONDS):
            address = await _printed(demo)
        yield address
    finally:
        demo.send_signal(signal.SIGINT)
        rest, _ = await asyncio.wait_for(demo.communicate(), _STOPS_WITHIN_SECONDS)
        assert demo.returncode == 0
        assert rest.decode().split() == ["Stop", "with", "Ctrl-C."], rest.decode()


async def _printed(demo: asyncio.subprocess.Process) -> str:
    assert demo.stdout is not None
    async for line in demo.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line.decode())
        if found:
            return found[0]
    raise AssertionError("the demo ended without an address")
