"""Permissions of the bot, granted and denied for a test."""

from __future__ import annotations

from sandbox import Sandbox
from sandbox.state.permissions import Permission


def grant_bot(box: Sandbox, *permissions: Permission) -> None:
    """Give the bot's role permissions in every server."""
    for guild in box.world.guilds.values():
        for role in guild.roles.values():
            for one in permissions if role.managed else ():
                role.permissions |= int(one)


VOICE_AND_EVENTS = (Permission.MANAGE_CHANNELS, Permission.CONNECT, Permission.CREATE_EVENTS)


def deny_bot(box: Sandbox, *permissions: Permission) -> None:
    """Take permissions from the bot's role and from everyone in every server."""
    for guild in box.world.guilds.values():
        for role in guild.roles.values():
            for one in permissions if role.managed or role.id == guild.id else ():
                role.permissions &= ~int(one)
