"""A new moderator sets up the first scheduled session on the demo page: within eight actions."""

import re
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.async_api import expect

from tests.demo.visitor import DESK, Visitor

MOST_ACTIONS = 8
MOST_SECONDS = 120


class Actions:
    """What a new moderator does on the page, counted: running a command, a tap, a choice, a typed value."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.count = 0

    async def runs(self, command: str) -> None:
        self.count += 1
        await self.visitor.runs(command)

    async def chooses(self, placeholder: str, option: str) -> None:
        self.count += 1
        await self.page.get_by_role("combobox", name=placeholder).last.click()
        await self.page.get_by_role("option", name=option).first.click()

    async def taps(self, label: str) -> None:
        self.count += 1
        await self.visitor.taps(label)

    async def types(self, label: str, text: str) -> None:
        self.count += 1
        await self.page.get_by_role("dialog").get_by_label(re.compile(f"^{label}")).fill(text)

    async def sends(self) -> None:
        self.count += 1
        await self.page.get_by_role("dialog").get_by_role("button", name="Submit").click()


@pytest.mark.parametrize(
    ("days", "time", "zone", "result"),
    [
        (
            "weekdays",
            "7:30 pm",
            "Berlin",
            "Tuesday, Wednesday, Thursday, Friday at 19:30, Europe/Berlin time",
        ),
        ("Mon+Thu", "21h", "New York", "Monday, Thursday at 21:00, America/New_York time"),
    ],
)
async def test_set_up_to_the_first_scheduled_session_takes_eight_actions_at_most(
    address: str, browser: Any, shots: Path | None, days: str, time: str, zone: str, result: str
) -> None:
    page = await browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Europe/Berlin")
    visitor = Visitor(page, address, shots, f"first-{zone}")
    await visitor.arrives()
    await visitor.is_now("Mika")
    await visitor.opens("quiet-corner")
    moderator, began = Actions(visitor), monotonic()
    await moderator.runs("quiet setup")
    await moderator.chooses("Add a room: choose its channel", "library")
    await visitor.reads("Library is ready")
    await moderator.taps("Add a schedule")
    await page.get_by_role("dialog").wait_for()
    await visitor.pictures("form")
    await moderator.types("Days", days)
    await moderator.types("Time", time)
    await moderator.types("The server's time zone", zone)
    await moderator.sends()
    await visitor.reads(result)
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await visitor.pictures("done")
    assert moderator.count <= MOST_ACTIONS
    assert monotonic() - began < MOST_SECONDS
    assert visitor.complaints == []
