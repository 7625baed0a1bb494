"""Finds a message that was sent, when the process died before it heard or noted so."""

import contextlib
from collections.abc import Sequence

import discord

_LOOKED_BACK = 10  # messages


async def find_sent(
    channel: discord.PartialMessageable,
    me: discord.abc.User | None,
    wanted: str,
    known_id: int | None = None,
) -> int | None:
    """Return the newest of the bot's messages with a button of the custom id `wanted`, or None.

    The one of `known_id` is left out. Where the bot may not read the channel's history there is none.
    """
    with contextlib.suppress(discord.NotFound, discord.Forbidden):
        async for message in channel.history(limit=_LOOKED_BACK):
            is_ours = message.author == me and message.id != known_id
            if is_ours and _has_button(message.components, wanted):
                return message.id
    return None


def _has_button(components: Sequence[discord.Component], wanted: str) -> bool:
    return any(
        getattr(each, "custom_id", None) == wanted or _has_button(getattr(each, "children", ()), wanted)
        for each in components
    )
