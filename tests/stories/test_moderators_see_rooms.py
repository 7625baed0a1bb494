"""What moderators see: rooms, never people."""

import pytest

from tests.world import World


@pytest.mark.parametrize(
    "command", ["quiet setup", "quiet check", "quiet checkins list", "quiet schedule list"]
)
async def test_no_panel_for_moderators_shows_who_sits_or_what_they_chose(
    world: World, command: str
) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await world.ada.opens()
    await world.ben.uses("sit", hidden=True)
    shown = await world.moderator.uses(command)
    for member in (world.ada, world.ben):
        assert str(member.id) not in shown.text
    assert {"ada", "ben"}.isdisjoint(shown.text.lower().split())
