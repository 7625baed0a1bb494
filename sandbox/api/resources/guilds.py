"""Servers with their members and roles."""

from __future__ import annotations

from sandbox.api.requests import Request, Response, iso_time
from sandbox.api.routing import Route
from sandbox.api.validation.members import EDIT_MEMBER, EDIT_OWN_MEMBER
from sandbox.state import members, payloads, permissions
from sandbox.state.errors import invalid_field
from sandbox.state.permissions import Permission


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


def _edit_member(request: Request) -> Response:
    """Time a member out or end that. The sandbox changes nothing else about members."""
    simulation = request.simulation
    world = simulation.world
    guild = world.get_guild(request.id("guild_id"))
    member = world.get_member(guild, request.id("user_id"))
    body = request.body(EDIT_MEMBER)
    if "communication_disabled_until" in body:
        until = iso_time(body, "communication_disabled_until")
        if until is not None and until > simulation.clock.now() + members.LONGEST_TIMEOUT:
            text = "Timeout cannot be longer than 28 days."
            raise invalid_field("communication_disabled_until", text)
        members.require_may_time_out(guild, guild.members[world.app.user.id], member)
        members.time_out(simulation, guild, member, until)
    return Response(payloads.member(member))


def _edit_own_member(request: Request) -> Response:
    """Change the bot's own nickname in a server."""
    simulation = request.simulation
    guild = simulation.world.get_guild(request.id("guild_id"))
    body = request.body(EDIT_OWN_MEMBER)
    permissions.require_in_guild(simulation.world, guild, Permission.CHANGE_NICKNAME)
    member = guild.members[simulation.world.app.user.id]
    if "nick" in body:
        members.rename(simulation, guild, member, body["nick"] or None)
    return Response(payloads.member(member))


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
    Route("PATCH", "/guilds/{guild_id}/members/@me", _edit_own_member),
    Route("PATCH", "/guilds/{guild_id}/members/{user_id}", _edit_member),
    Route("GET", "/guilds/{guild_id}/roles", _roles),
]
