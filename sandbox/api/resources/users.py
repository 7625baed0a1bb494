"""Users and the bot's DMs."""

from __future__ import annotations

from sandbox.api.rate_limits import OPEN_DMS
from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route
from sandbox.api.validation import limits
from sandbox.state import payloads, permissions
from sandbox.state.errors import refused, unknown


def _me(call: Call) -> Answer:
    return Answer(payloads.own_user(call.core.world.app.user))


def _user(call: Call) -> Answer:
    user = call.core.world.users.get(call.id("user_id"))
    if user is None:
        raise unknown("user")
    return Answer(payloads.user(user))


def _my_guilds(call: Call) -> Answer:
    world = call.core.world
    rows = []
    for guild in world.bot_guilds():
        bits = permissions.of_member(guild, guild.members[world.app.user.id])
        row = {"id": str(guild.id), "name": guild.name, "permissions": str(bits), "owner": False}
        rows.append({**row, "icon": None, "banner": None, "features": []})
    return Answer(rows)


def _open_dm(call: Call) -> Answer:
    """Open a DM; a new one counts against Discord's undisclosed limit (40003)."""
    core = call.core
    user_id = int(call.body(limits.OPEN_DM)["recipient_id"])
    user = core.world.users.get(user_id)
    if user is None:
        raise unknown("user")
    if user.bot:
        raise refused(50007)
    if user_id not in core.opened_dms:
        if core.limits.take_sub("open-dms", OPEN_DMS) is not None:
            raise refused(40003)
        core.opened_dms.add(user_id)
    channel = core.world.open_dm(user_id, core.mint.next())
    core.signal("state")
    return Answer(payloads.channel(core, channel))


ROUTES = [
    Route("GET", "/users/@me", _me),
    Route("GET", "/users/@me/guilds", _my_guilds),
    Route("POST", "/users/@me/channels", _open_dm),
    Route("GET", "/users/{user_id}", _user),
]
