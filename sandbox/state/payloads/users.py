"""Users, members and roles as JSON."""

from __future__ import annotations

from datetime import datetime

from sandbox.state.models import Json, Member, Role, User


def timestamp(moment: datetime | None) -> str | None:
    """Return a time in Discord's format: ISO 8601 with microseconds and offset."""
    return moment.isoformat(timespec="microseconds") if moment else None


def snowflake(value: int | None) -> str | None:
    """Return an id in Discord's format, a string."""
    return None if value is None else str(value)


def user(one: User) -> Json:
    """Return a user object."""
    data: Json = {
        "id": str(one.id),
        "username": one.name,
        "global_name": None if one.bot else one.display,
        "discriminator": "0000" if one.bot else "0",
        "avatar": None,
        "flags": 0,
        "public_flags": 0,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }
    return data | ({"bot": True} if one.bot else {})


def own_user(one: User) -> Json:
    """Return the bot's own user object."""
    return user(one) | {"verified": True, "mfa_enabled": False, "email": None, "locale": one.locale}


def partial_member(member: Member) -> Json:
    """Return a member object without its user, for messages."""
    return {
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(role) for role in member.roles],
        "joined_at": timestamp(member.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "communication_disabled_until": timestamp(member.timed_out_until),
        "flags": 0,
    }


def member(one: Member) -> Json:
    """Return a member object with its user."""
    return partial_member(one) | {"user": user(one.user)}


def role(one: Role) -> Json:
    """Return a role object."""
    data: Json = {
        "id": str(one.id),
        "name": one.name,
        "color": one.color,
        "colors": {"primary_color": one.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": one.position,
        "permissions": str(one.permissions),
        "managed": one.managed,
        "mentionable": one.mentionable,
        "flags": 0,
    }
    if one.bot_id:
        data["tags"] = {"bot_id": str(one.bot_id)}
    return data
