"""Whatever changes a seat without a tap on the card, the card shows it within 20 seconds."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest

from tests.world import Answer, World

Change: TypeAlias = Callable[[World, Answer], Awaitable[object]]
SOON = 20  # seconds


async def _shows_name(world: World, seat: Answer) -> None:
    asked = await world.ben.taps(seat.panel, "Show my name")
    await world.ben.taps(asked.panel, "Yes")


async def _hides(world: World, seat: Answer) -> None:
    await world.ben.taps(seat.panel, "Sit hidden")


async def _leaves(world: World, seat: Answer) -> None:
    await world.ben.taps(seat.panel, "Slip out")


async def _moves(world: World, _: Answer) -> None:
    asked = await world.ben.uses("sit", room="Attic", minutes=10)
    await world.ben.taps(asked.panel, "Move here")


async def _deletes_everything(world: World, _: Answer) -> None:
    asked = await world.ben.uses("my-data delete")
    await world.ben.taps(asked.panel, asked.buttons[0])


CHANGES: list[tuple[Change, str]] = [
    (_shows_name, "2 of 8 seats are taken.\nHere: "),
    (_hides, "One of 8 seats is taken."),
    (_leaves, "One of 8 seats is taken."),
    (_moves, "One of 8 seats is taken."),
    (_deletes_everything, "One of 8 seats is taken."),
]


@pytest.fixture
async def quiet(world: World) -> World:
    """Return a world whose card was last tapped long ago, so that no interaction can edit it."""
    attic = world.guild.create_text_channel("attic")
    await world.moderator.uses("quiet room add", channel=attic, name="Attic")
    await world.ada.uses("sit", room="Library", minutes=50)
    await world.pass_time(minutes=20)
    return world


@pytest.mark.parametrize(("change", "shown"), CHANGES)
async def test_a_change_by_command_or_panel_reaches_the_card(
    quiet: World, change: Change, shown: str
) -> None:
    world = quiet
    seat = await world.ben.uses("sit", room="Library")
    await world.pass_time(seconds=SOON)
    card = world.cards()[-1]
    assert "2 of 8 seats are taken." in card.text
    await change(world, seat)
    await world.pass_time(seconds=SOON)
    assert shown in card.text
    assert world.cards()[-1].message.id == card.message.id


async def test_a_name_that_is_hidden_again_leaves_the_card(quiet: World) -> None:
    world = quiet
    await world.ben.agrees("Show my name")
    seat = await world.ben.uses("sit", room="Library")
    await world.pass_time(seconds=SOON)
    assert world.ben.mention in world.card_text()
    await world.ben.taps(seat.panel, "Hide my name")
    await world.pass_time(seconds=SOON)
    assert world.ben.mention not in world.card_text()
    assert "2 of 8 seats are taken." in world.card_text()


async def test_a_hidden_seat_that_is_counted_reaches_the_card(quiet: World) -> None:
    world = quiet
    seat = await world.ben.uses("sit", room="Library", hidden=True)
    await world.pass_time(seconds=SOON)
    assert "One of 8 seats is taken." in world.card_text()
    await world.ben.taps(seat.panel, "Count me on the card")
    await world.pass_time(seconds=SOON)
    assert "2 of 8 seats are taken." in world.card_text()


async def test_a_leave_time_takes_the_seat_off_the_card(quiet: World) -> None:
    world = quiet
    await world.ben.uses("sit", room="Library", minutes=5)
    await world.pass_time(seconds=SOON)
    assert "2 of 8 seats are taken." in world.card_text()
    await world.pass_time(minutes=5)
    assert "One of 8 seats is taken." in world.card_text()
