"""Finds a message that was sent, when the process died before it heard or noted so.

Discord knows a nonce for a few minutes; after that its channel has to be asked.
"""

import contextlib
from collections.abc import Sequence

import discord

_LOOKED_BACK = 100  # messages, as many as one request brings


async def find_sent(
    channel: discord.PartialMessageable,
    me: discord.abc.User | None,
    wanted: str,
) -> int | None:
    """Return the newest of the bot's messages with a button of the custom id `wanted`, or None.

    Where the bot may not read the channel's history there is none.
    """
    with contextlib.suppress(discord.NotFound, discord.Forbidden):
        async for message in channel.history(limit=_LOOKED_BACK):
            if message.author == me and _has_button(message.components, wanted):
                return message.id
    return None


def _has_button(components: Sequence[discord.Component], wanted: str) -> bool:
    return any(
        getattr(each, "custom_id", None) == wanted or _has_button(getattr(each, "children", ()), wanted)
        for each in components
    )
