"""The headless browser of the tests: Debian's Chromium driven by Playwright, or a skip that says why."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

_WAITS_MS = 30_000  # only what does not come at all takes longer, also on a busy machine
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIETLY = (  # as root in a container, and without looking anything up outside
    *("--no-sandbox", "--disable-gpu", "--disable-sync", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
)


def _driver_runs() -> bool:
    """Return whether Playwright's own Node.js starts: a minimal system may lack a library."""
    from playwright._impl._driver import compute_driver_executable  # noqa: PLC0415 - absent is a skip

    node, _ = compute_driver_executable()
    return subprocess.run([node, "--version"], check=False, capture_output=True).returncode == 0


@asynccontextmanager
async def headless() -> AsyncIterator[Any]:
    """Yield a headless browser."""
    api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        pytest.skip("no chromium on this machine: the page was not tried in a browser")
    if not _driver_runs():
        pytest.skip(
            "playwright's driver does not start here (libatomic1?): the page was not tried in a browser"
        )
    api.expect.set_options(timeout=_WAITS_MS)
    async with api.async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=_QUIETLY)
        yield opened
        await opened.close()
