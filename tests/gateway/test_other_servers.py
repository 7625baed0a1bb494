"""What is remembered of servers that another process serves."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from bot.errors import RefusalError
from bot.gateway import other_servers
from bot.gateway.client import Client
from bot.gateway.other_servers import OtherServers

FIRST = 1 << 40


def guild(guild_id: int) -> dict[str, Any]:
    """Return a server as Discord answers, with an emoji."""
    emoji = {"id": str(guild_id + 1), "name": "leaf", "roles": [], "animated": False}
    role = {"id": str(guild_id), "name": "@everyone", "permissions": "0", "position": 0, "color": 0}
    role |= {"hoist": False, "managed": False, "mentionable": False}
    return {
        "id": str(guild_id),
        "name": "Reading circle",
        "owner_id": "7",
        "roles": [role],
        "emojis": [emoji],
    }


class Discord:
    """Answers requests about servers, and counts them."""

    def __init__(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[int] = []
        self.fails = False
        monkeypatch.setattr(client.http, "request", self._request)

    async def _request(self, route: discord.http.Route, **_: Any) -> Any:
        await asyncio.sleep(0)
        if self.fails:
            raise OSError
        guild_id = int(route.url.rsplit("/", 1)[1])
        self.asked.append(guild_id)
        return guild(guild_id)


@pytest.fixture
def discord_side(client: Client, monkeypatch: pytest.MonkeyPatch) -> Discord:
    return Discord(client, monkeypatch)


async def test_many_who_ask_at_once_cost_one_request(client: Client, discord_side: Discord) -> None:
    servers = OtherServers(client)
    found = await asyncio.gather(*(servers.find(FIRST) for _ in range(20)))
    assert {each.name for each in found if each} == {"Reading circle"}
    assert discord_side.asked == [FIRST]


async def test_the_client_learns_nothing_of_such_a_server(client: Client, discord_side: Discord) -> None:
    assert await OtherServers(client).find(FIRST) is not None
    assert client.get_guild(FIRST) is None
    assert list(client.emojis) == []


async def test_a_server_is_asked_about_again_after_a_while(
    client: Client, discord_side: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_servers, "VALID_SECONDS", -1.0)
    servers = OtherServers(client)
    await servers.find(FIRST)
    await servers.find(FIRST)
    assert discord_side.asked == [FIRST, FIRST]


async def test_a_lost_answer_is_not_remembered(client: Client, discord_side: Discord) -> None:
    servers = OtherServers(client)
    discord_side.fails = True
    with pytest.raises(RefusalError):
        await servers.find(FIRST)
    discord_side.fails = False
    assert await servers.find(FIRST) is not None


async def test_only_the_newest_servers_are_remembered(
    client: Client, discord_side: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_servers, "_MOST_REMEMBERED", 2)
    servers = OtherServers(client)
    for number in (0, 1, 2, 2, 1, 0):
        await servers.find(FIRST + number)
    assert discord_side.asked == [FIRST, FIRST + 1, FIRST + 2, FIRST]
