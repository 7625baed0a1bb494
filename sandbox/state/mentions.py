"""Whom a message mentions and notifies, given its `allowed_mentions`.

Source: Discord's "Allowed Mentions Object": messages parse everything by default, interaction
responses only users.
"""

from __future__ import annotations

import re

from sandbox.state import components, permissions
from sandbox.state.models import Channel, Json, Message
from sandbox.state.permissions import Permission
from sandbox.state.world import World

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


def update(world: World, message: Message, channel: Channel) -> None:
    """Set a message's mentions and `pinged` from its text and `allowed_mentions`."""
    text = "\n".join([message.content, *components.texts(message.components)])
    default = ["users"] if message.interaction else ["users", "roles", "everyone"]
    allowed = message.allowed_mentions
    parse = default if allowed is None else allowed.get("parse") or []
    users = _allowed_ids(_USER.findall(text), "users", parse, allowed)
    roles = _allowed_ids(_ROLE.findall(text), "roles", parse, allowed)
    replied = _replied_to(message, channel, allowed)
    if replied is not None and replied not in users:
        users.append(replied)
    bits = permissions.of_user(world, message.author_id, channel)
    may_ping_all = bool(bits & Permission.MENTION_EVERYONE) and channel.guild_id is not None
    everyone = "everyone" in parse and bool(_EVERYONE.search(text)) and may_ping_all
    guild = world.find_guild_of(channel)
    known_roles = guild.roles if guild else {}
    message.mentions = [one for one in users if one in world.users]
    message.mention_roles = [
        one for one in roles if one in known_roles and (known_roles[one].mentionable or may_ping_all)
    ]
    message.mention_everyone = everyone
    message.pinged = _pinged(world, message, channel)


def _replied_to(message: Message, channel: Channel, allowed: Json | None) -> int | None:
    """Return the author whom a reply mentions, None if it mentions nobody by being a reply."""
    if message.reference is None or not (allowed is None or allowed.get("replied_user")):
        return None
    earlier = channel.messages.get(int(message.reference["message_id"]))
    return None if earlier is None else earlier.author_id


def _allowed_ids(found: list[str], name: str, parse: list[str], allowed: Json | None) -> list[int]:
    ids = list(dict.fromkeys(int(one) for one in found))
    if name in parse:
        return ids
    named = {int(one) for one in (allowed or {}).get(name) or []}
    return [one for one in ids if one in named]


def _pinged(world: World, message: Message, channel: Channel) -> list[int]:
    guild = world.find_guild_of(channel)
    wanted = set(message.mentions)
    if guild and (message.mention_everyone or message.mention_roles):
        roles = set(message.mention_roles)
        members = guild.members.items()
        wanted |= {i for i, m in members if message.mention_everyone or roles & set(m.roles)}
    wanted.discard(message.author_id)
    if message.ephemeral_to is not None:
        wanted &= {message.ephemeral_to}
    return sorted(one for one in wanted if permissions.sees(world, one, channel))
