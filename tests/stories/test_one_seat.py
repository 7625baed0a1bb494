"""One seat at a time in a server: nobody is moved silently, and the question is private."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from tests.world import Answer, Shown, World

pytestmark = pytest.mark.both_engines

Sits: TypeAlias = Callable[[World], Awaitable[Answer]]
ASKS = "You already have a seat in Library"


@pytest.fixture
async def two(world: World) -> World:
    """Return a server with rooms in two channels: Library, and Attic; ben has opened a session there."""
    attic = world.guild.create_text_channel("attic")
    await world.moderator.uses("quiet room add", channel=attic, name="Attic")
    await world.ben.uses("sit", room="Attic", minutes=50)
    return world


def _attic(world: World) -> Shown:
    return world.cards(world.guild.channels["attic"])[-1]


async def _taps_sit_in_the_attic(world: World) -> Answer:
    return await world.ada.taps(_attic(world), "Sit")


async def _sits_by_command(world: World) -> Answer:
    return await world.ada.uses("sit", room="Attic")


async def _sits_after_a_look(world: World) -> Answer:
    rooms = await world.ada.uses("rooms")
    return await world.ada.taps((await world.ada.taps(rooms.panel, "Look: Attic")).panel, "Sit")


SITTING: list[Sits] = [_taps_sit_in_the_attic, _sits_by_command, _sits_after_a_look]


@pytest.mark.parametrize("sits", SITTING)
async def test_sitting_elsewhere_is_asked_first_and_privately(two: World, sits: Sits) -> None:
    world = two
    await world.ada.uses("sit", room="Library", minutes=50, hidden=True)
    before = (world.card_text(), _attic(world).text)
    asked = await sits(world)
    assert ASKS in asked.text
    assert asked.panel.is_private
    assert asked.buttons == ["Move here", "Stay there"]
    assert (world.card_text(), _attic(world).text) == before  # no card shows the hidden seat, or a new one
    stays = await world.ada.taps(asked.panel, "Stay there")
    assert "You have a hidden seat in Library" in stays.text
    assert (world.card_text(), _attic(world).text) == before


@pytest.mark.parametrize("sits", SITTING)
async def test_moving_takes_one_seat_and_leaves_the_other(two: World, sits: Sits) -> None:
    world = two
    await world.ada.uses("sit", room="Library", minutes=50)
    asked = await sits(world)
    moved = await world.ada.taps(asked.panel, "Move here")
    assert "You have a seat in Attic" in moved.text
    mine = (await world.ada.uses("my-data show")).text
    assert "Attic" in mine
    assert "Library" not in mine


async def test_what_the_command_said_is_kept_through_the_question(two: World) -> None:
    world = two
    await world.ada.uses("sit", room="Library", minutes=50)
    asked = await world.ada.uses("sit", room="Attic", minutes=10, hidden=True)
    moved = await world.ada.taps(asked.panel, "Move here")
    assert "You have a hidden seat in Attic" in moved.text
    assert "You'll leave automatically" in moved.text


async def test_moving_to_a_room_without_a_session_opens_it(world: World) -> None:
    loft = world.guild.create_text_channel("loft")
    await world.moderator.uses("quiet room add", channel=loft, name="Loft")
    await world.ada.uses("sit", room="Library", minutes=50)
    asked = await world.ada.uses("sit", room="Loft", minutes=10)
    assert "Slip out" not in [name for each in world.cards(loft) for name in each.buttons]
    await world.ada.taps(asked.panel, "Move here")
    assert "Slip out" in world.cards(loft)[-1].buttons


async def test_a_move_to_a_session_that_closed_meanwhile_changes_nothing(two: World) -> None:
    world = two
    await world.ada.uses("sit", room="Library", minutes=50)
    asked = await _taps_sit_in_the_attic(world)
    seat = await world.ben.uses("sit", room="Attic")
    await world.ben.taps((await world.ben.taps(seat.panel, "Close early")).panel, "Close now")
    await world.pass_time(minutes=1)
    refused = await world.ada.taps(asked.panel, "Move here")
    assert "That session has closed" in refused.text
    assert "Library" in (await world.ada.uses("my-data show")).text


async def test_sit_in_a_channel_with_several_rooms_asks_which(world: World) -> None:
    await world.moderator.uses("quiet room add", channel=world.library, name="Loft")
    asked = await world.ada.uses("sit", minutes=5, hidden=True)
    assert asked.text == "This channel has several rooms. Where would you like to sit?"
    assert asked.buttons == ["Library", "Loft"]
    assert (await world.row_counts())["session"] == 0
    seat = await world.ada.taps(asked.panel, "Loft")
    assert "You have a hidden seat in Loft" in seat.text
    assert f"<t:{int(world.now.timestamp()) + 300}:t>" in seat.text  # five minutes, as the command said
    again = await world.ada.uses("sit")
    assert "You have a hidden seat in Loft" in again.text  # where they sit, nobody has to ask


async def test_sit_in_the_channel_of_one_room_means_that_room(two: World) -> None:
    world = two
    seat = await world.ada.uses("sit", minutes=5)  # in the library, though a session is open in the attic
    assert "You have a seat in Library" in seat.text


async def test_an_old_panel_of_a_seat_that_was_left_takes_no_new_seat(world: World) -> None:
    await world.ada.opens(minutes=50)
    seat = await world.ben.sits()
    await world.ben.slips_out()
    await world.ben.taps(seat.panel, "Sit hidden")
    assert (await world.row_counts())["seat"] == 1


async def test_answering_the_arriving_question_offers_a_seat_to_who_has_none(world: World) -> None:
    await world.moderator.uses("quiet room hello", room="Library", asks=1)
    await world.ada.opens(minutes=50)
    seated = await world.ada.taps(world.card(), "Here")
    assert seated.buttons == []
    answered = await world.ben.taps(world.card(), "Here")
    assert "You don't have a seat yet" in answered.text
    seat = await world.ben.taps(answered.panel, "Sit")
    assert "You have a seat in Library" in seat.text
