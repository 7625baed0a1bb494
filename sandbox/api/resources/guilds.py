"""Servers, their members and roles."""

from __future__ import annotations

from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route
from sandbox.state import payloads


def _get(call: Call) -> Answer:
    guild = call.core.world.get_guild(call.id("guild_id"))
    data = payloads.guild(guild)
    if call.flag("with_counts"):
        count = len(guild.members)
        data |= {"approximate_member_count": count, "approximate_presence_count": count}
    return Answer(data)


def _member(call: Call) -> Answer:
    world = call.core.world
    guild = world.get_guild(call.id("guild_id"))
    return Answer(payloads.member(world.get_member(guild, call.id("user_id"))))


def _roles(call: Call) -> Answer:
    guild = call.core.world.get_guild(call.id("guild_id"))
    return Answer([payloads.role(one) for one in guild.roles.values()])


ROUTES = [
    Route("GET", "/guilds/{guild_id}", _get),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", _member),
    Route("GET", "/guilds/{guild_id}/roles", _roles),
]
