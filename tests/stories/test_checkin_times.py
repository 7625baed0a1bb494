"""A member's own times: hours, quiet hours, a first day, and a weekly maximum that always holds."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.checkins import begins, ignores, newest
from tests.world import Answer, Person, World

HOURS = {"from": "9:05", "until": "9:40", "quiet_from": "", "quiet_until": "", "begins": ""}


async def with_hours(person: Person, panel: Answer, **hours: str) -> Answer:
    form = await person.taps(panel.panel, "Custom hours")
    return await person.sends(form, **{**HOURS, **hours})


def announced(panel: Answer) -> datetime:
    """Return the next time that a panel shows above its receipt."""
    found = re.findall(r"<t:(\d+):[fF]>", panel.text.partition("You agreed to")[0])
    return datetime.fromtimestamp(int(found[-1]), UTC)


async def next_comes(person: Person) -> datetime:
    """Let time pass to the next check-in, and return when it came."""
    before = newest(person).message.id if person.direct_messages else 0
    for _ in range(24 * 60):
        await person.world.pass_time(hours=1)
        if person.direct_messages and newest(person).message.id != before:
            return datetime.fromisoformat(newest(person).message.timestamp)
    raise AssertionError("no check-in came in two months")


async def test_single_days_and_own_hours_are_shown_in_words_with_the_next_time(
    world: World,
) -> None:
    panel = await world.ada.uses("checkins", zone="Europe/Berlin", per_week=7)
    assert (
        "The first one comes right away, so you can see what it's like.\nThe next one comes " in panel.text
    )
    panel = await world.ada.chooses_all(panel.panel, "Days", ["1", "3"])
    panel = await with_hours(world.ada, panel)
    words = "up to 7 times a week, Tuesday, Thursday, between 09:05 and 09:40, Europe/Berlin time"
    assert f"Chosen: {words}, without sound.\n" in panel.text
    assert re.search(r"The next one comes <t:\d+:F>, by your device's clock\.", panel.text)
    expected = announced(panel)
    assert expected.weekday() in {1, 3}
    begun = await world.ada.taps(panel.panel, "Yes, begin")
    assert words in begun.text
    assert announced(await world.ada.uses("checkins")) == expected
    came = await next_comes(world.ada)
    assert came.replace(second=0, microsecond=0) == expected
    assert "08:05" <= f"{came:%H:%M}" < "08:40"


async def test_nothing_comes_in_the_part_of_the_window_that_quiet_hours_cover(world: World) -> None:
    panel = await world.ada.uses("checkins", days="daily", per_week=7)
    panel = await with_hours(
        world.ada, panel, until="23:59", **{"from": "00:00"}, quiet_from="01:00", quiet_until="23:30"
    )
    assert "between 00:00 and 23:59, UTC time, none from 01:00 to 23:30" in panel.text
    await world.ada.taps(panel.panel, "Yes, begin")
    for _ in range(6):
        came = await next_comes(world.ada)
        assert came.hour == 0 or (came.hour, came.minute) >= (23, 30)
        await world.ada.taps(newest(world.ada), "Here")


async def test_a_first_day_that_has_passed_since_may_stay_in_the_form(world: World) -> None:
    panel = await with_hours(world.ada, await world.ada.uses("checkins"), begins="2026-01-06")
    await world.pass_time(days=3)
    later = await with_hours(world.ada, panel, begins="2026-01-06", until="9:50")
    assert "between 09:05 and 09:50" in later.text
    refused = await with_hours(world.ada, later, begins="2026-01-07")
    assert "Jan 7, 2026 has passed." in refused.text


async def test_hours_may_go_past_midnight_and_belong_to_the_evening(world: World) -> None:
    panel = await world.ada.uses("checkins", days="weekend", per_week=7)
    panel = await with_hours(world.ada, panel, until="01:30", **{"from": "23:30"})
    assert "between 23:30 and 01:30, UTC time" in panel.text
    await world.ada.taps(panel.panel, "Yes, begin")
    found = set()
    for _ in range(8):
        came = await next_comes(world.ada)
        evening = came - timedelta(hours=2)
        assert evening.weekday() in {5, 6}
        assert "21:30" <= f"{evening:%H:%M}" < "23:30"
        found.add(evening.date() == came.date())
        await world.ada.taps(newest(world.ada), "Here")
    assert found == {True, False}  # before midnight, and after
    shown = (await world.ada.uses("my-data show")).text
    assert "the time of day until which they come: 01:30" in shown
    assert "what comes: a check-in" in shown


async def test_nothing_comes_at_once_inside_quiet_hours_or_before_the_day_to_begin(world: World) -> None:
    hour = world.now.hour
    quiet = {"quiet_from": f"{hour}:00", "quiet_until": f"{(hour + 1) % 24}:00"}
    begin = (world.now + timedelta(days=10)).date().isoformat()
    for person, hours in ((world.ada, quiet), (world.ben, {"begins": begin})):
        panel = await person.uses("checkins", days="daily", per_week=7)
        panel = await with_hours(person, panel, **hours, **{"from": "0:00"}, until="24:00")
        assert "The first one comes right away" not in panel.text
        expected = announced(panel)
        begun = await person.taps(panel.panel, "Yes, begin")
        assert begun.text.startswith("Check-ins are on: ")
        assert announced(begun) == expected
        assert person.direct_messages == []
    assert "starting January 1" in (await world.ben.uses("checkins")).text
    came = await next_comes(world.ben)
    assert came.date().isoformat() == begin
    assert "starting" not in (await world.ben.uses("checkins")).text


@pytest.mark.parametrize(
    ("hours", "refusal"),
    [
        ({"from": "12:00", "until": "12:00"}, "Enter a start and an end, for example 09:30 to 11:45"),
        ({"quiet_from": "22:00"}, "Enter a start and an end for quiet hours"),
        ({"quiet_from": "9:00", "quiet_until": "9:45"}, "Those quiet hours cover all of your times"),
        ({"begins": "2026-01-04"}, "Jan 4, 2026 has passed. Choose today or a later date."),
        ({"begins": "2031-01-01"}, "Choose a start date within a year from now."),
        ({"from": "late"}, 'I can\'t read "late" as a time.'),
        ({"begins": "soon"}, 'I can\'t read "soon" as a date.'),
    ],
)
async def test_impossible_hours_are_refused_calmly_and_save_nothing(
    world: World, hours: dict[str, str], refusal: str
) -> None:
    panel = await world.ada.uses("checkins")
    refused = await with_hours(world.ada, panel, **hours)
    assert refusal in refused.private[-1].text
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_the_form_shows_what_is_chosen_and_survives_a_restart(world: World) -> None:
    panel = await world.ada.uses("checkins")
    form = await world.ada.taps(panel.panel, "Custom hours")
    await world.restarts()
    panel = await world.ada.sends(form, **{**HOURS, "quiet_from": "22:00", "quiet_until": "7:00"})
    assert "between 09:05 and 09:40, UTC time, none from 22:00 to 07:00" in panel.text
    panel = await world.ada.chooses(panel.panel, "Time of day", "own")
    assert "between 09:05 and 09:40" in panel.text
    await world.ada.taps(panel.panel, "Yes, begin")
    shown = (await world.ada.uses("my-data show")).text
    assert "the start of your quiet hours: 22:00" in shown
    assert "the end of your quiet hours: 07:00" in shown


async def test_the_maximum_a_week_holds_however_often_times_are_changed(world: World) -> None:
    await begins(world.ada, days="daily", per_week=2)
    weeks = {world.now.isocalendar().week: 1}
    seen = {newest(world.ada).message.id}
    for day in range(28):
        await world.ada.uses("resume")
        for label in ("Here", "Change"):
            if label in newest(world.ada).buttons:
                await world.ada.taps(newest(world.ada), label)
        standing = await world.ada.uses("checkins", window=("morning", "evening")[day % 2])
        await world.ada.taps(standing.panel, "Save")
        await world.pass_time(days=1)
        if newest(world.ada).message.id not in seen:
            seen.add(newest(world.ada).message.id)
            came = datetime.fromisoformat(newest(world.ada).message.timestamp)
            week = came.isocalendar().week
            weeks[week] = weeks.get(week, 0) + 1
    assert max(weeks.values()) <= 2
    assert sum(weeks.values()) >= 4


async def test_another_time_zone_of_the_server_does_not_change_a_members(world: World) -> None:
    await begins(world.ada)
    before = announced(await world.ada.uses("checkins"))
    await world.moderator.uses("quiet setup", zone="Asia/Tokyo")
    standing = await world.ada.uses("checkins")
    assert "UTC time" in standing.text
    assert announced(standing) == before


@pytest.mark.parametrize("label", ["Here", "Quiet today", "Pass"])
async def test_all_three_answers_say_in_the_same_words_that_weekly_counts_are_saved(
    world: World, label: str
) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await begins(world.ada)
    answer = await world.ada.taps(newest(world.ada), label)
    assert "Added to your weekly count; your answer isn't saved." in answer.text
    assert answer.buttons == []


async def test_everything_is_within_two_taps_of_a_check_in(world: World) -> None:
    await begins(world.ada, per_week=2)
    await ignores(world.ada, 1)
    change = await world.ada.taps(newest(world.ada), "Change")
    assert change.buttons == ["Change times", "Less often", "Pause for a week", "Stop"]
    other = await world.ada.taps(change.panel, "Change times")
    assert "Save" in other.buttons


async def test_every_choice_of_days_begins_with_a_capital_letter_in_each_language(world: World) -> None:
    world.locales[world.ada.id] = "es-ES"
    offered = (await world.ada.uses("checkins")).panel.options("Días")
    assert offered[-1] == "Domingo"
    assert [each for each in offered if not each[0].isupper()] == []
