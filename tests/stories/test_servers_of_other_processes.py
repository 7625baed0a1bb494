"""Direct messages about a server that another process serves: they reach only the process with shard 0."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.checkins import begins, newest
from tests.stories.room_notices import opens_next, schedules, turns_on
from tests.world import World, open_world

GUILD = ["GET /guilds/*", "GET /guilds/*/channels", "GET /guilds/*/members/*"]


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Return a server of shard 1 with a room. At first, one process serves both shards."""
    async with open_world(tmp_path, monkeypatch, shard_count=2, shard_id=1) as world:
        await world.add_room()
        yield world


async def opens_and_moves(world: World) -> None:
    """Let a notice come to Ada, and then another process serve her server."""
    await schedules(world)
    await turns_on(world.ada)
    await opens_next(world)
    await moves(world)


async def moves(world: World) -> None:
    """From now on, this process serves shard 0, and so direct messages, but not the server."""
    await world.restarts(only_shard=0)
    assert list(world.client.guilds) == []
    world.spent()


async def returns(world: World) -> None:
    """From now on, this process serves the server, but not direct messages."""
    await world.restarts(only_shard=1)
    await world.pass_time(seconds=15)


async def test_sitting_from_a_notice_saves_the_seat_and_the_process_of_the_server_shows_it(
    world: World,
) -> None:
    await opens_and_moves(world)
    await world.ada.taps(newest(world.ada), "Sit")
    assert "You have a seat in Library." in newest(world.ada).text
    assert list(world.client.guilds) == []
    assert (await world.row_counts())["seat"] == 1
    await returns(world)
    assert "One of 8 seats is taken." in world.card_text()


async def test_slipping_out_by_a_notice_gives_the_seat_up_and_the_process_of_the_server_shows_it(
    world: World,
) -> None:
    await opens_and_moves(world)
    await world.ada.taps(newest(world.ada), "Sit")
    await world.ada.taps(newest(world.ada), "Slip out")
    assert "You slipped out of **Library**." in newest(world.ada).text
    await returns(world)
    assert (await world.row_counts())["seat"] == 0
    assert "There are 8 seats." in world.card_text()


async def test_a_seat_costs_four_requests_and_others_in_the_same_minute_one(world: World) -> None:
    await schedules(world)
    for person in (world.ada, world.ben):
        await turns_on(person)
    await opens_next(world)
    await moves(world)
    await world.ada.taps(newest(world.ada), "Sit")
    assert sorted(world.spent()) == sorted([*GUILD, "GET /guilds/*/members/*"])
    await world.ben.taps(newest(world.ben), "Sit")
    assert world.spent() == ["GET /guilds/*/members/*"]


async def test_who_may_not_sit_on_the_card_may_not_sit_from_the_notice(world: World) -> None:
    await opens_and_moves(world)
    until = world.now + timedelta(minutes=10)
    world.times_out(world.ada, until)
    answer = await world.ada.taps(newest(world.ada), "Sit")
    assert "You're timed out in this server" in answer.text
    world.leaves(world.ada)
    answer = await world.ada.taps(newest(world.ada), "Sit")
    assert "I can't find you in that server" in answer.text
    assert (await world.row_counts())["seat"] == 0


async def test_who_cannot_see_the_channel_may_not_sit_from_the_notice(world: World) -> None:
    await opens_and_moves(world)
    world.hide_library_from(world.ada)
    answer = await world.ada.taps(newest(world.ada), "Sit")
    assert "That session has closed." in answer.text
    assert (await world.row_counts())["seat"] == 0


@pytest.mark.parametrize("path", ["/guilds/*", "/guilds/*/channels"])
async def test_what_discord_cannot_say_now_is_asked_again_at_the_next_tap(world: World, path: str) -> None:
    await opens_and_moves(world)
    world.fail("GET", path, status=503)
    answer = await world.ada.taps(newest(world.ada), "Sit")
    assert "I can't reach this server through Discord right now." in answer.text
    assert (await world.row_counts())["seat"] == 0
    world.heal()
    await world.ada.taps(newest(world.ada), "Sit")
    assert "You have a seat in Library." in newest(world.ada).text


async def test_a_server_that_the_bot_left_is_refused_calmly(world: World) -> None:
    await opens_and_moves(world)
    world.fail("GET", "/guilds/*", status=404)
    answer = await world.ada.taps(newest(world.ada), "Sit")
    assert "I can't reach this server through Discord right now." in answer.text
    assert "I found none of yours in the servers that I can see" in (await world.ada.uses_in_dm("me")).text


async def test_commands_in_direct_messages_name_the_server(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await begins(world.ada)
    await world.client.services.server_settings.set_help_contacts(world.guild.id, "**Night line** 0800 1")
    await moves(world)
    assert (await world.ada.uses_in_dm("me")).text.startswith("### Your choices in Reading circle\n")
    assert "### Check-ins in Reading circle\n" in (await world.ada.uses_in_dm("checkins")).text
    assert "**Reading circle**\n**Night line** 0800 1\n" in (await world.ada.uses_in_dm("help-now")).text
    data = await world.ada.uses_in_dm("my-data show")
    assert "Reading circle" in data.text


async def test_check_ins_are_answered_changed_and_turned_off(world: World) -> None:
    await begins(world.ada)
    await moves(world)
    answered = await world.ada.taps(newest(world.ada), "Here")
    assert "that you turned on in Reading circle." in answered.text
    current = await world.ada.uses_in_dm("checkins")
    stopped = await world.ada.taps(current.panel, "Stop")
    assert "You turned off check-ins in Reading circle" in stopped.text
    assert (await world.row_counts())["cadence"] == 0


async def test_check_ins_begin_in_direct_messages_and_name_the_server(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await moves(world)
    proposal = await world.ada.uses_in_dm("checkins")
    assert proposal.text.startswith("### Check-ins in Reading circle\n")
    begun = await world.ada.taps(proposal.panel, "Yes, begin")
    assert "You agreed to check-ins in Reading circle on " in begun.text
    first = next(each for each in world.ada.direct_messages if "Here" in each.buttons)
    assert "Reading circle" in first.text


async def test_pausing_and_resuming_in_direct_messages_reaches_every_server(world: World) -> None:
    await begins(world.ada)
    await moves(world)
    assert "aused" in (await world.ada.uses_in_dm("pause")).text
    assert "Check-ins are back" in (await world.ada.uses_in_dm("resume")).text


async def test_turning_notices_off_deletes_the_notice_in_view(world: World) -> None:
    await opens_and_moves(world)
    notice = newest(world.ada)
    me = await world.ada.uses_in_dm("me")
    await world.ada.taps(me.panel, "Turn off room notices")
    await world.settle()
    assert notice.is_gone


async def test_a_thread_of_that_server_is_offered_and_made(world: World) -> None:
    setup = await world.moderator.uses("quiet setup")
    room = await world.moderator.chooses(setup.panel, "Change a room", "1")
    await world.moderator.taps(room.panel, "Offer private threads")
    await begins(world.ada, days="daily", per_week=7)
    world.close_direct_messages(world.ada)
    await world.pass_time(days=2)
    world.heal()
    await moves(world)
    panel = await world.ada.uses_in_dm("checkins")
    offer = await world.ada.taps(panel.panel, "Use a private thread")
    made = await world.ada.taps(offer.panel, "Use a private thread")
    assert "From now on, check-ins come in <#" in made.text
