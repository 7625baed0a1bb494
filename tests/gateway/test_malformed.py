"""Whatever Discord sends, the process lives, and what could be read is used."""

from __future__ import annotations

import json
import logging
import zlib
from typing import Any

import pytest

from bot.gateway.client import Client
from bot.gateway.parsers import UnreadableFrameError
from bot.gateway.websocket import GatewayWebSocket
from tests.gateway import malformed
from tests.gateway.conftest import connection_of


def frame(name: str, data: Any, sequence: int = 1) -> str:
    """Return the text of an event's frame."""
    return json.dumps({"op": 0, "s": sequence, "t": name, "d": data})


def parser_names(client: Client) -> list[str]:
    """Return the names of all events that discord.py parses."""
    return sorted(client._connection.parsers)  # noqa: SLF001 - they are its parsers


async def begin(connection: GatewayWebSocket) -> None:
    """Receive a READY and every server."""
    await connection.received_message(frame("READY", malformed.ready()))
    for guild in malformed.guilds():
        await connection.received_message(frame("GUILD_CREATE", malformed.guild_create(guild)))


async def test_no_malformed_event_ends_the_connection_or_loses_another_server(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    connection = connection_of(client)
    await begin(connection)
    first, second = malformed.guilds()[:2]
    names = [each for each in parser_names(client) if each not in {"READY", "RESUMED"}]
    assert len(names) > 60
    for name in names:
        await connection.received_message(frame(name, malformed.event(name)))
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("bot")]
    assert ours == []  # else what follows tests little
    caplog.set_level(logging.CRITICAL)
    await begin(connection)  # one of those events removed a server
    for name in names:
        for wrong in malformed.malformed(malformed.event(name)):
            await connection.received_message(frame(name, wrong))
    assert connection.open
    await connection.received_message(frame("GUILD_CREATE", malformed.guild_create(first)))
    known, other = client.get_guild(first.id), client.get_guild(second.id)
    assert known is not None
    assert not known.unavailable
    assert known.me is not None
    assert other is not None
    assert not other.unavailable
    assert len(other.channels) == len(second.channels)


async def test_a_malformed_ready_is_answered_by_connecting_again(client: Client) -> None:
    unreadable = 0
    state: Any = client._connection  # noqa: SLF001 - to stop what READY begins
    for wrong in malformed.malformed(malformed.ready()):
        connection = connection_of(client)
        try:
            await connection.received_message(frame("READY", wrong))
        except UnreadableFrameError:
            unreadable += 1
            assert not connection.open
        if state._ready_task is not None:  # noqa: SLF001 - the same
            state._ready_task.cancel()  # noqa: SLF001 - the same
    assert unreadable > 20
    await begin(connection_of(client))
    assert len(client.guilds) == len(malformed.guilds())


@pytest.mark.parametrize("key", ["roles", "channels", "members", "voice_states", "guild_scheduled_events"])
async def test_a_server_that_cannot_be_read_is_left_out_until_it_is_sent_again(
    client: Client, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    connection = connection_of(client)
    first, second = malformed.guilds()[:2]
    await connection.received_message(frame("READY", malformed.ready()))
    broken = malformed.guild_create(first)
    broken[key] = [*broken[key], "Secret name"]
    await connection.received_message(frame("GUILD_CREATE", broken))
    await connection.received_message(frame("GUILD_CREATE", malformed.guild_create(second)))
    known, other = client.get_guild(first.id), client.get_guild(second.id)
    assert known is not None
    assert known.unavailable
    assert not known.channels
    assert other is not None
    assert not other.unavailable
    (line,) = [each.getMessage() for each in caplog.records]
    assert line.startswith("left out a server that cannot be read: GUILD_CREATE (")
    assert "Secret" not in line
    assert str(first.id) not in line
    await connection.received_message(frame("GUILD_CREATE", malformed.guild_create(first)))
    again = client.get_guild(first.id)
    assert again is not None
    assert not again.unavailable
    assert again.channels


@pytest.mark.parametrize("data", [{}, {"roles": []}, {"roles": [{"id": "5"}]}])
async def test_an_update_without_roles_changes_nothing_of_a_server(client: Client, data: Any) -> None:
    connection = connection_of(client)
    await begin(connection)
    first = malformed.guilds()[0]
    await connection.received_message(frame("GUILD_UPDATE", {"id": str(first.id), **data}))
    known = client.get_guild(first.id)
    assert known is not None
    assert known.name == first.name
    assert len(known.roles) == len(first.roles)


@pytest.mark.parametrize("unavailable", [None, "yes", 1, []])
async def test_a_removal_that_may_be_an_outage_removes_nothing(client: Client, unavailable: Any) -> None:
    connection = connection_of(client)
    await begin(connection)
    first = malformed.guilds()[0]
    data = {"id": str(first.id), "unavailable": unavailable}
    await connection.received_message(frame("GUILD_DELETE", data))
    assert client.get_guild(first.id) is not None
    await connection.received_message(frame("GUILD_DELETE", {"id": str(first.id)}))
    assert client.get_guild(first.id) is None


async def test_an_event_that_keeps_being_unreadable_is_logged_once(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    connection = connection_of(client)
    for _ in range(1000):
        await connection.received_message(frame("CHANNEL_UPDATE", {"name": "Secret name"}))
    (line,) = [each.getMessage() for each in caplog.records]
    assert (
        line == "left out an event that cannot be read: CHANNEL_UPDATE (KeyError in parse_channel_update)"
    )


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "",
        "null",
        "[]",
        "7",
        '"words"',
        "[" * 100_000,
        '{"op": 10}',
        '{"op": 10, "d": null}',
        '{"op": 10, "d": {"heartbeat_interval": "often"}}',
        '{"op": 10, "d": {"heartbeat_interval": 0}}',
        '{"op": 10, "d": {"heartbeat_interval": -1}}',
        '{"op": 10, "d": {"heartbeat_interval": NaN}}',
        '{"op": 10, "d": {"heartbeat_interval": 1e30}}',
        '{"op": 0, "t": "RESUMED", "d": null, "s": 1}',
        '{"op": 0, "t": ["READY"], "d": {}, "s": 1}',
        '{"op": 0, "t": "TYPING_START", "d": {}, "s": "many"}',
        b"garbage\x00\x00\xff\xff",
        zlib.compress(b"\xff\xfe{")[:-4] + b"\x00\x00\xff\xff",
    ],
)
async def test_a_frame_that_cannot_be_read_closes_the_connection_so_that_the_bot_reconnects(
    client: Client, sent: str | bytes
) -> None:
    connection = connection_of(client)
    with pytest.raises(UnreadableFrameError):
        await connection.received_message(sent)
    assert not connection.open
    assert connection.socket.close_code == 4000  # after which Discord keeps the session
    assert connection._keep_alive is None  # noqa: SLF001 - its thread is stopped


@pytest.mark.parametrize("sent", ['{"op": 0}', '{"op": 42, "d": {}}', '{"op": null}', "{}", '{"op": 11}'])
async def test_a_frame_that_says_nothing_is_ignored(client: Client, sent: str) -> None:
    connection = connection_of(client)
    await connection.received_message(sent)
    assert connection.open


async def test_a_second_hello_does_not_start_a_second_heartbeat(client: Client) -> None:
    connection = connection_of(client)
    hello = '{"op": 10, "d": {"heartbeat_interval": 41250}}'
    await connection.received_message(hello)
    with pytest.raises(UnreadableFrameError):
        await connection.received_message(hello)


async def test_a_session_whose_replay_cannot_be_read_is_given_up(client: Client) -> None:
    connection = connection_of(client)
    await begin(connection)
    with pytest.raises(UnreadableFrameError):
        await connection.received_message("{")
    assert connection.session_id == "a-session"
    resumed = connection_of(client)
    resumed.session_id, resumed.sequence = "a-session", connection.sequence
    resumed._resumed_from = connection.sequence  # noqa: SLF001 - as `from_client` sets it
    with pytest.raises(UnreadableFrameError):
        await resumed.received_message("{")
    assert resumed.session_id is None
