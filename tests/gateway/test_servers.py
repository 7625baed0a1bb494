"""Servers in memory are small, and what the bot reads of them is what discord.py would have read."""

from __future__ import annotations

import ast
import asyncio
import copy
import gc
import json
import tracemalloc
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import discord
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.memory.servers import Servers
from tests.gateway.whole_server import (
    FORUM_ID,
    GUILD_ID,
    ROLE_ID,
    STAGE_ID,
    TEXT_ID,
    VOICE_ID,
    channel,
    connection,
    guild_of,
    receive,
    role,
    server,
    thread,
    voice_state,
)

Json = Any
ROOT = Path(__file__).parents[2]
SERVERS, MOST_KIB_A_SERVER = 100, 6.0  # discord.py's own objects take 34 KiB
READ_OF_SOMETHING_ELSE = {
    "description": "of a command",
    "flags": "of a message",
    "me": "of a server, not of a thread",
}


async def test_a_server_with_thirty_channels_and_twenty_roles_takes_little_memory() -> None:
    state, servers = connection(lazy=True), Servers()
    tracemalloc.start(1)
    try:
        for number in range(SERVERS):
            receive(state, "GUILD_CREATE", json.loads(servers.create(number)))
        gc.collect()
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used / SERVERS < MOST_KIB_A_SERVER * 1024


def plain(value: Any) -> object:
    """Return a value in a form that can be compared with one of another client."""
    if isinstance(value, discord.VoiceState):
        return plain({name: getattr(value, name) for name in value.__slots__})
    if isinstance(value, Mapping):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, discord.PermissionOverwrite):
        return tuple(each.value for each in value.pair())
    if isinstance(value, str | bytes) or not hasattr(value, "id"):
        is_list = isinstance(value, Sequence) and not isinstance(value, str | bytes)
        return [plain(each) for each in value] if is_list else value
    return type(value).__name__.removeprefix("Lazy"), value.id


def attributes(one: object) -> dict[str, object]:
    """Return an object's public attributes, and the answers of its `is_...` methods."""
    found = {}
    for name in dir(type(one)):
        if name.startswith("_"):
            continue
        try:
            value = getattr(one, name)
            if name.startswith("is_"):
                value = value()
        except discord.ClientException:
            value = None  # a thread whose channel is gone
        if not callable(value):
            found[name] = plain(value)
    return found


def known(guild: discord.Guild) -> dict[str, dict[str, object]]:
    """Return everything that a client knows of a server."""
    parts = [guild, *guild.channels, *guild.roles, *guild.threads, *guild.members]
    return {f"{type(each).__name__.removeprefix('Lazy')} {each.id}": attributes(each) for each in parts}


@cache
def attributes_in_code() -> set[str]:
    """Return the names of all attributes that cogs and the gateway read of anything."""
    files = [*(ROOT / "cogs").rglob("*.py"), *(ROOT / "bot" / "gateway").glob("*.py")]
    trees = [ast.parse(each.read_text(encoding="utf-8")) for each in files]
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def left_out_after(events: Sequence[tuple[str, Json]]) -> set[str]:
    """Return which attributes differ from discord.py's own after a server and these events arrived."""
    whole, lazy = connection(lazy=False), connection(lazy=True)
    for state in (whole, lazy):
        for name, data in [("GUILD_CREATE", server()), *events]:
            receive(state, name, copy.deepcopy(data))
    expected, found = known(guild_of(whole)), known(guild_of(lazy))
    assert list(expected) == list(found)
    return {
        name
        for one, values in expected.items()
        for name, value in values.items()
        if value != found[one][name]
    }


async def test_all_that_the_bot_reads_of_a_server_is_there() -> None:
    left_out = left_out_after([])
    assert {"topic", "emoji_limit", "colour"} <= left_out  # else nothing was compared
    assert left_out & attributes_in_code() == READ_OF_SOMETHING_ELSE.keys()


NEW_CHANNEL_ID, NEW_ROLE_ID, NEW_THREAD_ID = 3001, 3002, 3003
WHERE = {"guild_id": str(GUILD_ID)}
CHANGES: dict[str, tuple[str, Json]] = {
    "renamed": ("CHANNEL_UPDATE", {**channel(TEXT_ID, 0), "name": "new"}),
    "opened": ("CHANNEL_UPDATE", {**channel(VOICE_ID, 2), "permission_overwrites": []}),
    "moved": ("CHANNEL_UPDATE", {**channel(STAGE_ID, 13), "position": 9, "parent_id": None}),
    "made": ("CHANNEL_CREATE", channel(NEW_CHANNEL_ID, 0)),
    "deleted": ("CHANNEL_DELETE", channel(FORUM_ID, 15)),
    "deleted with threads": ("CHANNEL_DELETE", channel(TEXT_ID, 0)),
    "new role": ("GUILD_ROLE_CREATE", {**WHERE, "role": role(NEW_ROLE_ID)}),
    "changed role": ("GUILD_ROLE_UPDATE", {**WHERE, "role": {**role(), "permissions": "8"}}),
    "lost role": ("GUILD_ROLE_DELETE", {**WHERE, "role_id": str(ROLE_ID)}),
    "new thread": ("THREAD_CREATE", {**thread(), "id": str(NEW_THREAD_ID)}),
    "changed thread": ("THREAD_UPDATE", {**thread(), "name": "new"}),
    "lost thread": ("THREAD_DELETE", thread()),
    "threads again": ("THREAD_LIST_SYNC", {**WHERE, "threads": [{**thread(), "name": "again"}]}),
    "threads of one": ("THREAD_LIST_SYNC", {**WHERE, "channel_ids": [str(TEXT_ID)], "threads": []}),
    "server": (
        "GUILD_UPDATE",
        {**WHERE, "id": str(GUILD_ID), "name": "New", "owner_id": "5", "roles": [role(GUILD_ID)]},
    ),
    "left voice": ("VOICE_STATE_UPDATE", {**voice_state(), **WHERE, "channel_id": None}),
    "moved in voice": ("VOICE_STATE_UPDATE", {**voice_state(), **WHERE, "channel_id": str(STAGE_ID)}),
}


@given(st.lists(st.sampled_from(sorted(CHANGES)), max_size=6))
@settings(max_examples=40, deadline=None)
def test_after_any_changes_the_bot_knows_a_server_as_discord_py_would(names: list[str]) -> None:
    async def compare() -> set[str]:
        return left_out_after([CHANGES[each] for each in names])

    assert asyncio.run(compare()) & attributes_in_code() <= READ_OF_SOMETHING_ELSE.keys()


async def test_a_server_that_is_sent_again_has_no_channels_of_before() -> None:
    state, again = connection(lazy=True), server()
    again["channels"] = again["channels"][1:]
    receive(state, "GUILD_CREATE", server())
    receive(state, "GUILD_CREATE", again)
    assert guild_of(state).get_channel(TEXT_ID) is None
    assert len(guild_of(state).channels) == len(again["channels"])


async def test_a_channel_is_the_same_object_each_time_it_is_read() -> None:
    state = connection(lazy=True)
    receive(state, "GUILD_CREATE", server())
    guild = guild_of(state)
    found = guild.get_channel(TEXT_ID)
    assert found is not None
    assert found in guild.channels
    assert guild.get_channel(TEXT_ID) is found
    assert guild.get_channel_or_thread(TEXT_ID) is found
