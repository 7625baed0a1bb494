"""A server's week on the demo page: times, an event, silent voice, a skip, a daylight-saving change."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from tests.begin import BEGIN
from tests.demo.visitor import DESK, VOICE_AND_EVENTS, Visitor


async def test_a_week_of_a_server_can_be_seen_in_the_demo(
    address: str, browser: Any, shots: Path | None
) -> None:
    page = await browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Europe/Berlin")
    visitor = Visitor(page, address, shots, "week")
    await visitor.arrives()
    await _a_room_with_voice_events_and_times(visitor)
    await _a_time_is_left_out_and_clocks_change(visitor)
    await _the_event_is_announced_and_the_session_opens_by_itself(visitor)
    await _the_week_goes_by(visitor)
    assert visitor.complaints == []


async def _a_room_with_voice_events_and_times(visitor: Visitor) -> None:
    await visitor.is_now("Mika")
    await visitor.opens("quiet-corner")
    await visitor.grants(*VOICE_AND_EVENTS)
    await visitor.fills("quiet room add", channel="library", voice="True")
    await visitor.reads("is the silent voice channel of Library")
    await visitor.pictures("voice-room")
    await visitor.fills("quiet room events", room="Library", announced="On")
    await visitor.reads("appears in the server's events")
    times = {"room": "Library", "days": "Monday-Sunday", "minutes": "25", "zone": "Europe/Berlin"}
    await visitor.fills("quiet schedule add", {"time": "19:00"}, **times)
    await visitor.reads("The next sessions, by the clock in Europe/Berlin and by yours")
    await visitor.pictures("times")


async def _a_time_is_left_out_and_clocks_change(visitor: Visitor) -> None:
    await visitor.fills("quiet schedule skip", schedule="Library", occurrence="19:00")
    await visitor.reads("is skipped")
    monday = _monday_before_new_york_changes_its_clocks()
    away = {"room": "Library", "days": "Monday", "minutes": "25", "zone": "America/New_York"}
    await visitor.fills("quiet schedule add", {"time": "15:00", "from": monday.isoformat()}, **away)
    before, after = (_berlin_time_of_session(monday + timedelta(weeks=weeks)) for weeks in (0, 1))
    assert before.hour != after.hour
    for wall in (before, after):
        await visitor.reads(f", 15:00 · Monday, {wall.day} {wall:%B} {wall.year} at {wall:%H:%M}")
    await visitor.pictures("clocks-change")
    await visitor.fills("quiet check")
    await visitor.reads("Everything that's set up here works.")
    await visitor.pictures("check")


def _monday_before_new_york_changes_its_clocks() -> date:
    """Return a Monday in whose week New York changes its clocks and Berlin does not."""
    today = BEGIN.date()
    mondays = (today + timedelta(days=days) for days in range(2, 800))
    return next(
        day
        for day in mondays
        if day.weekday() == 0
        and _berlin_time_of_session(day).hour != _berlin_time_of_session(day + timedelta(weeks=1)).hour
    )


def _berlin_time_of_session(day: date) -> datetime:
    """Return what clocks in Berlin show when they show 15:00 in New York."""
    return datetime.combine(day, time(15), ZoneInfo("America/New_York")).astimezone(
        ZoneInfo("Europe/Berlin")
    )


async def _the_event_is_announced_and_the_session_opens_by_itself(visitor: Visitor) -> None:
    await visitor.is_now("Ada")
    await visitor.page.get_by_role("button", name="Events").first.click()
    await expect(visitor.page.get_by_text("Library").last).to_be_visible()
    await visitor.pictures("events")
    await visitor.opens("library")
    for _ in range(40):  # hour by hour to the evening, from any time of day
        if await visitor.page.locator(".message").filter(has_text="Settling in. Quiet begins").count():
            break
        await visitor.passes("Skip ahead")
    await visitor.taps("Sit", first=True)
    await visitor.reads("One of 8 seats is taken.")
    await visitor.pictures("opened-by-itself")


async def _the_week_goes_by(visitor: Visitor) -> None:
    for _ in range(7):
        await visitor.passes("+1 day")
    await visitor.passes("+1 h")
    cards = visitor.page.locator(".message").filter(
        has=visitor.page.get_by_role("heading", name="Library", exact=True)
    )
    await expect(cards).to_have_count(1)  # a room has one card, however many sessions it had
    await expect(cards.first).to_contain_text("Open a session")
    await visitor.pictures("a-week-later")
