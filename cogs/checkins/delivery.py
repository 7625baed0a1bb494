"""Brings check-ins to members' direct messages: silent, one in view at a time, each sent once."""

import contextlib

import discord

from bot.checkins.model import Cadence
from bot.checkins.service import Checkins
from bot.client import Client
from bot.runner import Due
from cogs.checkins.panels import prompt

# Closed direct messages, no server in common, a channel or an account that is gone.
_CANNOT_REACH = {50007, 50278, 10003, 10013, 50001}


class Delivery:
    """Acts on due check-ins. Each run works from what is stored, so it may be repeated at any point."""

    def __init__(self, client: Client, checkins: Checkins) -> None:
        self._client = client
        self._checkins = checkins

    async def act(self, due: Due) -> None:
        """Deliver a check-in that is due, unless it is late, paused or no longer wanted."""
        cadence = await self._checkins.prepare(due)
        if cadence is not None:
            await self.deliver(cadence)

    async def deliver(self, cadence: Cadence) -> bool:
        """Take the unanswered one away and send the next; return whether Discord could deliver it."""
        channel = self._client.get_partial_messageable(
            cadence.dm_channel_id, type=discord.ChannelType.private
        )
        if cadence.prompt_message_id is not None:
            with contextlib.suppress(discord.NotFound, discord.Forbidden):
                await channel.get_partial_message(cadence.prompt_message_id).delete()
            await self._checkins.forget_prompt(cadence.cadence_id)
        say = await self._client.say_to_server(cadence.guild_id)
        view = prompt(cadence, self.server(cadence), say)
        try:
            # The nonce makes a repeated send, after a crash between sending and noting, the same message.
            nonce = f"k{cadence.cadence_id}.{cadence.sent}"
            message = await channel.send(view=view, silent=not cadence.sound, nonce=nonce)
        except (discord.Forbidden, discord.NotFound) as error:
            if error.code not in _CANNOT_REACH:
                raise
            await self._checkins.note_closed(cadence.cadence_id)
            return False
        await self._checkins.note_sent(cadence.cadence_id, message.id, cadence.sent + 1)
        return True

    def server(self, cadence: Cadence) -> str:
        """Return the name of the server that the check-ins were asked for in."""
        guild = self._client.get_guild(cadence.guild_id)
        return guild.name if guild else self._client.services.texts.say("checkins.some_server")
