"""The bot's main use on the demo page: a moderator sets up, three people sit, one gets check-ins."""

from pathlib import Path
from typing import Any

from tests.demo.visitor import DESK, Visitor

_SITTERS = ("Ada", "Bo", "Cleo")


async def test_the_main_job_works_in_a_browser_without_a_token(
    address: str, browser: Any, shots: Path | None
) -> None:
    page = await browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Europe/Berlin")
    visitor = Visitor(page, address, shots, "main")
    await visitor.arrives()
    await _a_moderator_sets_up_a_room(visitor)
    await _three_members_sit_and_one_nods_and_one_slips_out(visitor)
    await _the_session_lands_and_closes(visitor)
    await _a_member_answers_one_checkin_and_lets_four_pass(visitor)
    await _the_member_takes_everything_along_and_deletes_it(visitor)
    assert visitor.complaints == []


async def _a_moderator_sets_up_a_room(visitor: Visitor) -> None:
    await visitor.is_now("Mika")
    await visitor.opens("quiet-corner")
    await visitor.runs("quiet setup")
    await visitor.reads("No room yet.")
    await visitor.pictures("setup")
    await visitor.page.get_by_text("Add a room: choose its channel").click()
    await visitor.page.keyboard.type("quiet-c")
    await visitor.page.keyboard.press("Enter")
    await visitor.reads("Quiet corner is ready")
    await visitor.pictures("room")


async def _three_members_sit_and_one_nods_and_one_slips_out(visitor: Visitor) -> None:
    await visitor.is_now(_SITTERS[0])
    await visitor.opens("quiet-corner")
    await visitor.runs("sit")
    await visitor.reads("You have a seat in Quiet corner")
    await visitor.reads("One of 8 seats is taken.")
    for count, name in enumerate(_SITTERS[1:], start=2):
        await visitor.is_now(name)
        await visitor.opens("quiet-corner")
        await visitor.taps("Sit", first=True)
        await visitor.reads(f"{count} of 8 seats are taken.")
    await visitor.pictures("seated")
    await visitor.taps("Nod", first=True)
    await visitor.reads("Someone nodded")
    await visitor.taps("Slip out", first=True)
    await visitor.reads("You slipped out. Nobody is told.")
    await visitor.reads("2 of 8 seats are taken.")
    await visitor.pictures("slipped-out")


async def _the_session_lands_and_closes(visitor: Visitor) -> None:
    await visitor.passes("+10 min")
    await visitor.reads("Quiet until")
    await visitor.passes("Skip ahead")
    await visitor.reads("Quiet time is over")
    await visitor.pictures("time-to-talk")
    await visitor.passes("Skip ahead")
    await visitor.reads("Open a session")
    await visitor.pictures("closed")


async def _a_member_answers_one_checkin_and_lets_four_pass(visitor: Visitor) -> None:
    await visitor.is_now("Dev")
    await visitor.opens("general")
    await visitor.runs("checkins")
    await visitor.pictures("checkins")
    await visitor.taps("Yes, begin")
    await visitor.reads("Check-ins are on")
    await visitor.page.get_by_role("button", name="Direct messages").first.click()
    await visitor.pictures("checkin")
    await visitor.taps("Quiet today")
    await visitor.reads("isn't saved.")
    for _ in range(4):
        await visitor.passes("Skip ahead")
        await visitor.reads("Your answer isn't saved")
    await visitor.passes("+1 day")
    await visitor.runs("my-data show")
    await visitor.reads("how many of the latest had no tap, up to four: 4")
    await visitor.pictures("rested")


async def _the_member_takes_everything_along_and_deletes_it(visitor: Visitor) -> None:
    await visitor.runs("my-data export")
    await visitor.reads("alongside-export.json")
    await visitor.pictures("exported")
    await visitor.runs("my-data delete")
    await visitor.taps("In every server")
    await visitor.reads("Nothing is saved about you for any server any more.")
    await visitor.runs("my-data show")
    await visitor.reads("Nothing is saved about you here.")
    await visitor.pictures("deleted")
