"""Two weeks of a member's check-ins on the demo page: chosen times, a week with taps, a week without."""

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from tests.begin import BEGIN
from tests.demo.visitor import DESK, Visitor

_OWN = "A chair by the window, if you like."


async def test_a_fortnight_of_check_ins_can_be_seen_in_the_demo(
    address: str, browser: Any, shots: Path | None
) -> None:
    page = await browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Europe/Berlin")
    visitor = Visitor(page, address, shots, "fortnight")
    await visitor.arrives()
    await _a_moderator_adds_a_text(visitor)
    await _a_member_chooses_times_of_their_own(visitor)
    await _the_first_comes_at_once(visitor)
    answered = await _a_week_with_taps(visitor)
    await _a_week_without(visitor, answered)
    await _everything_is_two_taps_away(visitor)
    assert visitor.complaints == []


async def _a_moderator_adds_a_text(visitor: Visitor) -> None:
    await visitor.is_now("Mika")
    await visitor.opens("general")
    await visitor.fills("quiet prompt add", {"words": "How are you today?"})
    await visitor.reads('"How" asks for an explanation.')
    await visitor.pictures("advice")
    await visitor.fills("quiet prompt add", {"words": _OWN})
    await visitor.reads("turned on in Juniper House, in its moderators' words.")
    await visitor.pictures("preview")
    await visitor.taps("Save it")
    await visitor.reads(f"Saved: {_OWN}")


async def _a_member_chooses_times_of_their_own(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.is_now("Cleo")
    await visitor.opens("general")
    await visitor.fills("checkins", zone="Europe/Berlin")
    await visitor.reads("The first one comes right away, so you can see what it's like.")
    await page.get_by_role("combobox", name="Days").last.click()
    for day in ("Monday", "Wednesday", "Friday"):
        await page.get_by_role("option", name=day, exact=True).click()
    await page.keyboard.press("Escape")
    await visitor.reads("Monday, Wednesday, Friday, in the morning")
    await page.get_by_role("combobox", name="How often").last.click()
    await page.get_by_role("option", name="Up to 3 times a week").click()
    await visitor.reads("up to 3 times a week, Monday")
    await visitor.taps("Custom hours")
    form = page.get_by_role("dialog", name="Custom hours")
    quiet = _quiet_hours_that_are_not_now()
    for label, typed in (("From", "09:00"), ("Until", "10:30")):
        await form.get_by_label(re.compile(f"^{label}")).fill(typed)
    for label, typed in zip(("Quiet hours from", "Quiet hours until"), quiet, strict=True):
        await form.get_by_label(re.compile(f"^{label}")).fill(typed)
    await visitor.pictures("hours")
    await form.get_by_role("button", name="Submit").click()
    await visitor.reads(f"between 09:00 and 10:30, Europe/Berlin time, none from {' to '.join(quiet)}")
    await visitor.pictures("proposal")


def _quiet_hours_that_are_not_now() -> tuple[str, str]:
    hour = BEGIN.astimezone(ZoneInfo("Europe/Berlin")).hour
    return ("22:00", "07:00") if 7 <= hour < 21 else ("13:00", "15:00")


async def _the_first_comes_at_once(visitor: Visitor) -> None:
    await visitor.taps("Yes, begin")
    await visitor.reads("I've sent the first one to your direct messages.")
    await visitor.page.get_by_role("button", name="Direct messages").first.click()
    await visitor.reads("turned on in Juniper House.")
    await visitor.pictures("first")
    await visitor.taps("Here")
    await visitor.reads("isn't saved.")
    await visitor.pictures("answered")


async def _a_week_with_taps(visitor: Visitor) -> int:
    """Answer every check-in that arrives; return how many were answered so far."""
    answered = 1
    for _ in range(7):
        await visitor.passes("+1 day")
        if await _in_view(visitor):
            await visitor.taps("Quiet today")
            answered += 1
            await expect(_answers(visitor)).to_have_count(0)
    assert 3 <= answered <= 5  # three a week, and the week may turn in between
    await visitor.pictures("a-week-with-taps")
    return answered


async def _a_week_without(visitor: Visitor, answered: int) -> None:
    for _ in range(7):
        await visitor.passes("+1 day")
        assert await _in_view(visitor) <= 1
    await expect(_answers(visitor)).to_have_count(1)
    kept = visitor.page.locator(".message").filter(has_text="Use /checkins to change, pause or stop them.")
    await expect(kept).to_have_count(answered)
    await visitor.pictures("a-week-without")


async def _everything_is_two_taps_away(visitor: Visitor) -> None:
    await visitor.taps("Change")
    await visitor.reads("Check-ins are on. The next one comes")
    for label in ("Change times", "Less often", "Pause for a week", "Stop"):
        await expect(visitor.page.get_by_role("button", name=label, exact=True).last).to_be_visible()
    await visitor.pictures("change")
    await visitor.taps("Stop")
    await visitor.reads("Check-ins have stopped. Everything saved for them is deleted.")


def _answers(visitor: Visitor) -> Any:
    return visitor.page.locator(".message").get_by_role("button", name="Here", exact=True)


async def _in_view(visitor: Visitor) -> int:
    """Return how many check-ins wait for a tap."""
    return int(await _answers(visitor).count())
