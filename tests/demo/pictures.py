"""Make the documents' screenshots from the demo: `python -m tests.demo.pictures`."""

import asyncio
import re
from pathlib import Path
from typing import Any

from bot.texts.catalogue import Texts
from tests.browser import headless
from tests.demo.running import running
from tests.demo.visitor import VOICE_AND_EVENTS, Visitor

_FOLDER = Path(__file__).parents[2] / "docs" / "images"
_WINDOW = {"width": 1180, "height": 900}
_TALL_WINDOW = {"width": 1180, "height": 1900}  # no message is cut off
_CARD_WINDOW = {"width": 1000, "height": 680}
_SEAT_WINDOW = {"width": 1000, "height": 920}
_CHECKIN_WINDOW = {"width": 900, "height": 560}
_TIMES = {"room": "Library", "days": "Monday-Sunday", "minutes": "25", "zone": "Europe/Berlin"}
_TEXTS = Texts()


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
        await _check_in(visitor)


async def _as_moderator(visitor: Visitor) -> None:
    await visitor.is_now("Mika")
    await visitor.opens("quiet-corner")
    await visitor.grants(*VOICE_AND_EVENTS)
    await visitor.fills("quiet room add", channel="library", voice="True")
    await visitor.reads(part_of("setup.done_voice"))
    await visitor.fills("quiet room events", room="Library", announced="On")
    await visitor.reads(part_of("setup.done_events"))
    await visitor.fills("quiet schedule add", {"time": "19:00"}, **_TIMES)
    await _message(visitor, "times", part_of("times.preview"))
    await visitor.page.set_viewport_size(_TALL_WINDOW)
    await visitor.fills("quiet setup")
    await _message(visitor, "setup", "/quiet setup")
    await visitor.fills("quiet check")
    await _message(visitor, "check", "/quiet check")
    await visitor.page.set_viewport_size(_WINDOW)
    await visitor.page.get_by_role("button", name="Events").first.click()
    await visitor.page.locator(".event").first.wait_for()
    await visitor.page.locator(".event").first.screenshot(path=_FOLDER / "events.png")


async def _as_members(visitor: Visitor) -> None:
    await visitor.is_now("Bo")
    await visitor.opens("library")
    await _until(visitor, label("rooms.button.sit"))
    await visitor.taps(label("rooms.button.sit"), first=True)
    await visitor.taps(label("rooms.button.name"))
    await visitor.taps(label("consent.button.give"))
    await visitor.reads(part_of("consent.given"))
    for name in ("Ada", "Cleo"):
        await visitor.is_now(name)
        await visitor.opens("library")
        await visitor.taps(label("rooms.button.sit"), first=True)
        await visitor.reads(part_of("rooms.seat.counted"))
    await visitor.page.set_viewport_size(_SEAT_WINDOW)
    await visitor.page.locator("#view").screenshot(path=_FOLDER / "opened.png")
    await visitor.taps(label("rooms.button.nod"), first=True)
    await visitor.reads(part_of("rooms.card.nod"))
    await visitor.is_now("Dev")
    await visitor.opens("library")
    await visitor.reads(part_of("rooms.card.nod"))
    await visitor.page.set_viewport_size(_CARD_WINDOW)
    await visitor.page.locator("#shell").screenshot(path=_FOLDER / "card.png")


async def _check_in(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size(_WINDOW)
    await visitor.is_now("Cleo")
    await visitor.opens("general")
    await visitor.fills("checkins", zone="Europe/Berlin")
    await visitor.taps(label("checkins.button.agree"))
    await visitor.reads(part_of("checkins.begun"))
    await visitor.page.get_by_role("button", name="Direct messages").first.click()
    await (
        visitor.page.locator(".message")
        .get_by_role("button", name=label("checkins.answer.quiet"))
        .wait_for()
    )
    await visitor.page.set_viewport_size(_CHECKIN_WINDOW)
    await visitor.page.locator("#view").screenshot(path=_FOLDER / "checkin.png")


def label(key: str) -> str:
    """Return the label of a button, as the catalogue has it now."""
    return _TEXTS.say(key, "en")


def part_of(key: str) -> str:
    """Return the longest part of a text without values and markup, to find its message by."""
    found, _ = _TEXTS._find(key, "en")  # noqa: SLF001 - the text with its placeholders
    text = found["other"] if isinstance(found, dict) else str(found)
    return max(re.split(r"\{[^}]*\}|\n|\*\*|^-# |^#+ ", text, flags=re.MULTILINE), key=len).strip()


async def _until(visitor: Visitor, words: str) -> None:
    """Move the clock from one event to the next until a message has some words or such a button."""
    wanted = visitor.page.locator(".message").filter(has_text=words).last
    for _ in range(8):
        if await wanted.is_visible():
            return
        await visitor.passes("Skip ahead")
        await asyncio.sleep(0.5)  # the page draws what came
    await visitor.reads(words)


async def _message(visitor: Visitor, name: str, words: str) -> None:
    """Take a picture of the newest message that contains `words`."""
    message: Any = visitor.page.locator(".message").filter(has_text=words).last
    await message.wait_for()
    await message.screenshot(path=_FOLDER / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())
