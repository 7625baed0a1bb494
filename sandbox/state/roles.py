"""Roles of servers: what the bot's own role grants, and what channels deny it."""

from __future__ import annotations

from sandbox.state import payloads
from sandbox.state.models import Guild, Overwrite, Role
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


def bot_permissions(guild: Guild, bot_id: int) -> int:
    """Return what the bot may do in a server, without what every channel denies its role."""
    role = bot_role(guild, bot_id)
    denied = [each.overwrites.get(role.id) for each in guild.channels.values() if each.thread is None]
    bits = role.permissions | guild.roles[guild.id].permissions
    for one in (1 << number for number in range(bits.bit_length())):
        if denied and all(each is not None and each.deny & one for each in denied):
            bits &= ~one
    return bits


def limit_bot(simulation: Simulation, guild: Guild, wanted: int) -> None:
    """Let the bot do only what is wanted: each channel denies its role the rest of what everyone may do."""
    everyone = guild.roles[guild.id].permissions
    role = bot_role(guild, simulation.world.app.user.id)
    set_bot_permissions(simulation, guild, wanted & (role.permissions | ~everyone))
    for channel in [each for each in guild.channels.values() if each.thread is None]:
        allow = channel.overwrites[role.id].allow if role.id in channel.overwrites else 0
        overwrite = Overwrite(role.id, 0, allow, everyone & ~wanted)
        before = channel.overwrites.pop(role.id, None)
        if overwrite.allow or overwrite.deny:
            channel.overwrites[role.id] = overwrite
        if before != channel.overwrites.get(role.id):
            simulation.dispatch("CHANNEL_UPDATE", payloads.channel(simulation, channel), guild.id)
    simulation.notify("state")
