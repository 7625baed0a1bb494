"""The gateway: identify, intents, resume, close codes and planned faults."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox

from tests.sandbox.bare_shard import INTENTS, Connect


async def test_ready_is_followed_by_a_guild_create_for_every_server(box: Sandbox, connect: Connect) -> None:
    shard = await connect()
    await shard.identify(box.token)
    frames = [await shard.next() for _ in range(3)]
    assert [f["t"] for f in frames] == ["READY", "GUILD_CREATE", "GUILD_CREATE"]
    assert [f["s"] for f in frames] == [1, 2, 3]
    ready = frames[0]["d"]
    assert ready["shard"] == [0, 1]
    assert ready["resume_gateway_url"] == box.gateway_url
    assert ready["application"]["id"] == str(box.world.app.id)
    assert all(guild["unavailable"] for guild in ready["guilds"])


async def test_each_server_is_sent_only_to_its_shard(box: Sandbox, connect: Connect) -> None:
    got: dict[int, set[str]] = {}
    for number in range(3):
        shard = await connect()
        await shard.identify(box.token, shard=[number, 3])
        ready = await shard.next()
        got[number] = {guild["id"] for guild in ready["d"]["guilds"]}
        assert box.bot_connected is (number == 2)
    for guild_id in box.world.guilds:
        assert [n for n in got if str(guild_id) in got[n]] == [(guild_id >> 22) % 3]


async def test_zlib_stream_compresses_all_frames_in_one_stream(box: Sandbox, connect: Connect) -> None:
    shard = await connect("v=10&encoding=json&compress=zlib-stream")
    await shard.identify(box.token)
    assert (await shard.next())["t"] == "READY"
    assert (await shard.next())["t"] == "GUILD_CREATE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"shard": [2, 2]}, 4010),
        ({"intents": 1 << 40}, 4013),
        ({"intents": 1 << 1}, 4014),
        ({"intents": 1 << 15}, 4014),
    ],
)
async def test_an_invalid_identify_closes_the_connection_with_its_code(
    box: Sandbox, connect: Connect, change: dict[str, Any], code: int
) -> None:
    shard = await connect()
    await shard.send(2, {"token": box.token, "intents": INTENTS, "properties": {}, **change})
    assert await shard.close_code() == code


async def test_invalid_frames_close_the_connection_with_their_code(box: Sandbox, connect: Connect) -> None:
    early = await connect()
    await early.send(8, {})
    assert await early.close_code() == 4003
    for text in ("{", "[]", '{"op": 2}', '{"op": 2, "d": []}', '{"op": 6, "d": {"seq": "x"}}'):
        garbled = await connect()
        await garbled.socket.send_str(text)
        assert await garbled.close_code() in {4002, 4004}
    unknown = await connect()
    await unknown.identify(box.token)
    await unknown.send(42, None)
    assert await unknown.close_code() == 4001
    twice = await connect()
    await twice.identify(box.token)
    await twice.identify(box.token)
    assert await twice.close_code() == 4005
    old = await connect("v=9")
    assert old.socket.close_code == 4012


async def test_more_than_120_frames_a_minute_close_the_connection_with_4008(connect: Connect) -> None:
    shard = await connect()
    for _ in range(121):
        await shard.send(1, None)
    assert await shard.close_code() == 4008


async def test_a_client_without_heartbeats_is_closed_with_4009(box: Sandbox, connect: Connect) -> None:
    box.gateway.heartbeat_ms = 40
    shard = await connect()
    assert await shard.close_code() == 4009


async def test_the_whole_member_list_needs_the_guild_members_intent(box: Sandbox, connect: Connect) -> None:
    shard = await connect()
    await shard.identify(box.token)
    guild = next(iter(box.world.guilds))
    ada = str(box.person("Ada").id)
    await shard.send(8, {"guild_id": str(guild), "user_ids": [ada]})
    frames = [await shard.next() for _ in range(4)]
    assert frames[-1]["t"] == "GUILD_MEMBERS_CHUNK"
    assert [m["user"]["id"] for m in frames[-1]["d"]["members"]] == [ada]
    await shard.send(8, {"guild_id": str(guild), "query": "", "limit": 0})
    assert await shard.close_code() == 4014


async def test_a_refused_gateway_connection_is_an_http_503(box: Sandbox, connect: Connect) -> None:
    box.faults.refuse_gateway(1)
    url = box.gateway_url.replace("ws:", "http:", 1)
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 503
    await connect()


async def test_identifies_that_are_refused_on_purpose_are_counted(box: Sandbox, connect: Connect) -> None:
    box.faults.refuse_identify(4014)
    box.faults.invalidate_sessions(1)
    refused = await connect()
    await refused.identify(box.token)
    assert await refused.close_code() == 4014
    invalid = await connect()
    await invalid.identify(box.token)
    assert (await invalid.next())["op"] == 9
    await invalid.identify(box.token)
    assert (await invalid.next())["t"] == "READY"
    assert box.gateway.identifies_left == 997


async def test_session_starts_are_available_again_after_a_day(box: Sandbox) -> None:
    assert box.simulation.session_starts.reset_after_ms == 0
    box.faults.spend_starts(1)
    await box.clock.move(box.clock.now() + timedelta(hours=23))
    assert 0 < box.simulation.session_starts.reset_after_ms <= 3_600_000
    await box.clock.move(box.clock.now() + timedelta(hours=1))
    assert box.gateway.identifies_left == 1000


async def test_the_date_header_of_responses_can_be_wrong_on_purpose(box: Sandbox) -> None:
    async def date() -> datetime:
        async with aiohttp.ClientSession() as session, session.get(f"{box.api_url}/gateway") as answer:
            return parsedate_to_datetime(answer.headers["Date"])

    right = await date()
    box.faults.shift_date(3600)
    assert timedelta(minutes=59) < await date() - right < timedelta(minutes=61)
