"""Users, and the DMs that the bot opens."""

from __future__ import annotations

from sandbox.api.rate_limits import OPEN_DMS
from sandbox.api.requests import Request, Response
from sandbox.api.routing import Route
from sandbox.api.validation.channels import OPEN_DM
from sandbox.state import payloads, permissions
from sandbox.state.errors import refused, unknown
from sandbox.state.models import Json


def _me(request: Request) -> Response:
    return Response(payloads.own_user(request.simulation.world.app.user))


def _user(request: Request) -> Response:
    user = request.simulation.world.users.get(request.id("user_id"))
    if user is None:
        raise unknown("user")
    return Response(payloads.user(user))


def _my_guilds(request: Request) -> Response:
    world = request.simulation.world
    rows = []
    after, before = request.query_id("after"), request.query_id("before")
    found = sorted(world.bot_guilds(), key=lambda one: one.id)
    found = [one for one in found if (after is None or one.id > after)]
    found = [one for one in found if (before is None or one.id < before)]
    limit = request.query_number("limit", 200, 200)
    for guild in found[-limit:] if before is not None else found[:limit]:
        bits = permissions.of_member(guild, guild.members[world.app.user.id])
        row: Json = {"id": str(guild.id), "name": guild.name, "permissions": str(bits), "owner": False}
        if request.query_flag("with_counts"):
            count = len(guild.members)
            row |= {"approximate_member_count": count, "approximate_presence_count": count}
        rows.append({**row, "icon": None, "banner": None, "features": []})
    return Response(rows)


def _open_dm(request: Request) -> Response:
    """Open a DM. Only a new one counts against Discord's undocumented limit (40003)."""
    simulation = request.simulation
    user_id = int(request.body(OPEN_DM)["recipient_id"])
    user = simulation.world.users.get(user_id)
    if user is None:
        raise unknown("user")
    if user.bot:
        raise refused(50007)
    if user_id not in simulation.opened_dms:
        if request.limits.take_hidden("open-dms", OPEN_DMS) is not None:
            raise refused(40003)
        simulation.opened_dms.add(user_id)
    channel = simulation.world.open_dm(user_id, simulation.ids.next())
    simulation.notify("state")
    return Response(payloads.channel(simulation, channel))


ROUTES = [
    Route("GET", "/users/@me", _me),
    Route("GET", "/users/@me/guilds", _my_guilds),
    Route("POST", "/users/@me/channels", _open_dm),
    Route("GET", "/users/{user_id}", _user),
]
