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


@dataclass
class Stage:
    """A sandbox, the bot in it, and whoever looks at the page."""

    box: Sandbox
    bot: LittleBot
    browser: Any
    contexts: list[Any] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def channel(self, name: str) -> int:
        """Return the id of a channel of either server, by name."""
        found = [
            c.id for g in self.box.world.guilds.values() for c in g.channels.values() if c.name == name
        ]
        return found[0]

    async def look(self, person: str, channel: str = "quiet-corner", **options: Any) -> Any:
        """Open the page as a person; what its console complains of fails the test."""
        context = await self.browser.new_context(
            **{"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Berlin", **options}
        )
        self.contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(8000)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        who = self.box.person(person).id
        await page.goto(f"{self.box.page_url}?as={who}&channel={self.channel(channel)}")
        await page.locator(".log-start").wait_for()
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Run a fresh sandbox with the little bot connected."""
    async with Sandbox(begin=BEGIN) as box:
        monkeypatch.setattr(discord.http.Route, "BASE", box.api_url)
        url = yarl.URL(box.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        bot = LittleBot()
        running = asyncio.create_task(bot.start(box.token))
        await box.until_ready()
        await asyncio.wait_for(bot.wait_until_ready(), 5)
        made = Stage(box, bot, browser)
        yield made
        for context in made.contexts:
            await context.close()
        await bot.close()
        with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
            await running
    assert made.complaints == []


@pytest.fixture
def expect() -> Callable[[Any], Any]:
    """Playwright's assertions, which wait for what they expect."""
    made: Callable[[Any], Any] = pytest.importorskip("playwright.async_api").expect
    return made
