"""Servers in memory: what the bot never reads is left out, and the rest becomes objects when it is read.

discord.py has no setting for this: it makes an object of each channel, role and thread of each server, with
all that Discord says about them. The bot needs them for permissions, and in few servers at a time.
"""

from __future__ import annotations

from typing import Any

import discord
from discord.channel import _guild_channel_factory

from bot.gateway import server_fields
from bot.gateway.lazy_objects import LazyObjects
from bot.gateway.server_fields import Json


class LazyGuild(discord.Guild):
    """A server whose channels, roles and threads are made when they are first read.

    If any of them looks unusual, discord.py makes them at once, as it always does, and so finds what is
    malformed. Private attributes of discord.py's class are used here and nowhere else.
    """

    __slots__ = ()

    def _from_data(self, guild: Any) -> None:  # noqa: ANN401 - JSON of any shape
        data = {name: guild[name] for name in server_fields.GUILD if name in guild}
        channels = server_fields.channels(data.get("channels"))
        roles = server_fields.pick(data.get("roles"), server_fields.ROLE)
        threads = server_fields.pick(data.get("threads"), server_fields.THREAD)
        if channels is not None:
            self._channels = LazyObjects(channels, _make_channel, self)  # type: ignore[assignment] # a mapping
            del data["channels"]
        if threads is not None:
            self._threads = LazyObjects(threads, _make_thread, self)  # type: ignore[assignment] # a mapping
            del data["threads"]
        if roles is not None:
            del data["roles"]
        super()._from_data(data)  # type: ignore[arg-type] # JSON; it reads voice states, with their channels
        if roles is not None:
            self._roles = LazyObjects(roles, _make_role, self)  # type: ignore[assignment] # a mapping


def make_guilds_lazy(state: Any) -> None:  # noqa: ANN401 - private to discord.py
    """Let a client's `ConnectionState` make `LazyGuild`s: it has no other way to choose the class."""

    def add_guild(data: Json) -> discord.Guild:
        guild = LazyGuild(data=data, state=state)  # type: ignore[arg-type] # JSON
        state._add_guild(guild)  # noqa: SLF001 - as discord.py does it
        return guild

    state._add_guild_from_data = add_guild  # noqa: SLF001 - see above


def _make_channel(guild: discord.Guild, data: Any) -> Any:  # noqa: ANN401 - any of discord.py's channels
    factory, _ = _guild_channel_factory(data["type"])
    assert factory is not None  # noqa: S101 - the others were left out
    return factory(guild=guild, data=data, state=guild._state)  # noqa: SLF001 - as discord.py does it


def _make_thread(guild: discord.Guild, data: Any) -> discord.Thread:  # noqa: ANN401 - JSON
    return discord.Thread(guild=guild, data=data, state=guild._state)  # noqa: SLF001 - as discord.py does it


def _make_role(guild: discord.Guild, data: Any) -> discord.Role:  # noqa: ANN401 - JSON
    return discord.Role(guild=guild, data=data, state=guild._state)  # noqa: SLF001 - as discord.py does it
