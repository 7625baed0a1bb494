"""Members whom a moderator put in a timeout with Discord's own tools."""

from datetime import timedelta

import pytest

from tests.world import World


async def test_a_member_in_a_timeout_cannot_take_a_seat(world: World) -> None:
    await world.ada.opens(minutes=50)
    await world.ben.sits()
    until = world.now + timedelta(minutes=5)
    world.times_out(world.cleo, until)
    for answer in (await world.cleo.sits(), await world.cleo.forges_command("sit")):
        assert answer.text.startswith(
            f"You're timed out in this server until <t:{int(until.timestamp())}:f>."
        )
    assert "2 of 8 seats are taken." in world.card_text()
    await world.pass_time(minutes=5)
    await world.cleo.sits()
    assert "3 of 8 seats are taken." in world.card_text()


@pytest.mark.parametrize("button", ["Nod", "Slip out", "How this works"])
async def test_a_seat_is_lost_with_the_first_tap_in_a_timeout(world: World, button: str) -> None:
    await world.ada.opens(minutes=50)
    await world.ben.sits()
    world.times_out(world.ben, world.now + timedelta(hours=1))
    await world.ben.taps(world.card(), button)
    assert (await world.row_counts())["seat"] == 1
    await world.ada.nods()
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_seat_in_another_server_is_not_lost(world: World) -> None:
    await world.ben.opens(minutes=50)
    elsewhere = world.elsewhere(world.ben)
    backend = world.env.backend
    (other,) = (each for each in backend.guilds.values() if each.id != world.guild.id)
    other.members[world.ben.id].timed_out_until = (world.now + timedelta(hours=1)).isoformat()
    await elsewhere.forges_command("help")
    assert (await world.row_counts())["seat"] == 1


async def test_a_timeout_that_is_over_changes_nothing(world: World) -> None:
    await world.ada.opens(minutes=50)
    world.times_out(world.ada, world.now - timedelta(seconds=1))
    await world.ada.nods()
    assert "One of 8 seats is taken." in world.card_text()
