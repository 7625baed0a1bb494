"""What Discord should never send: the process lives, reconnects, and serves members."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.state import payloads
from sandbox.state.models import Guild
from tests.process.bot_process import BotProcess

EVENTS: tuple[tuple[str, Any], ...] = (
    ("CHANNEL_UPDATE", {"name": "nook"}),
    ("CHANNEL_CREATE", None),
    ("INTERACTION_CREATE", {}),
    ("GUILD_CREATE", {"id": "1", "roles": "words"}),
    ("INTERACTION_CREATE", {"id": "x" * 5000, "type": 3}),
    ("VOICE_STATE_UPDATE", {"channel_id": None}),
    ("GUILD_UPDATE", []),
    ("GUILD_DELETE", {"unavailable": False}),
    ("GUILD_ROLE_UPDATE", {"guild_id": None, "role": 7}),
    ("GUILD_SCHEDULED_EVENT_UPDATE", {"id": "1"}),
    ("THREAD_LIST_SYNC", {"guild_id": "words"}),
    ("MESSAGE_CREATE", "words"),
)
FRAMES = (
    "{",
    "[]",
    '{"op": 10}',
    '{"op": 0, "t": "RESUMED"}',
    '{"op": 0, "s": "x"}',
    b"garbage\x00\x00\xff\xff",
)


async def is_served(process: BotProcess) -> bool:
    """Return whether a command is answered."""
    reply = await process.person("Ada").run("rooms", channel="general")
    return reply.error is None


async def test_malformed_events_are_left_out_and_everything_goes_on(process: BotProcess) -> None:
    begun = len(process.box.gateway.identifies)
    for name, data in EVENTS:
        where = {"guild_id": str(process.guild.id)} if name == "VOICE_STATE_UPDATE" else {}
        process.box.faults.send_event(name, data | where if where else data)
    assert await is_served(process)
    assert process.is_running
    assert len(process.box.gateway.identifies) == begun
    lines = [line for line in process.log if "that cannot be read" in line]
    assert len(lines) == len(EVENTS), lines
    assert len(process.log) == len(EVENTS) + 1, process.log


@pytest.mark.parametrize("sent", FRAMES)
async def test_the_bot_reconnects_after_a_frame_that_cannot_be_read(
    process: BotProcess, sent: str | bytes
) -> None:
    process.box.faults.send_frame(sent)
    await process.says("that cannot be read")
    await process.box.until_ready()
    assert await is_served(process)
    assert await process.stop() == 0


@pytest.mark.parametrize("hello", ["{", '{"op": 10}', '{"op": 10, "d": {"heartbeat_interval": "x"}}'])
async def test_a_start_with_an_unreadable_hello_is_tried_again(
    unstarted_process: BotProcess, hello: str
) -> None:
    process = unstarted_process
    process.box.faults.replace_hello(hello, times=2)
    await process.start()
    assert await is_served(process)
    assert len(process.box.gateway.identifies) == 1


async def test_a_server_that_cannot_be_read_is_left_out_and_the_others_are_served(
    unstarted_process: BotProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = unstarted_process
    broken, *_ = [each for each in process.box.world.guilds.values() if each is not process.guild]
    plain = payloads.guild_create

    def guild_create(simulation: Any, guild: Guild) -> Any:
        data = plain(simulation, guild)
        return data | ({"channels": [{"name": "Secret name"}]} if guild is broken else {})

    monkeypatch.setattr(payloads, "guild_create", guild_create)
    await process.start()
    line = await process.says("left out a server that cannot be read")
    assert "Secret" not in line
    assert await is_served(process)
    monkeypatch.undo()
    process.box.faults.outage(broken)
    process.box.faults.end_outage(broken)
    assert await is_served(process)
    assert await process.stop() == 0


async def test_shards_survive_malformed_events_too(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    process.settings |= {"SHARD_COUNT": "2"}
    process.box.faults.replace_hello("{")
    await process.launch()
    await process.box.until(lambda: len(process.box.gateway.sessions) == 2, 60)  # with pauses of discord.py
    for name, data in EVENTS:
        process.box.faults.send_event(name, data)
    assert await is_served(process)
    process.box.faults.send_frame("{")
    unreadable = "Discord sent a frame that cannot be read"  # one of them was the first HELLO
    await process.box.until(lambda: sum(unreadable in line for line in process.log) == 3)
    await process.box.until(lambda: len(process.box.gateway.connected_shards(2)) == 2, 60)
    assert not [line for line in process.log if "Traceback" in line]
    assert await is_served(process)
    assert len(process.box.gateway.identifies) == 2  # both resumed
    assert process.is_running
    assert await process.stop() == 0
