"""The calendar file, read back: each session is when it takes place, and nobody is in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from bot.rooms.model import Room
from bot.rooms.schedules.model import ComingSession, Plan, Schedule
from bot.rooms.schedules.rules import upcoming_until
from bot.scheduling.days_off import DayOff
from bot.scheduling.recurrence import Change
from bot.texts.catalogue import Texts
from cogs.rooms.calendar_file import AHEAD, calendar_file

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)  # a Monday, two weeks before Berlin's clocks change
LIBRARY = Room(1, 5, 71, "Library; quiet, *soft*", 8)
MONDAYS = Schedule(3, 1, 0b1, 19 * 60 + 30, "Europe/Berlin", 25, rounds=2)
SAY = Texts().to("en-US")


def events(plan: Plan) -> list[Event]:
    found = upcoming_until(plan, NOW, NOW + AHEAD)
    sessions = [ComingSession(LIBRARY, plan.schedule, each) for each in found]
    written = calendar_file("Tea [house]", sessions, NOW, SAY)
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    calendar = Calendar.from_ical(written)
    assert not calendar.errors
    return [each for each in calendar.walk("VEVENT") if isinstance(each, Event)]


def test_each_session_of_eight_weeks_is_an_instant_in_utc_as_clocks_change() -> None:
    found = events(Plan(MONDAYS))
    assert [each.start for each in found[:3]] == [
        datetime(2026, 3, 16, 18, 30, tzinfo=UTC),
        datetime(2026, 3, 23, 18, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 17, 30, tzinfo=UTC),
    ]
    assert len(found) == 8
    assert {each.end - each.start for each in found} == {timedelta(minutes=55)}
    assert not any(each.errors for each in found)


def test_the_file_names_the_room_as_it_is_and_nothing_else() -> None:
    first = events(Plan(MONDAYS))[0]
    assert str(first["summary"]) == "Library; quiet, *soft*"
    assert "Tea [house]" in str(first["description"])
    assert str(first["url"]) == "https://discord.com/channels/5/71"
    assert set(first) == {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "TRANSP"),
    }


def test_a_skipped_session_is_left_out_and_a_moved_one_has_the_same_uid() -> None:
    skipped = Change(3, date(2026, 3, 16), None, None)
    moved = Change(3, date(2026, 3, 23), date(2026, 3, 24), 600)
    before, after = events(Plan(MONDAYS)), events(Plan(MONDAYS, [skipped, moved]))
    assert after[0].start == datetime(2026, 3, 24, 9, tzinfo=UTC)
    assert [each["uid"] for each in after] == [each["uid"] for each in before[1:]]
    assert len({str(each["uid"]) for each in before}) == len(before)


def test_sessions_on_days_off_are_left_out() -> None:
    off = DayOff(1, 5, date(2026, 3, 20), date(2026, 4, 3), "Europe/Berlin")
    starts = [each.start for each in events(Plan(MONDAYS, (), (off,)))[:2]]
    assert [f"{each:%d.%m.}" for each in starts] == ["16.03.", "06.04."]


@pytest.mark.parametrize("name", ["a\nBEGIN:VEVENT", "ends\\", "x" * 200, "静かな部屋🕯"])
def test_no_name_breaks_the_file(name: str) -> None:
    (occurrence, *_) = upcoming_until(Plan(MONDAYS), NOW, NOW + AHEAD)
    room = Room(1, 5, 71, name, 8)
    written = calendar_file(name, [ComingSession(room, MONDAYS, occurrence)], NOW, SAY)
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["summary"]) == name.replace("\n", " ")
