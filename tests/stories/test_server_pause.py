"""`/quiet pause` and `/quiet resume`: moderators stop everything that the bot starts in their server."""

from datetime import timedelta

import pytest

from tests.stories.checkins import begins, newest
from tests.world import World

PAUSED = "A moderator paused quiet rooms in this server."


async def opens_daily(world: World, time: str = "10:00") -> None:
    answer = await world.moderator.uses(
        "quiet schedule add", room="Library", days="Mon-Sun", time=time, minutes=5
    )
    assert "opens by itself" in answer.text


async def test_nothing_is_started_in_a_paused_server_and_all_comes_again_afterwards(
    world: World,
) -> None:
    await opens_daily(world)
    await world.moderator.uses(
        "quiet checkins add", channel=world.library, days="Mon-Sun", time="11:00", zone="UTC"
    )
    await begins(world.ada, per_week=7, zone="UTC", days="daily", window="midday")
    before = newest(world.ada).message.id
    answer = await world.moderator.uses("quiet pause", until="3 days")
    assert "Done: paused until" in answer.text
    assert answer.panel.is_private
    await world.pass_time(minutes=1)
    assert "Sessions are paused in this server." in world.card_text()
    world.spent()
    await world.pass_time(days=2, hours=22, minutes=59)
    assert world.spent() == []
    assert newest(world.ada).message.id == before
    await world.pass_time(hours=1)  # the pause ends by itself, at nine
    assert PAUSED not in (await world.moderator.uses("quiet setup")).text
    assert world.spent() == [
        "PATCH /channels/*/messages/*"
    ]  # what was skipped does not come late; the card says what is next
    await world.pass_time(hours=1)
    assert "Open until" in world.card_text()
    await world.pass_time(hours=1)
    assert len([each for each in world.posts() if "Pass" in each.buttons]) == 1
    await world.pass_time(hours=6)
    assert newest(world.ada).message.id != before


async def test_an_open_session_goes_on_until_its_end_and_no_other_opens(world: World) -> None:
    await world.ada.opens(minutes=10)
    await world.moderator.uses("quiet pause")
    await world.pass_time(minutes=2)
    assert "Quiet until" in world.card_text()
    assert "You have a seat" in (await world.ben.sits()).text
    await world.pass_time(minutes=9)
    assert "Sessions are paused in this server." in world.card_text()
    assert world.card().buttons == ["How this works"]
    refused = (await world.cleo.opens()).text
    assert "paused quiet rooms in this server, so no session opens" in refused
    assert PAUSED in (await world.cleo.uses("rooms")).text
    assert "no session opens during the pause" in (await world.cleo.uses("rooms")).text
    await world.moderator.uses("quiet resume")
    assert "You have a seat" in (await world.cleo.opens()).text


@pytest.mark.parametrize("command", ["quiet setup", "quiet check"])
async def test_set_up_and_check_show_the_pause_with_a_button_that_ends_it(
    world: World, command: str
) -> None:
    assert "Resume" not in (await world.moderator.uses(command)).panel.buttons
    await world.moderator.uses("quiet pause", until="forever")
    first, second = [await world.moderator.uses(command) for _ in range(2)]
    assert PAUSED in first.text
    resumed = await world.moderator.taps(first.panel, "Resume")
    assert "The pause is over." in resumed.text
    assert PAUSED not in resumed.text
    assert "Nothing was paused" in (await world.moderator.taps(second.panel, "Resume")).text


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("yesterday", "I can't read"),
        ("2026-01-04", "That time has passed."),
        ("today", "That time has passed."),
        ("0", "I can't read"),
        ("0001-01-01", "That time has passed."),
        ("9999-12-31", "lasts up to 366 days"),
        ("2 years", "I can't read"),
        ("400 days", "lasts up to 366 days"),
        ("whenever", "I can't read"),
        ("3/4/2026", "Which do you mean?"),
    ],
)
async def test_an_end_that_makes_no_sense_is_answered_with_what_can_be_typed(
    world: World, until: str, says: str
) -> None:
    answer = await world.moderator.uses("quiet pause", until=until)
    assert says in answer.text
    assert "Nothing was changed." in answer.text
    assert PAUSED not in (await world.moderator.uses("quiet check")).text


@pytest.mark.parametrize(
    ("until", "hours"),
    [
        ("2 hours", 2),
        ("90 min", 1.5),
        ("tomorrow", 15),
        ("1 day", 24),
        ("a week", 168),
        ("6pm", 9),
        ("8 Uhr", 23),
        ("18:00", 9),
        ("24:00", 15),
    ],
)
async def test_an_end_is_a_length_of_time_or_a_date_in_the_server_s_time_zone(
    world: World, until: str, hours: float
) -> None:
    answer = await world.moderator.uses("quiet pause", until=until)
    at = int((world.now + timedelta(hours=hours)).timestamp())
    assert f"Done: paused until <t:{at}:f>" in answer.text


async def test_ends_are_offered_while_a_moderator_types(world: World) -> None:
    offered = await world.moderator.types("quiet pause", "until", "next Monday")
    assert list(offered.values()) == ["2026-01-12"]
    assert await world.moderator.types("quiet pause", "until", "2 hours") == {
        "Mon, Jan 5, 2026, 11:00": "2 hours"
    }


async def test_resuming_what_is_not_paused_says_so(world: World) -> None:
    assert (
        "Nothing was paused, so nothing was changed." in (await world.moderator.uses("quiet resume")).text
    )


async def test_members_cannot_pause_a_server(world: World) -> None:
    world.show_command("quiet", world.ada)
    assert "You need Manage Server for this." in (await world.ada.uses("quiet pause")).text
    assert PAUSED not in (await world.ada.uses("rooms")).text


async def test_a_pause_survives_a_restart(world: World) -> None:
    await opens_daily(world)
    await world.moderator.uses("quiet pause", until="2 days")
    await world.sleeps_through(hours=20)
    world.spent()
    await world.pass_time(hours=27)
    assert world.spent() == []
    assert PAUSED in (await world.ada.uses("rooms")).text
    await world.pass_time(hours=3)
    assert "Library" in world.card_text()


async def test_members_and_moderators_read_why_check_ins_do_not_come(world: World) -> None:
    await begins(world.ada, per_week=7, zone="UTC", days="daily", window="midday")
    await world.moderator.uses(
        "quiet checkins add", channel=world.library, days="Mon-Sun", time="11:00", zone="UTC"
    )
    assert "paused Alongside" not in (await world.ada.uses("checkins")).text
    await world.moderator.uses("quiet pause")
    answer = await world.ada.uses("checkins")
    assert "A moderator paused Alongside in the server. Nothing comes" in answer.text
    assert PAUSED in (await world.moderator.uses("quiet checkins list")).text
    await world.moderator.uses("quiet pause", until="2 days")
    assert "until <t:" in (await world.ada.uses("checkins")).text.partition("paused Alongside")[2]
    await world.moderator.uses("quiet resume")
    assert "paused Alongside" not in (await world.ada.uses("checkins")).text
    assert PAUSED not in (await world.moderator.uses("quiet checkins list")).text
