"""Updates cards after gateway events: people join or leave a voice channel, or the bot connects again."""

import discord
from discord.ext import commands

from bot.rooms.sessions.cards import Cards
from bot.shards import ShardRange
from cogs.rooms.card_updater import CardUpdater


class CardListener(commands.Cog):
    """Updates cards after a start, and when people join or leave the voice channel of an open session."""

    def __init__(self, cards: Cards, updater: CardUpdater, shards: ShardRange) -> None:
        self._cards = cards
        self._shards = shards
        self._updater = updater

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Make cards due that may lack a change: events may have been missed."""
        await self._cards.ask_outdated(self._shards)

    @commands.Cog.listener()
    async def on_voice_state_update(
        self, member: discord.Member, before: discord.VoiceState, after: discord.VoiceState
    ) -> None:
        """Update the cards that show how many people are in the channels that a member left or joined."""
        left, joined = (state.channel.id if state.channel else None for state in (before, after))
        if member.bot or left == joined:
            return
        for channel_id in filter(None, (left, joined)):
            for room_id in await self._cards.of_voice_channel(member.guild.id, channel_id):
                await self._updater.refresh(room_id)
