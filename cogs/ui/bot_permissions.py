"""Which permissions the bot needs in a server, given its rooms, and which it has."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

import discord

from bot.errors import RefusalError
from bot.gateway.client import Client, Interaction
from bot.gateway.interactions import require_guild
from bot.rooms.model import Room
from bot.texts.catalogue import Markup, Say
from bot.texts.joining import comma_separated
from cogs.ui.panels import texts_for


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the bot does, and the permissions that it needs for that, by discord.py's names.

    `name` is the last part of the catalogue keys `check.need.{}` and `check.without.{}`.
    """

    name: str
    permissions: tuple[str, ...]


CARD_NEEDS = (Need("view", ("view_channel",)), Need("send", ("send_messages",)))
HISTORY_NEEDS = (
    Need("history", ("read_message_history",)),
)  # for what a crash or a lost answer leaves open
VOICE_NEEDS = (
    Need("connect", ("connect",)),
    Need("make_voice", ("manage_channels",)),
    Need(  # in a new channel, a bot can deny only permissions that it has
        "silence",
        (
            *("speak", "stream", "use_soundboard", "use_external_sounds", "use_embedded_activities"),
            *("send_voice_messages", "create_polls", "add_reactions", "use_external_apps"),
        ),
    ),
)
THREAD_NEEDS = (Need("threads", ("create_private_threads", "send_messages_in_threads")),)
FILE_NEEDS = (Need("files", ("attach_files",)),)  # optional: answers come without files, and say so
EVENT_NEEDS = (Need("events", ("create_events",)),)


def needs_of(rooms: Sequence[Room]) -> list[Need]:
    """Return the needs of a server's rooms; those of cards are always among them."""
    voice = VOICE_NEEDS if any(room.voice_channel_id is not None for room in rooms) else ()
    events = EVENT_NEEDS if any(room.has_events for room in rooms) else ()
    threads = THREAD_NEEDS if any(room.allows_checkin_threads for room in rooms) else ()
    return [*CARD_NEEDS, *HISTORY_NEEDS, *voice, *events, *threads]


def missing(needs: Sequence[Need], held: discord.Permissions) -> list[str]:
    """Return the permissions that are needed and not granted, by discord.py's names."""
    return [each for need in needs for each in need.permissions if not getattr(held, each)]


def used(needs: Sequence[Need]) -> discord.Permissions:
    """Return all permissions that are needed, for an invitation link that grants exactly these."""
    return discord.Permissions(**{each: True for need in needs for each in need.permissions})


def words(permissions: Sequence[str], say: Say) -> str:
    """Return the names of permissions as in Discord's settings."""
    return comma_separated((say(f"check.permission.{each}") for each in permissions), say)


def held_in(guild: discord.Guild, channel: discord.abc.GuildChannel | None = None) -> discord.Permissions:
    """Return the bot's permissions in a channel, or (None) in the whole server.

    A timeout is left out: it takes nearly all permissions, and granting them does not help. See
    `timed_out_until`.
    """
    me = copy.copy(guild.me)
    me.timed_out_until = None
    return me.guild_permissions if channel is None else channel.permissions_for(me)


def timed_out_until(guild: discord.Guild, now: datetime) -> datetime | None:
    """Return until when the bot is in a timeout, or None if it is in none. Until then it cannot send."""
    until = guild.me.timed_out_until
    return until if until is not None and until > now else None


def check_timeout(interaction: Interaction) -> None:
    """Raise a RefusalError while the bot is in a timeout."""
    until = timed_out_until(require_guild(interaction), interaction.client.services.clock.now())
    if until is not None:
        raise RefusalError("refusals.timeout", until=until)


def may_post(client: Client, guild_id: int, channel_id: int) -> bool:
    """Return whether the bot may post in a channel; True if Discord has not sent the server yet."""
    guild = client.get_guild(guild_id)
    if guild is None or guild.unavailable:
        return True
    channel = guild.get_channel(channel_id)
    if channel is None or timed_out_until(guild, client.services.clock.now()) is not None:
        return False
    return not missing(CARD_NEEDS, held_in(guild, channel))


def usable_channel(interaction: Interaction, channel_id: int) -> discord.TextChannel:
    """Return a text channel that the bot can post in. Raises a RefusalError that names what is missing."""
    check_timeout(interaction)
    guild = require_guild(interaction)
    channel = guild.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise RefusalError("refusals.no_text_channel")
    lacks = missing(CARD_NEEDS, held_in(guild, channel))
    if lacks:
        where, named = Markup(channel.mention), words(lacks, texts_for(interaction))
        raise RefusalError("refusals.channel_permissions", where=where, missing=named)
    return channel


def can_have_threads(channel: object) -> TypeGuard[discord.TextChannel]:
    """Return whether Discord lets a channel have private threads: not in announcement channels."""
    return isinstance(channel, discord.TextChannel) and not channel.is_news()


def room_name_of(channel: discord.TextChannel) -> str:
    """Return a room name made from a channel's name."""
    return channel.name.replace("-", " ").replace("_", " ").strip().capitalize()
