"""Opens members' direct-message channels, at the pace that `SharedLimit` allows."""

from dataclasses import dataclass
from datetime import datetime

import discord

from bot.checkins.personal.dm_openings import DmOpenings
from bot.delivery.outcome import Outcome
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, answer_of, outcome_of
from bot.gateway.client import Client, Interaction
from bot.scheduling.due_queue import Due
from cogs.checkins.delivery import CANNOT_REACH, CheckinDelivery

_OPENING_TOO_FAST = 40003


@dataclass(frozen=True, slots=True)
class DirectMessages:
    """The id of a member's direct-message channel; 0 if the bot opens it later, at `opens_at`."""

    channel_id: int
    opens_at: datetime | None = None


class DirectMessageOpener:
    """Opens direct messages: at once if the limit has a free slot, else in a later slot."""

    def __init__(self, client: Client, openings: DmOpenings, delivery: CheckinDelivery) -> None:
        self._client = client
        self._openings = openings
        self._delivery = delivery

    async def open(self, interaction: Interaction) -> DirectMessages:
        """Return the member's direct-message channel, or the time reserved for opening it.

        Costs one request at most.

        Raises RefusalError if Discord does not answer, or cannot open this member's.
        """
        if interaction.guild_id is None and interaction.channel_id is not None:
            return DirectMessages(interaction.channel_id)
        user = interaction.user
        known = user.dm_channel.id if user.dm_channel else await self._openings.find_channel(user.id)
        if known:
            return DirectMessages(known)
        opens_at = await self._openings.reserve()
        if opens_at is not None:
            return DirectMessages(0, opens_at)
        try:
            return DirectMessages(await self._request(user.id))
        except FAILED as error:
            _, code = answer_of(error)
            if code == _OPENING_TOO_FAST:
                await self._openings.hold()
                return DirectMessages(0, await self._openings.reserve())
            if outcome_of(error) is not Outcome.REFUSED:  # a second try opens the same channel
                raise RefusalError("refusals.discord_later") from None
            if code in CANNOT_REACH:
                raise RefusalError("refusals.dms_closed") from None
            raise

    async def act(self, due: Due) -> None:
        """Open the direct messages of a member who waited for their turn, and send the first check-in."""
        cadence = await self._openings.find_waiting(due)
        if cadence is None:
            return
        try:
            channel_id = cadence.dm_channel_id or await self._request(cadence.member_id)
        except FAILED as error:
            _, code = answer_of(error)
            if outcome_of(error) is Outcome.REFUSED:
                await self._openings.note_refused(cadence)
                return
            if code == _OPENING_TOO_FAST:
                await self._openings.hold()
            await self._openings.postpone(cadence)
            return
        first = await self._openings.note_opened(cadence, channel_id)
        if first is not None:
            await self._delivery.send_first(first)

    async def _request(self, member_id: int) -> int:
        self._client.services.metrics.note_dm_opening()
        return (await self._client.create_dm(discord.Object(member_id))).id
