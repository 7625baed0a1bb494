"""Check-ins in a private thread of a quiet channel, for members whose direct messages are closed."""

import contextlib

import discord

from bot.checkins.personal.model import Cadence
from bot.checkins.personal.rules import comes_at_once
from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from bot.rooms.service import Rooms
from bot.texts.catalogue import Markup
from cogs.checkins import panels, routes
from cogs.checkins.choices import Choices
from cogs.checkins.delivery import Delivery
from cogs.ui import receipts
from cogs.ui.guards import check_server
from cogs.ui.links import CadenceRef
from cogs.ui.panels import replace_panel, texts_for
from cogs.ui.routes import NoPayload


class Threads:
    """Offers private threads where a moderator allowed them, and makes them when a member says yes."""

    def __init__(self, checkins: Checkins, consents: Consents, rooms: Rooms, delivery: Delivery) -> None:
        self._checkins = checkins
        self._consents = consents
        self._rooms = rooms
        self._delivery = delivery

    async def channel(self, interaction: Interaction, guild_id: int) -> discord.TextChannel | None:
        """Return the channel in whose threads a member's check-ins can come, or None without one."""
        guild = interaction.client.get_guild(guild_id)
        for room in await self._rooms.of_guild(guild_id):
            found = guild.get_channel(room.channel_id) if guild else None
            if not room.allows_checkin_threads or not isinstance(found, discord.TextChannel):
                continue
            held = found.permissions_for(found.guild.me)
            may_make = held.view_channel and held.create_private_threads and held.send_messages_in_threads
            user = interaction.user
            is_seen = not isinstance(user, discord.Member) or found.permissions_for(user).view_channel
            if may_make and is_seen:
                return found
        return None

    @routes.OFFER_THREAD.handler
    async def ask(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Say who sees such a thread, before anything is made."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        channel = await self.channel(interaction, cadence.guild_id)
        if channel is None:
            raise RefusalError("refusals.threads_closed")
        offer = panels.thread_offer(Choices.of(cadence), channel.mention, texts_for(interaction))
        await replace_panel(interaction, offer)

    @routes.DECLINE_THREAD.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Say that check-ins stand as they did."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("checkins.thread.declined")))

    @routes.AGREE_TO_THREAD.handler
    async def agree(self, interaction: Interaction, payload: routes.Agreement) -> None:
        """Make the thread, keep the yes and the times; the first check-in arrives at once."""
        version, choices, say = payload.version, payload.choices, texts_for(interaction)
        await interaction.response.defer()
        before = await self._checkins.find(interaction.user.id, choices.guild_id)
        check_server(interaction, choices.guild_id, is_known=before is not None)
        channel = await self.channel(interaction, choices.guild_id)
        if channel is None:
            raise RefusalError("refusals.threads_closed")
        if before is not None:
            await self._delivery.clear(before)
        thread = await _make_thread(channel, interaction.user, say("checkins.thread.name"))
        cadence = await self._checkins.begin(
            interaction.user.id,
            choices.guild_id,
            before.dm_channel_id if before else await self._direct(interaction.user),
            choices.times,
            version,
            sound=choices.sound,
            thread_id=thread.id,
        )
        now = interaction.client.services.clock.now()
        words, where = panels.in_words(choices, say), Markup(thread.mention)
        if not await self._deliver_first(interaction, cadence):
            next_at = await self._checkins.next_at(cadence.cadence_id)
            moved = say("checkins.thread.moved", where=where, words=words)
            text = f"{moved}\n{panels.stands(cadence, now, next_at, say)}"
        else:
            text = str(say("checkins.thread.begun", words=words, where=where))
        receipt = Receipt(choices.guild_id, Purpose.CHECKINS, version, now)
        await replace_panel(interaction, receipts.given(interaction, receipt, text))

    @routes.LEAVE_THREAD.handler
    async def return_to_direct(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Let check-ins come by direct message again. The thread stays: only members can leave it."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        await interaction.response.defer()
        channel_id = await self._delivery.open_channel(interaction.user)
        await self._delivery.clear(cadence)
        moved = await self._checkins.leave_thread(cadence.cadence_id, interaction.user.id, channel_id)
        say, now = texts_for(interaction), interaction.client.services.clock.now()
        next_at = await self._checkins.next_at(moved.cadence_id)
        is_outdated = await self._consents.is_outdated(moved.member_id, moved.guild_id, Purpose.CHECKINS)
        come = panels.come(moved, now, next_at, say, is_outdated=is_outdated)
        await replace_panel(interaction, panels.line(f"{say('checkins.thread.left')}\n{come}"))

    async def _deliver_first(self, interaction: Interaction, cadence: Cadence) -> bool:
        """Send the first check-in, where it comes at once; return whether it did.

        Raises RefusalError, with nothing kept, where Discord does not take it there either.
        """
        now = interaction.client.services.clock.now()
        if not comes_at_once(cadence, now):
            return False
        if not await self._delivery.deliver(cadence):
            await self._consents.withdraw(cadence.member_id, cadence.guild_id, Purpose.CHECKINS)
            raise RefusalError("refusals.threads_closed")
        return True

    async def _direct(self, user: discord.User | discord.Member) -> int:
        """Return the channel of somebody's direct messages, or 0 where there is none to be had."""
        with contextlib.suppress(RefusalError):
            return await self._delivery.open_channel(user)
        return 0


async def _make_thread(
    channel: discord.TextChannel, user: discord.User | discord.Member, name: str
) -> discord.Thread:
    """Make a private thread with one member in it. Raises RefusalError where Discord does not let us."""
    try:
        thread = await channel.create_thread(
            name=name,
            type=discord.ChannelType.private_thread,
            auto_archive_duration=10080,  # seven days, as late as it goes
        )
        await thread.add_user(user)
    except (discord.Forbidden, discord.NotFound):
        raise RefusalError("refusals.threads_closed") from None
    return thread
