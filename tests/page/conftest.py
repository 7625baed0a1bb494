"""A browser, a sandbox and a discord.py bot connected to it."""

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
from sandbox.web.guide import Guide
from tests.begin import BEGIN
from tests.browser import headless
from tests.page.example_bot import ExampleBot

DESKTOP = {"width": 1440, "height": 900}
GUIDE = Guide("Begin here: be Mika.", "Be Mika", person="mika", channel="library", command="me")
PHONE = {"width": 390, "height": 844}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Any]:
    """Run one headless browser for all tests of the page."""
    async with headless() as opened:
        yield opened


class Contexts:
    """Browser contexts by their options. They stay open, as a new tab is cheaper than a new context."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: dict[str, Any] = {}

    async def new_tab(self, **options: Any) -> Any:
        """Open a tab in the context with these options."""
        key = repr(sorted(options.items()))
        if key not in self._contexts:
            self._contexts[key] = await self._browser.new_context(**options)
            await self._contexts[key].new_page()  # keeps the context open when the other tabs are closed
        return await self._contexts[key].new_page()


@pytest.fixture(scope="session")
def contexts(browser: Any) -> Contexts:
    """Return the contexts of the browser."""
    return Contexts(browser)


@dataclass
class Stage:
    """A sandbox with a bot, and the open tabs of its page."""

    box: Sandbox
    bot: ExampleBot
    contexts: Contexts
    tabs: list[Any] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)

    def channel(self, name: str) -> int:
        """Return the id of a channel by its name."""
        found = [
            c.id for g in self.box.world.guilds.values() for c in g.channels.values() if c.name == name
        ]
        return found[0]

    async def look(self, person: str, channel: str = "quiet-corner", **options: Any) -> Any:
        """Open the page as a person; an error in its console fails the test."""
        page = await self.contexts.new_tab(
            **{"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "Europe/Berlin", **options}
        )
        self.tabs.append(page)
        page.set_default_timeout(30_000)
        page.on("console", lambda m: self.console_errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        who = self.box.person(person).id
        await page.goto(f"{self.box.page_url}?as={who}&channel={self.channel(channel)}")
        await page.locator(".log-start").wait_for()
        return page

    async def leave(self) -> None:
        """Close the tabs and clear what the page has saved in the browser."""
        for page in self.tabs:
            await page.evaluate("localStorage.clear(); sessionStorage.clear()")
            await page.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(contexts: Contexts, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Run a new sandbox with the example bot connected."""
    async with Sandbox(begin=BEGIN, guide=GUIDE) as box:
        monkeypatch.setattr(discord.http.Route, "BASE", box.api_url)
        url = yarl.URL(box.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        bot = ExampleBot()
        running = asyncio.create_task(bot.start(box.token))
        await box.until_ready()
        await asyncio.wait_for(bot.wait_until_ready(), 30)
        running_stage = Stage(box, bot, contexts)
        yield running_stage
        await running_stage.leave()
        await bot.close()
        with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
            await running
    assert running_stage.console_errors == []


@pytest.fixture
def expect() -> Callable[[Any], Any]:
    """Return Playwright's `expect`, whose assertions wait until they hold."""
    made: Callable[[Any], Any] = pytest.importorskip("playwright.async_api").expect
    return made
