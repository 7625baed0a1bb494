"""Interactions as JSON."""

from __future__ import annotations

from sandbox.state import permissions
from sandbox.state.models import ATTACHMENT_LIMIT_BYTES, Interaction, Json
from sandbox.state.payloads.channels import partial_channel
from sandbox.state.payloads.messages import integration_owners, message
from sandbox.state.payloads.users import member, user
from sandbox.state.simulation import Simulation


def interaction(simulation: Simulation, one: Interaction) -> Json:
    """Return the data of an INTERACTION_CREATE event."""
    world = simulation.world
    bot_id = world.app.user.id
    data: Json = {
        "id": str(one.id),
        "application_id": str(world.app.id),
        "type": int(one.type),
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel_id": str(one.channel.id),
        "channel": partial_channel(simulation, one.channel, one.user.id),
        "app_permissions": str(permissions.of_user(world, bot_id, one.channel)),
        "locale": one.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": integration_owners(one.guild_id),
        "attachment_size_limit": ATTACHMENT_LIMIT_BYTES,
        "context": 0 if one.guild_id else 1,
    }
    guild = world.find_guild_of(one.channel)
    if guild is None:
        data["user"] = user(one.user)
    else:
        own = permissions.of_user(world, one.user.id, one.channel)
        data["member"] = member(guild.members[one.user.id]) | {"permissions": str(own)}
        data["guild_id"] = str(guild.id)
        data["guild_locale"] = guild.locale
        data["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
    if one.source is not None:
        data["message"] = message(simulation, one.source)
    return data
