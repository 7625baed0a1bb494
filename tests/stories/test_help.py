"""/help and /help-now."""

from tests.world import World


async def test_help_names_every_command_and_works_in_direct_messages(world: World) -> None:
    for answer in (await world.ada.uses("help"), await world.ada.uses_in_dm("help")):
        for command in (
            "sit",
            "rooms",
            "checkins",
            "pause",
            "resume",
            "me",
            "my-data",
            "privacy",
            "help-now",
        ):
            assert f"/{command}" in answer.text


async def test_help_now_shows_the_servers_own_list_as_it_was_written(world: World) -> None:
    guilds = world.client.services.server_settings
    await guilds.set_help_contacts(
        world.guild.id, "**Night line** 0800 1\n<@&1> @everyone https://example.org"
    )
    answer = await world.ada.uses("help-now")
    assert "**Night line** 0800 1" in answer.text
    assert "your local emergency number" in answer.text
