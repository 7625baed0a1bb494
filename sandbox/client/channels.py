"""Channels as Discord's client finds them for a person."""

from __future__ import annotations

from sandbox.client.errors import ClientRefusal
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


def get_channel(simulation: Simulation, user: User, wanted: Channel | str | int | None) -> Channel:
    """Return a channel by record, id or name; None is the person's DM with the bot, opened if necessary.

    Raises `ClientRefusal` if the person does not see it.
    """
    world = simulation.world
    if wanted is None:
        return world.find_dm(user.id) or world.open_dm(user.id, simulation.ids.next())
    if isinstance(wanted, Channel):
        found: Channel | None = wanted
    elif str(wanted).isdecimal():
        found = world.find_channel(int(wanted))
    else:
        mine = [g for g in world.guilds.values() if user.id in g.members]
        names = [find_channel(simulation, user, g, wanted) for g in mine]
        found = next((one for one in names if one), None)
    if found is None or not permissions.sees(world, user.id, found):
        raise ClientRefusal(f"{user.display} sees no channel {wanted}")
    return found
