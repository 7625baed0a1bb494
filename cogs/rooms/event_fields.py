"""What a native event says, and whether one says it already."""

from datetime import datetime, timedelta
from typing import Any

import discord

from bot.rooms.model import Room
from bot.texts.catalogue import Say

_LONGEST_LOCATION = 100
_OPEN = {discord.EventStatus.scheduled, discord.EventStatus.active}


def shape(guild: discord.Guild, room: Room, at: datetime, minutes: int, say: Say) -> dict[str, Any]:
    """Return what the event of a session says, as discord.py names it.

    It stands in the room's silent voice channel where the bot may use one, else beside its text channel.
    """
    voice = guild.get_channel(room.voice_channel_id or 0)
    said: dict[str, Any] = {
        "name": room.name,
        "description": say("events.description", count=minutes),
        "start_time": at,
        "end_time": at + timedelta(minutes=minutes),
    }
    if isinstance(voice, discord.VoiceChannel) and voice.permissions_for(guild.me).connect:
        return said | {"entity_type": discord.EntityType.voice, "channel": voice}
    channel = guild.get_channel(room.channel_id)
    location = f"#{channel.name}" if channel else room.name
    return said | {"entity_type": discord.EntityType.external, "location": location[:_LONGEST_LOCATION]}


def differs(event: discord.ScheduledEvent, wanted: dict[str, Any]) -> bool:
    """Return whether an event says something else than `wanted`."""
    channel = wanted.get("channel")
    return (
        event.name,
        event.description,
        event.start_time,
        event.end_time,
        event.entity_type,
        event.location,
        event.channel_id,
    ) != (
        wanted["name"],
        wanted["description"],
        wanted["start_time"],
        wanted["end_time"],
        wanted["entity_type"],
        wanted.get("location"),
        channel.id if channel else None,
    )


def is_open(event: discord.ScheduledEvent) -> bool:
    """Return whether an event is still to come, or runs."""
    return event.status in _OPEN


def may_announce(guild: discord.Guild, channel: discord.VoiceChannel | None) -> bool:
    """Return whether the bot may make an event, in `channel` where there is one."""
    if channel is None:
        return guild.me.guild_permissions.create_events
    return channel.permissions_for(guild.me).create_events
