"""The buttons of a room notice in a member's direct messages: Sit, Slip out, Not now.

In direct messages Discord does not say whether someone is still in the server, what they can see there, or
whether a moderator put them in a timeout. So a tap on Sit asks Discord, with one request.
"""

import contextlib

import discord

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.rooms.notices.model import RoomNotice
from bot.rooms.notices.service import RoomNotices
from bot.rooms.sessions.questions import SeatedElsewhereError
from bot.rooms.sessions.seats import Seats
from cogs.rooms import notice_panels, routes
from cogs.rooms.card_updater import CardUpdater
from cogs.ui.panels import locale_of, replace_panel, texts_for


class NoticeTaps:
    """Answers taps on notices. Each replaces the notice, which stays in view until its session closes."""

    def __init__(self, notices: RoomNotices, seats: Seats, updater: CardUpdater) -> None:
        self._notices = notices
        self._seats = seats
        self._updater = updater

    @routes.NOTICE_SIT.handler
    async def sit(self, interaction: Interaction, payload: routes.NoticeRef) -> None:
        """Take a seat, as by a tap on the card; ask first if the member has one elsewhere in the server."""
        try:
            await self._sit(interaction, payload, None)
        except SeatedElsewhereError as question:
            say = texts_for(interaction)
            await replace_panel(interaction, notice_panels.asked_to_move(question, payload, say))

    @routes.NOTICE_MOVE.handler
    async def move(self, interaction: Interaction, payload: routes.NoticeMove) -> None:
        """Leave the other seat and take the one that the notice offers, both or neither."""
        ref = routes.NoticeRef(payload.room_notice_id, payload.session_id)
        try:
            await self._sit(interaction, ref, payload.left_room_id)
        except SeatedElsewhereError as question:  # by now they have a seat in a third room
            await replace_panel(
                interaction, notice_panels.asked_to_move(question, ref, texts_for(interaction))
            )

    async def _sit(self, interaction: Interaction, payload: routes.NoticeRef, leaves: int | None) -> None:
        notice = await self._note(interaction, payload)
        client, session_id = interaction.client, payload.session_id
        member = await client.shared_servers.get_member(notice.guild_id, interaction.user.id)
        until, now = member.timed_out_until, client.services.clock.now()
        if until is not None and until > now:
            raise RefusalError("refusals.member_timeout", until=until)

        def may_enter(channel_id: int) -> bool:
            channel = member.guild.get_channel(channel_id)
            return channel is not None and channel.permissions_for(member).view_channel

        result = await self._seats.take(
            notice.guild_id, session_id, interaction.user.id, may_enter, leaves=leaves
        )
        try:
            await replace_panel(interaction, notice_panels.seated(result, payload, texts_for(interaction)))
        finally:  # they sit, whether Discord takes the answer or not
            await self._updater.refresh(result.card.room.room_id)
            if leaves is not None:
                await self._updater.refresh(leaves)

    @routes.NOTICE_LEAVE.handler
    async def leave(self, interaction: Interaction, payload: routes.NoticeRef) -> None:
        """Give up the seat."""
        notice = await self._note(interaction, payload)
        session_id = payload.session_id
        card, _ = await self._seats.leave(notice.guild_id, session_id, interaction.user.id)
        try:
            view = notice_panels.left(card.room, payload, texts_for(interaction))
            await replace_panel(interaction, view)
        finally:  # they left, whether Discord takes the answer or not
            await self._updater.refresh(card.room.room_id)

    @routes.NOTICE_DISMISS.handler
    async def dismiss(self, interaction: Interaction, payload: routes.NoticeRef) -> None:
        """Delete the notice, at no cost: through the tap's own interaction."""
        notice = await self._note(interaction, payload)
        await interaction.response.defer()
        with contextlib.suppress(discord.NotFound):  # it may be gone already
            await interaction.delete_original_response()
        await self._notices.outbox.note_gone(notice)

    async def _note(self, interaction: Interaction, payload: routes.NoticeRef) -> RoomNotice:
        """Record the tap and return the notice. Raises RefusalError if the member turned notices off."""
        message_id = interaction.message.id if interaction.message else 0
        return await self._notices.note_tapped(
            payload.room_notice_id,
            interaction.user.id,
            payload.session_id,
            message_id,
            locale_of(interaction),
        )
