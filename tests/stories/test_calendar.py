"""The calendar file in `/rooms`: given privately, with the rooms that the member can see."""

from datetime import UTC, datetime

from icalendar import Calendar, Event

from tests.world import World

BUTTON = "Calendar file"


async def test_rooms_gives_a_calendar_of_what_is_scheduled(world: World) -> None:
    weekly = {"room": "Library", "days": "Mon", "time": "10:00", "minutes": 10, "zone": "UTC"}
    await world.moderator.uses("quiet schedule add", **weekly)
    await world.moderator.uses("quiet days-off add", days="2026-01-12")
    listed = await world.ada.uses("rooms")
    given = await world.ada.taps(listed.panel, BUTTON)
    assert given.panel.is_private
    assert "Scheduled sessions until <t:" in given.text
    found = [each for each in Calendar.from_ical(given.panel.file).walk() if isinstance(each, Event)]
    assert [each.start for each in found][:2] == [
        datetime(2026, 1, 5, 10, tzinfo=UTC),
        datetime(2026, 1, 19, 10, tzinfo=UTC),
    ]
    assert len(found) == 7
    assert "Ada" not in given.panel.file.decode()


async def test_without_schedules_there_is_no_button_and_an_old_one_says_so(world: World) -> None:
    weekly = {"room": "Library", "days": "Mon", "time": "10:00", "minutes": 10, "zone": "UTC"}
    assert BUTTON not in (await world.ada.uses("rooms")).buttons
    await world.moderator.uses("quiet schedule add", **weekly)
    listed = await world.ada.uses("rooms")
    asked = await world.moderator.uses("quiet room remove", room="Library")
    await world.moderator.taps(asked.panel, "Remove it")
    answer = await world.ada.taps(listed.panel, BUTTON)
    assert "Nothing is scheduled in the coming weeks" in answer.text


async def test_rooms_says_that_it_is_a_day_off(world: World) -> None:
    await world.moderator.uses("quiet days-off add", days="today to Wednesday")
    assert "Days off up to and including Wed, Jan 7, 2026" in (await world.ada.uses("rooms")).text
    await world.pass_time(days=3)
    assert "Days off" not in (await world.ada.uses("rooms")).text
