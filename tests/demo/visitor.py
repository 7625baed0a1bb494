"""A person who uses the demo page: methods for what people do there."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from playwright.async_api import expect

VOICE_AND_EVENTS = ("Manage Channels", "Connect", "Create Events")
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def _moved_the_clock(response: Any) -> bool:
    return response.url.endswith("/page/act") and '"do":"clock"' in (response.request.post_data or "")


class Visitor:
    """One browser tab. If there is a folder for them, pictures of each step are taken at both widths."""

    def __init__(self, page: Any, address: str, folder: Path | None, story: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._address = address
        self._folder = folder
        self._story = story
        self._pictures = 0
        page.set_default_timeout(30_000)
        page.on("console", lambda message: self._complain(message) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._shown_at = 0.0  # the sandbox's time that the page heard of last
        self._heard = asyncio.Event()
        page.on("websocket", lambda socket: socket.on("framereceived", self._note_time))

    def _note_time(self, frame: str | bytes) -> None:
        event = json.loads(frame)
        if event["t"] == "clock":
            self._shown_at = event["now"]
            self._heard.set()

    def _complain(self, message: Any) -> None:
        self.complaints.append(message.text)

    async def arrives(self) -> None:
        """Open the page."""
        await self.page.goto(self._address)
        await self.page.locator(".log-start").wait_for()

    async def is_now(self, name: str) -> None:
        """Act as another person."""
        people = self.page.locator("select").first
        for option in await people.locator("option").all():
            if (await option.inner_text()).startswith(name):
                await people.select_option(value=await option.get_attribute("value"))
        await expect(self.page.locator(".me-name, .self-name, footer").first).to_be_visible()

    async def opens(self, channel: str) -> None:
        """Open a channel by its name."""
        await self.page.locator("nav, aside").get_by_text(channel, exact=True).first.click()
        await self.page.locator(".log-start").wait_for()

    async def runs(self, command: str) -> None:
        """Run a command without options, by keyboard."""
        await self.page.locator("#composer").fill(f"/{command}")
        await self.page.keyboard.press("Enter")
        await self.page.locator(".command-form").wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.locator(".command-form").wait_for(state="detached")

    async def fills(self, command: str, plain: dict[str, str] | None = None, **picked: str) -> None:
        """Run a command: `plain` options are typed; for the others the first offered value is picked."""
        await self.page.locator("#composer").fill(f"/{command}")
        await self.page.keyboard.press("Enter")
        form = self.page.locator(".command-form")
        await form.wait_for()
        for name, typed in {**picked, **(plain or {})}.items():
            field = form.get_by_label(re.compile(rf"^{name}\b"))
            add = form.get_by_role("button", name=re.compile(rf"^Add option {name}:"))
            await expect(field.or_(add).first).to_be_visible()
            if await add.count():
                await add.click()
            await field.first.fill(typed)
            if name in picked:
                await self._picks(typed)
        await form.get_by_role("button", name="Run").click()
        await form.wait_for(state="detached")

    async def _picks(self, typed: str) -> None:
        """Pick the first offered value, once the list is filtered by what was typed."""
        offered = self.page.get_by_role("listbox", name="Values").get_by_role("option")
        wanted = re.compile(re.escape(typed), re.IGNORECASE)
        await expect(offered.filter(has_text=wanted).first).to_be_visible()
        await expect(offered.first).to_have_text(wanted)
        await self.page.keyboard.press("Enter")

    async def grants(self, *labels: str) -> None:
        """Give the app's role these permissions in the open server."""
        button = self.page.get_by_role("button", name="App permissions")
        if not await button.is_visible():
            await self.page.get_by_role("button", name="Show or hide members").click()
        await button.click()
        dialog = self.page.get_by_role("dialog")
        for label in labels:
            await dialog.get_by_label(label, exact=True).check()
        await dialog.get_by_role("button", name="Save").click()
        await dialog.wait_for(state="detached")

    async def taps(self, label: str, *, first: bool = False) -> None:
        """Tap a button in a message: the newest with that label, or the first."""
        buttons = self.page.locator(".message").get_by_role("button", name=label, exact=True)
        await (buttons.first if first else buttons.last).click()

    async def reads(self, words: str) -> None:
        """Check that a message contains some words."""
        await expect(self.page.locator(".message").filter(has_text=words).last).to_be_visible()

    async def passes(self, button: str) -> None:
        """Move the clock by one of the buttons above, and wait until the page shows what happened."""
        async with self.page.expect_response(_moved_the_clock, timeout=60000) as moved:
            await self.page.get_by_text(button, exact=True).click()
        now = (await (await moved.value).json())["now"]
        async with asyncio.timeout(30):
            while self._shown_at < now - 1:  # what happened comes before the time, on the same connection
                self._heard.clear()
                await self._heard.wait()
        await self.page.evaluate("() => new Promise(requestAnimationFrame)")
        await expect(self.page.get_by_text("+1 day", exact=True)).to_be_enabled()

    async def pictures(self, name: str) -> None:
        """Check at both widths that nothing overflows, and take a picture if they are wanted."""
        self._pictures += 1
        for width, size in (("wide", DESK), ("narrow", PHONE)):
            await self.page.set_viewport_size(size)
            await self.page.evaluate("() => new Promise(requestAnimationFrame)")
            if self._folder is not None:
                path = self._folder / f"{self._story}-{self._pictures:02}-{name}-{width}.png"
                await self.page.screenshot(path=path)
            inside = "() => document.documentElement.scrollWidth <= window.innerWidth"
            assert await self.page.evaluate(inside), f"{name} is wider than the {width} window"
        await self.page.set_viewport_size(DESK)
