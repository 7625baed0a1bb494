"""`make demo`, started as a person does, and a browser in front of it."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.browser import headless

_ROOT = Path(__file__).parents[2]
_STARTS_WITHIN_SECONDS = 40.0


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    """Start the demo and give the address that it prints."""
    demo = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "bot", "demo", "--port", "0"), cwd=_ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_STARTS_WITHIN_SECONDS):
            yield await _printed(demo)
    finally:
        demo.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(demo.wait(), 20) == 0


async def _printed(demo: asyncio.subprocess.Process) -> str:
    assert demo.stdout is not None
    async for line in demo.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line.decode())
        if found:
            return found[0]
    raise AssertionError("the demo ended without an address")


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Any]:
    """Give a headless browser, or skip and say so."""
    async with headless() as opened:
        yield opened


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Give the folder for pictures: ALONGSIDE_SHOTS, or one that is thrown away."""
    folder = Path(os.environ.get("ALONGSIDE_SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
