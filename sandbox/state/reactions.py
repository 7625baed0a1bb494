"""Reactions to messages, with Unicode emoji: the sandbox has no emoji of servers."""

from __future__ import annotations

from sandbox.state import payloads, permissions
from sandbox.state.errors import refused, unknown
from sandbox.state.models import Channel, Json, Message
from sandbox.state.payloads.messages import emoji as emoji_payload
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation

MAX_EMOJI = 20  # different ones on one message
_LONGEST_EMOJI = 16  # characters of a sequence such as a family with skin tones


def require_emoji(name: str) -> str:
    """Return the emoji; raises `DiscordError` 10014 unless it looks like a Unicode emoji."""
    is_emoji = 0 < len(name) <= _LONGEST_EMOJI and ":" not in name and any(ord(c) > 127 for c in name)  # noqa: PLR2004 - the last ASCII character
    if not is_emoji:
        raise unknown("emoji")
    return name


def add(simulation: Simulation, channel: Channel, message: Message, emoji: str, user_id: int) -> None:
    """Add one user's reaction.

    Raises `DiscordError` 50013 without the permissions that it needs, 30010 above 20 different emoji.
    """
    bits = permissions.of_user(simulation.world, user_id, channel)
    needed = int(Permission.READ_MESSAGE_HISTORY)
    if emoji not in message.reactions:
        needed |= Permission.ADD_REACTIONS
    if bits & needed != needed:
        raise refused(50013)
    if emoji not in message.reactions and len(message.reactions) >= MAX_EMOJI:
        raise refused(30010)
    users = message.reactions.setdefault(emoji, [])
    if user_id not in users:
        users.append(user_id)
        _emit(simulation, "MESSAGE_REACTION_ADD", channel, message, emoji, user_id)


def remove(simulation: Simulation, channel: Channel, message: Message, emoji: str, user_id: int) -> None:
    """Remove one user's reaction, if there is one."""
    users = message.reactions.get(emoji, [])
    if user_id not in users:
        return
    users.remove(user_id)
    if not users:
        del message.reactions[emoji]
    _emit(simulation, "MESSAGE_REACTION_REMOVE", channel, message, emoji, user_id)


def remove_all(
    simulation: Simulation, channel: Channel, message: Message, emoji: str | None = None
) -> None:
    """Remove everyone's reactions with one emoji, or with every emoji."""
    data = _place(channel, message)
    if emoji is None:
        message.reactions.clear()
        simulation.dispatch("MESSAGE_REACTION_REMOVE_ALL", data, channel.guild_id)
    elif message.reactions.pop(emoji, None):
        data["emoji"] = emoji_payload(emoji)
        simulation.dispatch("MESSAGE_REACTION_REMOVE_EMOJI", data, channel.guild_id)


def _place(channel: Channel, message: Message) -> Json:
    data: Json = {"channel_id": str(channel.id), "message_id": str(message.id)}
    return data | ({"guild_id": str(channel.guild_id)} if channel.guild_id else {})


def _emit(
    simulation: Simulation, name: str, channel: Channel, message: Message, emoji: str, user_id: int
) -> None:
    data = _place(channel, message) | {"user_id": str(user_id), "emoji": emoji_payload(emoji)}
    data |= {"burst": False, "type": 0}
    if name == "MESSAGE_REACTION_ADD":
        data |= {"message_author_id": str(message.author_id), "burst_colors": []}
        guild = simulation.world.find_guild_of(channel)
        if guild is not None:
            data["member"] = payloads.member(guild.members[user_id])
    simulation.dispatch(name, data, channel.guild_id)
    simulation.notify("message_edit", message=message)
