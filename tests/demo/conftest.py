"""The demo, and a browser that opens it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.browser import headless
from tests.demo.running import running


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    """Start the demo and yield the address that it prints."""
    async with running() as printed:
        yield printed


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Any]:
    """Yield a headless browser, or skip the test with the reason."""
    async with headless() as opened:
        yield opened


@pytest.fixture
def shots() -> Path | None:
    """Return the folder for pictures: ALONGSIDE_SHOTS, or None, since they take time."""
    if "ALONGSIDE_SHOTS" not in os.environ:
        return None
    folder = Path(os.environ["ALONGSIDE_SHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder
