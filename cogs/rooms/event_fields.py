"""The fields of a native event, as discord.py names them."""

from datetime import datetime, timedelta
from typing import Any

import discord

from bot.rooms.model import Room
from bot.texts.catalogue import Say, plain
from cogs.ui.bot_permissions import held_in

_LONGEST_LOCATION = 100
_OPEN = {discord.EventStatus.scheduled, discord.EventStatus.active}


def event_fields(guild: discord.Guild, room: Room, at: datetime, minutes: int, say: Say) -> dict[str, Any]:
    """Return the fields of the event that announces a session.

    It takes place in the room's silent voice channel if the bot may join that, else in its text channel.
    """
    voice = guild.get_channel(room.voice_channel_id or 0)
    fields: dict[str, Any] = {
        "name": room.name,
        "description": plain(say("events.description", count=minutes)),
        "start_time": at,
        "end_time": at + timedelta(minutes=minutes),
    }
    if isinstance(voice, discord.VoiceChannel) and held_in(guild, voice).connect:
        return fields | {"entity_type": discord.EntityType.voice, "channel": voice}
    channel = guild.get_channel(room.channel_id)
    location = f"#{channel.name}" if channel else room.name
    return fields | {"entity_type": discord.EntityType.external, "location": location[:_LONGEST_LOCATION]}


def differs(event: discord.ScheduledEvent, wanted: dict[str, Any]) -> bool:
    """Return whether any field of an event differs from `wanted`."""
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
    """Return whether an event has neither ended nor been cancelled."""
    return event.status in _OPEN


def may_create_events(guild: discord.Guild, channel: discord.VoiceChannel | None) -> bool:
    """Return whether the bot may create an event, in `channel` if one is given."""
    return held_in(guild, channel).create_events


def channel_exists(guild: discord.Guild | None, channel_id: int | None) -> bool:
    """Return whether the voice channel of an event exists; True if the event has none."""
    return guild is None or channel_id is None or guild.get_channel(channel_id) is not None
