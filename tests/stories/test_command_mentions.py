"""Commands that texts name can be tapped, by the ids that Discord gave them."""

from tests.world import World


async def id_of(world: World, command: str) -> str:
    """Return the id that Discord gave a command."""
    (found,) = [each for each in await world.client.registered_commands() if each["name"] == command]
    return str(found["id"])


async def test_commands_in_answers_are_mentions(world: World) -> None:
    answer = await world.ada.uses("help")
    assert f"**</me:{await id_of(world, 'me')}>** shows your choices" in answer.panel.source
    assert "**/my-data** shows" in answer.panel.source  # a group
    assert "**/me** shows your choices" in answer.text


async def test_commands_in_refusals_are_mentions(world: World) -> None:
    refused = await world.moderator.uses("quiet room add", channel=world.library, name="Library")
    assert f"Use </quiet room add:{await id_of(world, 'quiet')}> with another name" in refused.panel.source


async def test_mentions_hold_after_a_restart_that_registers_nothing(world: World) -> None:
    before = (await world.ada.uses("help")).panel.source
    await world.restarts()
    assert (await world.ada.uses("help")).panel.source == before


async def test_an_exported_consent_has_no_mentions(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    exported = (await world.ada.uses("my-data export")).panel.file.decode()
    assert "/privacy" in exported
    assert "</" not in exported
