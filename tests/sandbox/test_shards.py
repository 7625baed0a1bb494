"""Shards: which session gets what, how many may start at once and in a day."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.api.request_log import most_in_a_second
from sandbox.gateway import connection as gateway_connection
from tests.sandbox.bare_shard import Connect, Shard
from tests.sandbox.conftest import Rest


async def _identified(box: Sandbox, connect: Connect, shard: int, count: int) -> Shard:
    """Return a client with a session, after its READY and GUILD_CREATEs."""
    client = await connect()
    await client.identify(box.token, shard=[shard, count])
    ready = await client.next()
    assert ready["t"] == "READY"
    for _ in ready["d"]["guilds"]:
        await client.next()
    return client


async def _came(client: Shard) -> list[Any]:
    """Return the events that came to a client so far."""
    await client.send(1, None)
    events: list[Any] = []
    while (frame := await client.next())["op"] == 0:
        events.append(frame)
    return events


async def test_an_event_reaches_its_shard_also_where_sessions_have_different_counts(
    box: Sandbox, connect: Connect
) -> None:
    ada = box.person("Ada")
    channel = ada.channel("general")
    assert channel.guild_id is not None
    for_three, for_two = ((channel.guild_id >> 22) % count for count in (3, 2))
    of = {
        (shard, count): await _identified(box, connect, shard, count)
        for count in (3, 2)
        for shard in range(count)
    }
    ada.say(channel, "Hello")
    got = [which for which, client in of.items() if await _came(client)]
    assert got == [(for_three, 3), (for_two, 2)]


async def test_what_happens_in_direct_messages_reaches_shard_0_alone(
    box: Sandbox, connect: Connect, rest: Rest
) -> None:
    clients = [await _identified(box, connect, shard, 3) for shard in range(3)]
    ada = box.person("Ada")
    _, dm = await rest("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Tap", "custom_id": "tap"}]}
    await rest("POST", f"/channels/{dm['id']}/messages", {"content": "Hello", "components": [row]})
    ada.begin_click(ada.dm()[0], "Tap")
    first, *others = [[each["t"] for each in await _came(client)] for client in clients]
    assert first == ["MESSAGE_CREATE", "INTERACTION_CREATE"]
    assert others == [[], []]


async def test_two_sessions_of_one_shard_both_get_its_events(box: Sandbox, connect: Connect) -> None:
    old, new = [await _identified(box, connect, 0, 1) for _ in range(2)]
    box.person("Ada").say("general", "Hello")
    assert [each["t"] for each in await _came(old)] == ["MESSAGE_CREATE"]
    assert [each["t"] for each in await _came(new)] == ["MESSAGE_CREATE"]


async def test_shards_of_one_key_start_one_after_another_and_others_at_once(
    box: Sandbox, connect: Connect
) -> None:
    box.starts.max_concurrency, box.starts.window_seconds = 2, 5
    for shard in (0, 1):
        await _identified(box, connect, shard, 4)
    third = await connect()
    await third.identify(box.token, shard=[2, 4])
    assert await third.next() == {"op": 9, "d": False, "s": None, "t": None}
    assert [(each.shard, each.is_in_time) for each in box.gateway.identifies] == [
        (0, True),
        (1, True),
        (2, False),
    ]
    assert box.gateway.identifies_left == 998
    box.starts.window_seconds = 0.0
    await third.identify(box.token, shard=[2, 4])
    assert (await third.next())["t"] == "READY"


async def test_discord_tells_how_many_shards_it_recommends_and_how_many_may_start_at_once(
    box: Sandbox, rest: Rest
) -> None:
    box.starts.shards, box.starts.max_concurrency = 12, 16
    _, told = await rest("GET", "/gateway/bot")
    assert (told["shards"], told["session_start_limit"]["max_concurrency"]) == (12, 16)


async def test_more_than_1000_identifies_in_a_day_end_all_sessions_and_reset_the_token(
    box: Sandbox, connect: Connect, rest: Rest
) -> None:
    token = box.token
    well = await _identified(box, connect, 0, 2)
    box.faults.spend_starts(999)
    over = await connect()
    await over.identify(token, shard=[1, 2])
    assert await over.close_code() == 4004
    assert await well.close_code() == 4004
    assert not box.bot_connected
    assert (await rest("GET", "/users/@me", token=token))[0] == 401


async def test_a_shard_with_too_many_servers_is_refused(
    box: Sandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_connection, "SERVERS_PER_SHARD", 1)
    client = await connect()
    await client.identify(box.token)
    assert await client.close_code() == 4011


async def test_the_log_tells_which_requests_the_global_limit_counts_and_when_they_came(
    box: Sandbox, connect: Connect, rest: Rest
) -> None:
    ada = box.person("Ada")
    await _identified(box, connect, 0, 1)
    path = f"/channels/{ada.channel('general').id}/messages"
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Tap", "custom_id": "tap"}]}
    await rest("POST", path, {"content": "Hello", "components": [row]})
    tap = ada.begin_click(ada.sees("general")[0], "Tap")
    callback = f"/interactions/{tap.id}/{tap.token}/callback"
    await rest("POST", callback, {"type": 6})
    await rest("PATCH", f"/webhooks/{box.world.app.id}/{tap.token}/messages/@original", {"content": "Hm"})
    await rest("GET", "/users/@me")
    assert [each.limited for each in box.requests] == [True, False, False, True]
    came = [each.loop_seconds for each in box.requests]
    assert came == sorted(came)


def test_the_busiest_second_is_found_wherever_it_begins() -> None:
    assert most_in_a_second([]) == 0
    assert most_in_a_second([0.0, 0.9, 1.0, 1.8, 1.9, 5.0]) == 4
    assert most_in_a_second([3.0, 1.0, 2.0]) == 1
