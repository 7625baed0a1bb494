"""Recurring times as a moderator sets them: several days, some weeks, a skip, a move, the sessions."""

import pytest

from tests.stories.schedules import at, occurrences, scheduled, the_one
from tests.world import World

REFUSED = "You need Manage Server for this. Nothing was changed."


async def test_the_next_five_are_shown_on_the_zones_clocks_and_on_the_viewers(world: World) -> None:
    answer = await scheduled(world, days="Mon, Thu", repeat=2)
    assert answer.panel.is_private
    assert "The next sessions, by the clock in Europe/Berlin and by yours:" in answer.text
    assert [line for line in answer.text.splitlines() if line.startswith("- ")] == [
        f"- Mon, Jan 5, 2026, 19:30 · <t:{at(5, 18, 30)}:F>",
        f"- Thu, Jan 8, 2026, 19:30 · <t:{at(8, 18, 30)}:F>",
        f"- Mon, Jan 19, 2026, 19:30 · <t:{at(19, 18, 30)}:F>",
        f"- Thu, Jan 22, 2026, 19:30 · <t:{at(22, 18, 30)}:F>",
        f"- Mon, Feb 2, 2026, 19:30 · <t:{at(2, 18, 30, 2)}:F>",
    ]
    words = (
        "Monday, Thursday at 19:30, Europe/Berlin time, 25 minutes, every 2 weeks, from Mon, Jan 5, 2026"
    )
    assert words in answer.text


@pytest.mark.parametrize(
    ("locale", "planned"),
    [
        ("en-US", ["Sun, Jan 11, 2026", "Mon, Jan 12, 2026", "Sun, Jan 25, 2026", "Mon, Jan 26, 2026"]),
        ("sv-SE", ["Sun, Jan 11, 2026", "Mon, Jan 19, 2026", "Sun, Jan 25, 2026", "Mon, Feb 2, 2026"]),
    ],
)
async def test_every_second_week_is_a_week_as_the_moderator_knows_it(
    world: World, locale: str, planned: list[str]
) -> None:
    """On a Monday after the time: the coming Sunday is first, and Monday is in its week or in the next."""
    world.locales[world.moderator.id] = locale
    await scheduled(world, days="Mon, Sun", time="8:00", repeat=2)
    assert [each.rpartition(", ")[0] for each in await occurrences(world)][:4] == planned
    world.locales[world.moderator.id] = "ko"
    chosen = await the_one(world)
    await world.moderator.uses("quiet schedule edit", schedule=chosen, minutes=50, repeat=2)
    assert [each.rpartition(", ")[0] for each in await occurrences(world)][:4] == planned


async def test_who_makes_a_time_come_more_seldom_decides_where_its_weeks_begin(world: World) -> None:
    world.locales[world.moderator.id] = "sv-SE"
    await scheduled(world, days="Mon, Sun", time="8:00")
    world.locales[world.moderator.id] = "en-US"
    await world.moderator.uses("quiet schedule edit", schedule=await the_one(world), repeat=2)
    assert list(await occurrences(world))[:3] == [
        "Sun, Jan 11, 2026, 08:00",
        "Mon, Jan 12, 2026, 08:00",
        "Sun, Jan 25, 2026, 08:00",
    ]


async def test_a_first_date_in_the_past_is_refused(world: World) -> None:
    given = {"room": "Library", "days": "Monday", "time": "19:30", "minutes": 25}
    added = await world.moderator.uses("quiet schedule add", **given, **{"from": "2026-01-04"})
    words = "Sun, Jan 4, 2026 has passed. Choose today or a later date. Nothing was changed."
    assert added.text == words
    await scheduled(world)
    chosen = await the_one(world)
    edited = await world.moderator.uses("quiet schedule edit", schedule=chosen, **{"from": "2026-01-04"})
    assert edited.text == words
    assert "from" not in (await world.moderator.uses("quiet schedule list")).text


async def test_a_time_on_every_day_begins_its_line_with_a_capital(world: World) -> None:
    answer = await scheduled(world, days="Mon-Sun", zone="America/New_York")
    assert "\nEvery day at 19:30, America/New\\_York time, 25 minutes\n" in answer.text
    assert "opens by itself: every day at 19:30" in answer.text
    setup = await world.moderator.uses("quiet setup")
    assert "\n- Every day at 19:30, America/New\\_York time" in setup.text


async def test_the_preview_shows_what_clocks_do_where_they_skip_the_time(world: World) -> None:
    answer = await scheduled(world, days="Sunday", time="2:30", **{"from": "2026-03-22"})
    assert f"- Sun, Mar 22, 2026, 02:30 · <t:{at(22, 1, 30, 3)}:F>\n" in answer.text
    assert (
        f"- Sun, Mar 29, 2026, 03:30 · <t:{at(29, 1, 30, 3)}:F>, because clocks skip 02:30 that day"
        in answer.text
    )
    assert f"- Sun, Apr 5, 2026, 02:30 · <t:{at(5, 0, 30, 4)}:F>" in answer.text


async def test_a_room_opens_on_each_of_its_days_and_between_its_dates(world: World) -> None:
    dates = {"from": "2026-01-07", "until": "2026-01-13"}
    await scheduled(world, days="Mon-Fri", time="10:00", zone="UTC", minutes=5, **dates)
    world.watch_cards()
    await world.pass_time(days=14)
    opened = [card.message.timestamp[:10] for card in world.new_cards()]
    assert opened == ["2026-01-07", "2026-01-08", "2026-01-09", "2026-01-12", "2026-01-13"]
    listed = await world.moderator.uses("quiet schedule list")
    assert "from Wed, Jan 7, 2026, until Tue, Jan 13, 2026" in listed.text
    assert "No session is planned." in listed.text


async def test_the_list_has_a_gap_between_its_times(world: World) -> None:
    await scheduled(world)
    await scheduled(world, days="Thursday", time="08:00")
    listed = (await world.moderator.uses("quiet schedule list")).text
    blocks = listed.removeprefix("### Schedules\n").strip().split("\n\n")
    assert [block.splitlines()[:2] for block in blocks] == [
        ["**Library**", "Monday at 19:30, Europe/Berlin time, 25 minutes"],
        ["**Library**", "Thursday at 08:00, Europe/Berlin time, 25 minutes"],
    ]


async def test_an_edit_changes_what_was_typed_and_nothing_else(world: World) -> None:
    await scheduled(world, until="2026-06-30")
    chosen = await the_one(world)
    answer = await world.moderator.uses("quiet schedule edit", schedule=chosen, days="Tue", time="8")
    assert "Tuesday at 08:00, Europe/Berlin time, 25 minutes, until Tue, Jun 30, 2026" in answer.text
    assert f"- Tue, Jan 6, 2026, 08:00 · <t:{at(6, 7)}:F>" in answer.text
    longer = await world.moderator.uses(
        "quiet schedule edit", schedule=chosen, until="none", minutes=50, repeat=4, zone="Asia/Tokyo"
    )
    assert (
        "Tuesday at 08:00, Asia/Tokyo time, 50 minutes, every 4 weeks, from Tue, Jan 6, 2026" in longer.text
    )
    assert "until" not in longer.text
    await world.pass_time(days=1)
    assert [card.message.timestamp[:16] for card in world.cards()] == ["2026-01-05T23:00"]


async def test_the_servers_zone_is_taken_when_none_is_named_and_stays_when_it_changes(world: World) -> None:
    await world.moderator.uses("quiet setup", zone="Europe/Berlin")
    await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time="19:30", minutes=25
    )
    await world.moderator.uses("quiet setup", zone="Asia/Tokyo")
    listed = await world.moderator.uses("quiet schedule list", room="Library")
    assert "Monday at 19:30, Europe/Berlin time" in listed.text
    await world.pass_time(hours=9, minutes=30)
    assert [card.message.timestamp[:16] for card in world.cards()] == ["2026-01-05T18:30"]


async def test_days_times_zones_and_dates_are_completed_while_typing(world: World) -> None:
    types = world.moderator.types
    assert list(await types("quiet schedule add", "days", "mon")) == [
        "Monday",
        "Monday-Friday",
        "Monday-Sunday",
    ]
    assert list(await types("quiet schedule add", "days", "Mon, thu"))[-1] == "Mon, Thursday"
    assert list(await types("quiet schedule add", "days", "weekdays")) == ["Monday-Friday"]
    assert list(await types("quiet schedule edit", "zone", "berl")) == ["Europe/Berlin, 10:00"]
    assert await types("quiet schedule add", "time", "7:30 pm") == {"19:30": "19:30"}
    assert list((await types("quiet schedule add", "from", "next tuesday")).values()) == ["2026-01-06"]
    assert list(await types("quiet schedule list", "room", "lib")) == ["Library"]
    assert await types("quiet schedule skip", "occurrence", "", schedule="nothing") == {}


async def test_unreadable_input_is_refused_calmly(world: World) -> None:
    refused = {
        "days": ("someday", 'I can\'t read "someday" as days of the week.'),
        "from": ("someday", 'I can\'t read "someday" as a date.'),
        "until": ("2020-01-01", "None of those days falls between these dates."),
        "zone": ("Middle/Earth", 'I don\'t know a time zone "Middle/Earth".'),
    }
    given = {"room": "Library", "days": "Monday", "time": "19:30", "minutes": 25}
    for option, (typed, said) in refused.items():
        answer = await world.moderator.uses("quiet schedule add", **{**given, option: typed})
        assert answer.text.startswith(said), answer.text
        if option != "zone":
            assert "Nothing was changed." in answer.text
    assert "No room opens by schedule yet." in (await world.moderator.uses("quiet schedule list")).text


async def test_commands_check_permissions_that_a_client_should_have_checked(world: World) -> None:
    await scheduled(world)
    number = await the_one(world)
    told = {
        "list": [],
        "skip": [("schedule", number), ("occurrence", "2026-01-05")],
        "move": [("schedule", number), ("occurrence", "2026-01-05"), ("time", "21")],
        "restore": [("schedule", number), ("occurrence", "2026-01-05")],
        "edit": [("schedule", number), ("time", "21")],
        "remove": [("schedule", number)],
    }
    for name, options in told.items():
        typed = [{"name": option, "type": 3, "value": value} for option, value in options]
        command = {"name": name, "type": 1, "options": typed}
        answer = await world.ada.forges_command(
            "quiet", {"name": "schedule", "type": 2, "options": [command]}
        )
        assert answer.text == REFUSED, name
    await world.pass_time(hours=10)
    assert len(world.cards()) == 1


async def test_many_times_are_listed_briefly_and_in_full_by_room(world: World) -> None:
    zone = "America/Argentina/ComodRivadavia"
    for hour in range(10):
        await scheduled(world, days="Mon-Sun", time=f"{hour}:00", zone=zone, until="2027-01-01")
    listed = await world.moderator.uses("quiet schedule list")
    assert listed.text.count("at 0") == 10
    assert listed.text.count("<t:") == 10


@pytest.mark.parametrize(
    ("zone", "today", "tomorrow"),
    [
        ("Pacific/Auckland", "2026-01-05", "2026-01-06"),
        ("America/Los_Angeles", "2026-01-05", "2026-01-06"),
        ("Pacific/Kiritimati", "2026-01-05", "2026-01-06"),
    ],
)
async def test_dates_are_offered_as_they_are_in_the_schedules_time_zone(
    world: World, zone: str, today: str, tomorrow: str
) -> None:
    types = world.moderator.types
    offered = list((await types("quiet schedule add", "from", "", zone=zone)).values())
    assert offered[:2] == [today, tomorrow]
    await world.pass_time(hours=12)  # 21:00 in UTC: the next day has begun in the east
    late = list((await types("quiet schedule add", "from", "", zone=zone)).values())
    assert late[0] == (today if zone.startswith("America") else tomorrow)


async def test_what_people_type_is_understood_by_the_commands(world: World) -> None:
    added = await world.moderator.uses(
        "quiet schedule add",
        room="library",
        days="weekdays",
        time="7pm",
        minutes=25,
        zone="Berlin",
        **{"from": "tomorrow", "until": "31 March"},
    )
    words = "Monday, Tuesday, Wednesday, Thursday, Friday at 19:00, Europe/Berlin time, 25 minutes"
    assert f"{words}, from Tue, Jan 6, 2026, until Tue, Mar 31, 2026" in added.text
    chosen = await the_one(world)
    await world.moderator.uses("quiet schedule edit", schedule=chosen, days="Mo, Mi", until="none")
    assert "Monday, Wednesday at 19:00" in (await world.moderator.uses("quiet schedule list")).text
    end = await world.moderator.uses("quiet schedule edit", schedule=chosen, time="24:00")
    assert "Tuesday, Thursday at 00:00" in end.text


async def test_an_ambiguous_time_zone_is_asked_back_with_the_times_there(world: World) -> None:
    answer = await world.moderator.uses("quiet setup", zone="CST")
    assert "America/Chicago, 03" in answer.text
    assert "America/Havana, 04" in answer.text
    assert "Asia/Shanghai, 17" in answer.text
    assert answer.text.endswith("Which do you mean? Nothing was changed.")
