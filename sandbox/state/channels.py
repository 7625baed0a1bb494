"""Channels and threads: deleted, with what Discord deletes along with them."""

from __future__ import annotations

from sandbox.state import payloads, scheduled_events
from sandbox.state.models import Channel, Guild
from sandbox.state.simulation import Simulation


def delete(simulation: Simulation, guild: Guild, channel: Channel) -> None:
    """Delete a channel with its threads and scheduled events, and disconnect the people in it.

    The channels of a category stay, without a category. Discord sends no event for threads that go with
    their channel.
    """
    event = "THREAD_DELETE" if channel.thread is not None else "CHANNEL_DELETE"
    data = payloads.channel(simulation, channel)
    children = [c for c in guild.channels.values() if c.parent_id == channel.id]
    for child in [channel, *(c for c in children if c.thread)]:
        del guild.channels[child.id]
        del simulation.world.guild_of[child.id]
    for user_id in [i for i, v in guild.voice.items() if v.channel_id == channel.id]:
        state = guild.voice.pop(user_id)
        left = payloads.voice_state(guild, state, left=True)
        simulation.dispatch("VOICE_STATE_UPDATE", left, guild.id)
    for one in [e for e in guild.events.values() if e.channel_id == channel.id]:
        scheduled_events.delete(simulation, one)
    simulation.dispatch(event, data, guild.id)
    for child in (c for c in children if not c.thread):
        child.parent_id = None
        simulation.dispatch("CHANNEL_UPDATE", payloads.channel(simulation, child), guild.id)
    simulation.notify("state")
