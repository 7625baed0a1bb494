"""Servers with their members and roles."""

from __future__ import annotations

from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.state import payloads


def _get(request: Request) -> Response:
    guild = request.simulation.world.get_guild(request.id("guild_id"))
    data = payloads.guild(guild)
    if request.query_flag("with_counts"):
        count = len(guild.members)
        data |= {"approximate_member_count": count, "approximate_presence_count": count}
    return Response(data)


def _member(request: Request) -> Response:
    world = request.simulation.world
    guild = world.get_guild(request.id("guild_id"))
    return Response(payloads.member(world.get_member(guild, request.id("user_id"))))


def _roles(request: Request) -> Response:
    guild = request.simulation.world.get_guild(request.id("guild_id"))
    return Response([payloads.role(one) for one in guild.roles.values()])


def _role_counts(request: Request) -> Response:
    """Return how many members each role has, without @everyone."""
    guild = request.simulation.world.get_guild(request.id("guild_id"))
    members = guild.members.values()
    counts = {str(role): sum(role in m.roles for m in members) for role in guild.roles if role != guild.id}
    return Response(counts)


ROUTES = [
    Route("GET", "/guilds/{guild_id}/roles/member-counts", _role_counts),
    Route("GET", "/guilds/{guild_id}", _get),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", _member),
    Route("GET", "/guilds/{guild_id}/roles", _roles),
]
