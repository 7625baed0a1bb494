"""Make the documents' screenshots from the demo: `python -m tests.demo.pictures`."""

import asyncio
from pathlib import Path
from typing import Any

from tests.browser import headless
from tests.demo.running import running
from tests.demo.visitor import VOICE_AND_EVENTS, Visitor

_FOLDER = Path(__file__).parents[2] / "docs" / "images"
_WINDOW = {"width": 1180, "height": 900}
_CARD_WINDOW = {"width": 1000, "height": 640}
_SEAT_WINDOW = {"width": 1000, "height": 740}
_TIMES = {"room": "Library", "days": "Monday-Sunday", "minutes": "25", "zone": "Europe/Berlin"}


async def main() -> None:
    """Go through a first evening as a moderator and as members, and take the pictures on the way."""
    async with running() as address, headless() as browser:
        page = await browser.new_page(
            viewport=_WINDOW, locale="en-GB", timezone_id="Europe/Berlin", device_scale_factor=1.5
        )
        visitor = Visitor(page, address, _FOLDER, "")
        await visitor.arrives()
        await page.get_by_role("button", name="Show or hide members").click()
        await _as_moderator(visitor)
        await _as_members(visitor)


async def _as_moderator(visitor: Visitor) -> None:
    await visitor.is_now("Mika")
    await visitor.opens("quiet-corner")
    await visitor.grants(*VOICE_AND_EVENTS)
    await visitor.fills("quiet room add", channel="library", voice="True")
    await _message(visitor, "setup", "is the silent voice room of Library")
    await visitor.fills("quiet room events", room="Library", announced="On")
    await visitor.reads("appears in the server's events")
    await visitor.fills("quiet schedule add", {"time": "19:00"}, **_TIMES)
    await _message(visitor, "times", "The next times, on clocks in Europe/Berlin and on yours")
    await visitor.fills("quiet check")
    await _message(visitor, "check", "Everything that is used here works.")
    await visitor.page.get_by_role("button", name="Events").first.click()
    await visitor.page.locator(".event").first.wait_for()
    await visitor.page.locator(".event").first.screenshot(path=_FOLDER / "events.png")


async def _as_members(visitor: Visitor) -> None:
    await visitor.is_now("Bo")
    await visitor.opens("library")
    await visitor.passes("Next event")
    await visitor.taps("Sit", first=True)
    await visitor.taps("Show my name")
    await visitor.taps("Yes")
    await visitor.reads("You agreed to showing your name on cards")
    for name in ("Ada", "Cleo"):
        await visitor.is_now(name)
        await visitor.opens("library")
        await visitor.taps("Sit", first=True)
        await visitor.reads("You have a seat in Library")
    await visitor.page.set_viewport_size(_SEAT_WINDOW)
    await visitor.page.locator("#view").screenshot(path=_FOLDER / "opened.png")
    await visitor.taps("Nod", first=True)
    await visitor.reads("A nod went round")
    await visitor.passes("Next event")
    await visitor.is_now("Dev")
    await visitor.opens("library")
    await visitor.reads("Quiet until")
    await visitor.page.set_viewport_size(_CARD_WINDOW)
    await visitor.page.locator("#shell").screenshot(path=_FOLDER / "card.png")


async def _message(visitor: Visitor, name: str, words: str) -> None:
    """Take a picture of the newest message that contains `words`."""
    message: Any = visitor.page.locator(".message").filter(has_text=words).last
    await message.wait_for()
    await message.screenshot(path=_FOLDER / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
