"""Roles of servers: what the bot's own role grants."""

from __future__ import annotations

from sandbox.state import payloads
from sandbox.state.models import Guild, Role
from sandbox.state.simulation import Simulation


def bot_role(guild: Guild, bot_id: int) -> Role:
    """Return the role that the server made for the bot when it was invited; raises `KeyError`."""
    for role in guild.roles.values():
        if role.bot_id == bot_id:
            return role
    raise KeyError(f"{guild.name} has no role of the bot")


def set_bot_permissions(simulation: Simulation, guild: Guild, permissions: int) -> None:
    """Let the bot's role grant exactly these permissions, as an invite link with them does."""
    role = bot_role(guild, simulation.world.app.user.id)
    role.permissions = permissions
    data = {"guild_id": str(guild.id), "role": payloads.role(role)}
    simulation.dispatch("GUILD_ROLE_UPDATE", data, guild.id)
    simulation.notify("state")
