"""A browser, a sandbox and a small real bot in it, for the page's tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
import pytest_asyncio
import yarl

from sandbox import Sandbox
from tests.begin import BEGIN
from tests.browser import headless
from tests.page.little_bot import LittleBot

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Any]:
    """One headless browser for all of the page's tests."""
    async with headless() as opened:
        yield opened


class Windows:
    """The browser's windows, one for each way to look, kept open: a new tab costs half of a new window."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._kept: dict[str, Any] = {}

    async def new_tab(self, **options: Any) -> Any:
        """Open an empty tab in the window that has these options."""
        key = repr(sorted(options.items()))
        if key not in self._kept:
            self._kept[key] = await self._browser.new_context(**options)
            await self._kept[key].new_page()  # without which the window goes with its last tab
        return await self._kept[key].new_page()


@pytest.fixture(scope="session")
def windows(browser: Any) -> Windows:
    """Return the windows of the one browser."""
    return Windows(browser)


@dataclass
class Stage:
    """A sandbox, the bot in it, and whoever looks at the page."""

    box: Sandbox
    bot: LittleBot
    windows: Windows
    tabs: list[Any] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def channel(self, name: str) -> int:
        """Return the id of a channel of either server, by name."""
        found = [
            c.id for g in self.box.world.guilds.values() for c in g.channels.values() if c.name == name
        ]
        return found[0]

    async def look(self, person: str, channel: str = "quiet-corner", **options: Any) -> Any:
        """Open the page as a person; what its console complains of fails the test."""
        page = await self.windows.new_tab(
            **{"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Berlin", **options}
        )
        self.tabs.append(page)
        page.set_default_timeout(8000)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        who = self.box.person(person).id
        await page.goto(f"{self.box.page_url}?as={who}&channel={self.channel(channel)}")
        await page.locator(".log-start").wait_for()
        return page

    async def leave(self) -> None:
        """Close the tabs; what the page has kept in the browser goes with them."""
        for page in self.tabs:
            await page.evaluate("localStorage.clear()")
            await page.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Run a fresh sandbox with the little bot connected."""
    async with Sandbox(begin=BEGIN) as box:
        monkeypatch.setattr(discord.http.Route, "BASE", box.api_url)
        url = yarl.URL(box.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        bot = LittleBot()
        running = asyncio.create_task(bot.start(box.token))
        await box.until_ready()
        await asyncio.wait_for(bot.wait_until_ready(), 5)
        made = Stage(box, bot, windows)
        yield made
        await made.leave()
        await bot.close()
        with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
            await running
    assert made.complaints == []


@pytest.fixture
def expect() -> Callable[[Any], Any]:
    """Playwright's assertions, which wait for what they expect."""
    made: Callable[[Any], Any] = pytest.importorskip("playwright.async_api").expect
    return made
