"""Opens members' direct-message channels, at the pace of the deployment's slots."""

from dataclasses import dataclass
from datetime import datetime

import discord

from bot.delivery.outcome import Outcome
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, answer_of, outcome_of
from bot.gateway.client import Client, Interaction
from bot.scheduling.dm_openings import DmOpenings, MessageT, WaitingT
from bot.scheduling.dm_slots import DmSlots
from bot.scheduling.due_queue import Due

# Closed or blocked direct messages, no server in common, a deleted channel or account; of threads,
# one that is locked, or that the bot is no longer in.
CANNOT_REACH = {50007, 50278, 10003, 10013, 50001, 50083, 160005}
_OPENING_TOO_FAST = 40003


@dataclass(frozen=True, slots=True)
class DirectMessages:
    """The id of a member's direct-message channel; 0 if the bot opens it later, at `opens_at`."""

    channel_id: int
    opens_at: datetime | None = None


class DirectMessageOpener:
    """Opens direct messages: at once if there is a free slot, else in a later slot."""

    def __init__(self, client: Client, slots: DmSlots) -> None:
        self._client = client
        self._slots = slots

    async def open(self, interaction: Interaction) -> DirectMessages:
        """Return the member's direct-message channel, or the time reserved for opening it.

        Costs one request at most.

        Raises RefusalError if Discord does not answer, or cannot open this member's.
        """
        if interaction.guild_id is None and interaction.channel_id is not None:
            return DirectMessages(interaction.channel_id)
        user = interaction.user
        known = user.dm_channel.id if user.dm_channel else await self._slots.find_channel(user.id)
        if known:
            return DirectMessages(known)
        opens_at = await self._slots.reserve()
        if opens_at is not None:
            return DirectMessages(0, opens_at)
        try:
            return DirectMessages(await self._request(user.id))
        except FAILED as error:
            _, code = answer_of(error)
            if code == _OPENING_TOO_FAST:
                await self._slots.hold()
                return DirectMessages(0, await self._slots.reserve())
            if outcome_of(error) is not Outcome.REFUSED:  # a second try opens the same channel
                raise RefusalError("refusals.discord_later") from None
            if code in CANNOT_REACH:
                raise RefusalError("refusals.dms_closed") from None
            raise

    async def open_waiting(self, openings: DmOpenings[WaitingT, MessageT], due: Due) -> MessageT | None:
        """Open the direct messages of a member whose slot is due; return what to send them at once."""
        waiting = await openings.find_waiting(due)
        if waiting is None:
            return None
        try:
            channel_id = waiting.dm_channel_id or await self._request(waiting.member_id)
        except FAILED as error:
            _, code = answer_of(error)
            if outcome_of(error) is Outcome.REFUSED:
                await openings.note_refused(due)
                return None
            if code == _OPENING_TOO_FAST:
                await self._slots.hold()
            await openings.postpone(due)
            return None
        return await openings.note_opened(due, waiting.member_id, channel_id)

    async def _request(self, member_id: int) -> int:
        self._client.services.metrics.note_dm_opening()
        return (await self._client.create_dm(discord.Object(member_id))).id
