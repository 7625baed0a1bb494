"""Days off: a moderator types them in any form, and nothing scheduled takes place on them."""

from datetime import UTC, datetime

import pytest

from tests.world import World

DAILY = {"room": "Library", "days": "daily", "time": "10:00", "minutes": 10, "zone": "UTC"}


def at(day: int, hour: int) -> str:
    """Return a moment of January 2026 as Discord shows it."""
    return f"<t:{int(datetime(2026, 1, day, hour, tzinfo=UTC).timestamp())}:F>"


@pytest.fixture
async def daily(world: World) -> World:
    """Return a server, on Monday 5 January at nine, with a session and a check-in every day at ten."""
    await world.moderator.uses("quiet schedule add", **DAILY)
    times = {"days": "daily", "time": "10:00", "zone": "UTC"}
    await world.moderator.uses("quiet checkins add", channel=world.library, **times)
    return world


async def test_nothing_scheduled_takes_place_on_days_off_and_rooms_say_when_they_are_back(
    daily: World,
) -> None:
    world = daily
    added = await world.moderator.uses("quiet days-off add", days="today to Wednesday")
    assert "Done: days off added: Jan 5\u2009\u2013\u20097, 2026." in added.text
    assert "A session that's open now still ends at the time its card shows." in added.text
    assert "Today is a day off. The last day is Wed, Jan 7, 2026." in added.text
    assert added.panel.is_private
    assert at(8, 10) in (await world.ada.uses("rooms")).text
    await world.pass_time(minutes=1)
    assert at(8, 10) in world.card_text()
    world.spent()
    world.watch_cards()
    await world.pass_time(days=2, hours=22, minutes=59)
    assert world.spent() == []
    await world.pass_time(hours=2)
    assert (len(world.new_cards()), len(world.posts())) == (1, 1)  # the session's, and the check-in


async def test_removing_days_off_says_what_happens(daily: World) -> None:
    world = daily
    added = await world.moderator.uses("quiet days-off add", days="5 Jan", until="7 Jan")
    listed = await world.moderator.uses("quiet days-off list")
    removed = await world.moderator.chooses(added.panel, "Remove days off", "1")
    assert "What's scheduled on these days takes place again." in removed.text
    assert "There are no days off ahead." in removed.text
    assert at(5, 10) in (await world.ada.uses("rooms")).text
    stale = await world.moderator.chooses(listed.panel, "Remove days off", "1")
    assert "These days off aren't in the list any more. Nothing was changed." in stale.text


@pytest.mark.parametrize("typed", ["6 Jan", "1", "2026-01-06"])
async def test_days_off_are_removed_by_command(daily: World, typed: str) -> None:
    await daily.moderator.uses("quiet days-off add", days="5 Jan - 7 Jan")
    offered = await daily.moderator.types("quiet days-off remove", "days", "")
    assert list(offered.values()) == ["1"]
    removed = await daily.moderator.uses("quiet days-off remove", days=typed)
    assert "What's scheduled on these days takes place again." in removed.text


async def test_the_panel_of_set_up_adds_days_off_and_keeps_what_was_typed(daily: World) -> None:
    mika = daily.moderator
    panel = await mika.taps((await mika.uses("quiet setup")).panel, "Days off")
    assert "There are no days off ahead." in panel.text
    form = await mika.taps(panel.panel, "Add days off")
    refused = await mika.sends(form, days="24.12.2026", until="20.12.2026")
    assert "The last day is before the first. Nothing was changed." in refused.text
    assert "24\\.12.2026" in refused.text
    again = await mika.taps(refused.panel, "Open the form again")
    added = await mika.sends(again, days="24.12.2026", until="2.1.")
    assert "Dec 24, 2026" in added.text
    assert "Jan 2, 2027" in added.text
    assert "before the first" not in added.text


@pytest.mark.parametrize(
    ("days", "until", "answer"),
    [
        ("24 Dec", "20.12.2026", "The last day is before the first. Nothing was changed."),
        ("1.1.2026", None, "These days are over. Choose today or later days. Nothing was changed."),
        (
            "1 Feb to 1 July",
            None,
            "That's 151 days, and you can add at most 100 at once. Nothing was changed.",
        ),
        ("24.12.2031", None, "That's more than 2 years away. Nothing was changed."),
        ("xmas", None, 'I can\'t read "xmas" as days. Write a date like tomorrow'),
        ("6 Jan", "8 Jan", "Some of these days are days off already: "),
        ("3/4/2026", None, "could mean several dates: "),
    ],
)
async def test_days_that_cannot_be_off_are_refused_with_a_reason(
    daily: World, days: str, until: str | None, answer: str
) -> None:
    await daily.moderator.uses("quiet days-off add", days="8 Jan")
    before = await daily.dump()
    options = {"days": days} | ({"until": until} if until else {})
    refused = await daily.moderator.uses("quiet days-off add", **options)
    assert answer in refused.text
    assert await daily.dump() == before


async def test_completions_show_how_days_are_understood(daily: World) -> None:
    offered = await daily.moderator.types("quiet days-off add", "days", "24 Dec to 2 Jan")
    assert list(offered.values()) == ["2026-12-24 - 2027-01-02"]
    (value,) = offered.values()
    assert "Dec 24, 2026" in (await daily.moderator.uses("quiet days-off add", days=value)).text
    assert "Wed, Jan 7, 2026" in await daily.moderator.types("quiet days-off add", "days", "Wed")


async def test_members_can_open_a_session_on_a_day_off(daily: World) -> None:
    await daily.moderator.uses("quiet days-off add", days="today")
    await daily.ada.opens(minutes=10)
    assert len(daily.cards()) == 1


async def test_days_off_are_changed_by_members_who_manage_the_server(daily: World) -> None:
    panel = (await daily.moderator.uses("quiet days-off add", days="today")).panel
    before = await daily.dump()
    listing = {"name": "days-off", "type": 2, "options": [{"name": "list", "type": 1, "options": []}]}
    for answer in (
        await daily.ada.forges_command("quiet", listing),
        await daily.ada.forges("setup:days_off::v1", panel),
        await daily.ada.forges("setup:ask_days_off::v1", panel),
        await daily.ada.forges("setup:remove_days_off::v1", panel, values=["1"]),
    ):
        assert answer.text == "You need Manage Server for this. Nothing was changed."
    assert await daily.dump() == before


async def test_set_up_names_the_next_days_off_and_the_check_says_that_it_is_one(daily: World) -> None:
    assert "days off" not in (await daily.moderator.uses("quiet setup")).text
    await daily.moderator.uses("quiet days-off add", days="12 Jan")
    await daily.moderator.uses("quiet days-off add", days="6 Jan")
    assert "Next days off: Tue, Jan 6, 2026." in (await daily.moderator.uses("quiet setup")).text
    assert "day off" not in (await daily.moderator.uses("quiet check")).text
    await daily.pass_time(days=1)
    assert (
        "Today is a day off. The last day is Tue, Jan 6, 2026."
        in (await daily.moderator.uses("quiet check")).text
    )
