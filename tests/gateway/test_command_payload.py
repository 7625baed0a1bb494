"""The commands as the client sends them to Discord."""

from bot.gateway.client import Client


async def test_the_commands_are_put_together_once_in_all_languages(client: Client) -> None:
    client.syncs_at_start = False
    await client.setup_hook()
    client._connection.application_id = 7  # noqa: SLF001 - as discord.py's login does
    first, second = await client.local_commands(), await client.local_commands()
    assert first[1]
    assert second[1] is first[1]
