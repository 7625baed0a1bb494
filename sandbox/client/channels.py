"""Channels as a person's client finds them."""

from __future__ import annotations

from sandbox.state import permissions
from sandbox.state.models import Channel, Guild, User
from sandbox.state.simulation import Simulation


def find_channel(simulation: Simulation, user: User, guild: Guild | None, given: object) -> Channel | None:
    """Return the channel of a server that the person sees, by record, id or name; None if there is none."""
    channels = list(guild.channels.values()) if guild else []
    for one in channels:
        wanted = given is one or str(given).removeprefix("#") in {one.name, str(one.id)}
        if wanted and permissions.sees(simulation.world, user.id, one):
            return one
    return None
