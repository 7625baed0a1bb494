"""Joining and leaving voice channels."""

from __future__ import annotations

from sandbox.state import payloads, permissions, scheduled_events
from sandbox.state.models import Channel, ChannelType, Guild, User, VoiceState
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation


def is_full(guild: Guild, channel: Channel, user: User) -> bool:
    """Whether a channel with a user limit has no place left for someone who is not in it yet."""
    others = [i for i, state in guild.voice.items() if state.channel_id == channel.id and i != user.id]
    return bool(channel.user_limit) and len(others) >= channel.user_limit


def join(simulation: Simulation, guild: Guild, channel: Channel, user: User) -> None:
    """Let a user join or move to a voice channel.

    Like Discord, decide now whether they are suppressed: a later change of permissions does not matter.
    """
    for other in simulation.world.guilds.values():
        if other is not guild and user.id in other.voice:
            leave(simulation, user)
    bits = permissions.of_user(simulation.world, user.id, channel)
    suppress = not bits & Permission.SPEAK or channel.type == ChannelType.STAGE
    state = VoiceState(user.id, channel.id, f"{simulation.ids.next():x}", suppress)
    guild.voice[user.id] = state
    simulation.dispatch("VOICE_STATE_UPDATE", payloads.voice_state(guild, state), guild.id)
    scheduled_events.note_voice(simulation, guild)
    simulation.notify("state")


def leave(simulation: Simulation, user: User) -> None:
    """Let a user leave voice in every server."""
    for guild in simulation.world.guilds.values():
        state = guild.voice.pop(user.id, None)
        if state is not None:
            data = payloads.voice_state(guild, state, left=True)
            simulation.dispatch("VOICE_STATE_UPDATE", data, guild.id)
            scheduled_events.note_voice(simulation, guild)
    simulation.notify("state")
