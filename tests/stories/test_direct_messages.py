"""Direct messages with the bot: which commands work there, and what they say about the member's servers."""

from tests.stories.calls import IN_SERVER, Known, check_private, commands, forges, options
from tests.world import World

EVERYWHERE = {"pause", "resume", "my-data", "privacy", "help"}
SERVER, DIRECT = 0, 1  # Discord's numbers of contexts; 2 is a group of people


async def test_discord_offers_each_command_where_it_works(world: World) -> None:
    _, payload = await world.client.local_commands()
    contexts = {each["name"]: each["contexts"] for each in payload}
    assert contexts == {name: [SERVER, DIRECT] if name in EVERYWHERE else [SERVER] for name in contexts}
    assert EVERYWHERE | {"sit", "rooms", "quiet"} <= set(contexts)
    assert {tuple(each["integration_types"]) for each in payload} == {(SERVER,)}
    registered = await world.client.registered_commands()
    assert {each["name"]: each["contexts"] for each in registered} == contexts


async def test_a_server_command_that_is_sent_from_direct_messages_is_refused(
    world: World, known: Known
) -> None:
    before = await world.dump()
    for command in commands(world):
        if command.qualified_name.split()[0] not in EVERYWHERE:
            answer = await forges(world.ada, command, options(command, known, "Library"), is_direct=True)
            assert check_private(answer, command.qualified_name) == IN_SERVER
    assert await world.dump() == before
