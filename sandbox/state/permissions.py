"""Discord's permission bits and the order in which they apply.

Source: Discord's "Permissions" topic, "Permission Overwrites" and "Implicit Permissions".
"""

from __future__ import annotations

from enum import IntFlag

from sandbox.state.errors import refused
from sandbox.state.models import Channel, ChannelType, Guild, Member
from sandbox.state.world import World


class Permission(IntFlag):
    """The bits, as named by Discord."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    USE_SOUNDBOARD = 1 << 42
    MODERATE_MEMBERS = 1 << 40
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SET_VOICE_CHANNEL_STATUS = 1 << 48
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51  # needed since 2026-02-23, when MANAGE_MESSAGES stopped covering it


ALL = (1 << 53) - 1
DM_PERMISSIONS = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
)
_IN_TIMEOUT = int(Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)  # what a timeout leaves
_TEXT_BITS = int(
    Permission.MENTION_EVERYONE
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.SEND_POLLS
    | Permission.SEND_VOICE_MESSAGES
)


def of_member(guild: Guild, member: Member) -> int:
    """Return the bits that a member has from roles, without any channel's overwrites."""
    if member.user.id == guild.owner_id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    if bits & Permission.ADMINISTRATOR:
        return ALL
    return bits if member.timed_out_until is None else bits & _IN_TIMEOUT


def _overwritten(bits: int, channel: Channel, guild: Guild, member: Member) -> int:
    everyone = channel.overwrites.get(guild.id)
    if everyone:
        bits = bits & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.roles:
        overwrite = channel.overwrites.get(role_id)
        if overwrite:
            allow |= overwrite.allow
            deny |= overwrite.deny
    bits = bits & ~deny | allow
    own = channel.overwrites.get(member.user.id)
    if own:
        bits = bits & ~own.deny | own.allow
    return bits


def in_channel(guild: Guild, member: Member, channel: Channel) -> int:
    """Return the bits of a member in a channel, without those that a missing bit implicitly takes away."""
    if channel.type.is_thread and channel.parent_id in guild.channels:
        return _in_thread(guild, member, channel)
    bits = of_member(guild, member)
    if bits == ALL:
        return ALL
    bits = _overwritten(bits, channel, guild, member)
    if member.timed_out_until is not None:
        bits &= _IN_TIMEOUT
    if not bits & Permission.VIEW_CHANNEL:
        return 0
    if channel.type.is_vocal and not bits & Permission.CONNECT:
        return bits & int(Permission.VIEW_CHANNEL)
    if not bits & Permission.SEND_MESSAGES:
        bits &= ~_TEXT_BITS
    return bits


def _in_thread(guild: Guild, member: Member, thread: Channel) -> int:
    parent = guild.channels[thread.parent_id or 0]
    bits = in_channel(guild, member, parent)
    if bits == ALL:
        return ALL
    inside = thread.thread is not None and member.user.id in thread.thread.members
    hidden = thread.type == ChannelType.PRIVATE_THREAD and not inside
    if hidden and not bits & Permission.MANAGE_THREADS:
        return 0
    if bits & Permission.SEND_MESSAGES_IN_THREADS:
        return bits | int(Permission.SEND_MESSAGES)
    return bits & ~int(Permission.SEND_MESSAGES)


def of_user(world: World, user_id: int, channel: Channel) -> int:
    """Return the bits of any user in any channel or DM; 0 if the user is not in it."""
    guild = world.find_guild_of(channel)
    if guild is None:
        inside = user_id in channel.recipients or user_id == world.app.user.id
        return DM_PERMISSIONS if inside else 0
    member = guild.members.get(user_id)
    return in_channel(guild, member, channel) if member else 0


def sees(world: World, user_id: int, channel: Channel) -> bool:
    """Whether the user may view the channel."""
    return bool(of_user(world, user_id, channel) & Permission.VIEW_CHANNEL)


def require(world: World, channel: Channel, *needed: Permission) -> int:
    """Return the bot's bits in the channel.

    Raises `DiscordError` 50001 if it cannot view the channel, 50013 if it lacks a permission.
    """
    bits = of_user(world, world.app.user.id, channel)
    if not bits & Permission.VIEW_CHANNEL:
        raise refused(50001)
    for permission in needed:
        if not bits & permission:
            raise refused(50013)
    return bits


def require_in_guild(world: World, guild: Guild, *needed: Permission) -> int:
    """Return the bot's bits from its roles; raises `DiscordError` 50013 if it lacks a permission."""
    bits = of_member(guild, guild.members[world.app.user.id])
    for permission in needed:
        if not bits & permission:
            raise refused(50013)
    return bits
