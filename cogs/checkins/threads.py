"""Check-ins in a private thread of a quiet channel, for members whose direct messages are closed."""

import discord

from bot.checkins.personal.cadence import Cadence
from bot.checkins.personal.overview import CheckinOverview
from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.sender import Refused
from bot.gateway.shared_servers import check_server
from bot.gateway.threads import Made
from bot.privacy.agreements import Agreement
from bot.privacy.consent.model import Purpose
from bot.privacy.consents import Consents
from bot.rooms.model import ThreadProblem
from bot.rooms.service import Rooms
from bot.texts.catalogue import Markup
from cogs.checkins import panels, routes
from cogs.checkins.agreed import answer_agreed
from cogs.checkins.choices import Choices
from cogs.checkins.delivery import CheckinDelivery, DeliveryResult
from cogs.checkins.reachability import LOST, restore
from cogs.ui.bot_permissions import can_have_threads, held_in, timed_out_until
from cogs.ui.direct_messages import DirectMessageOpener
from cogs.ui.links import CadenceRef
from cogs.ui.panels import locale_of, replace_panel, texts_for
from cogs.ui.routes import NoPayload

_TOO_MANY_THREADS = 160006


class CheckinThreads:
    """Offers private threads if a moderator allowed them, and makes one when a member agrees."""

    def __init__(
        self,
        checkins: Checkins,
        consents: Consents,
        rooms: Rooms,
        delivery: CheckinDelivery,
        opener: DirectMessageOpener,
    ) -> None:
        self._checkins = checkins
        self._consents = consents
        self._rooms = rooms
        self._delivery = delivery
        self._opener = opener

    async def channel(self, interaction: Interaction, guild_id: int) -> discord.TextChannel | None:
        """Return a channel where a private thread for a member's check-ins can be made, or None."""
        guild = await interaction.client.shared_servers.find(guild_id, with_channels=True)
        if guild is None or timed_out_until(guild, interaction.client.services.clock.now()) is not None:
            return None
        for room in await self._rooms.of_guild(guild_id):
            found = guild.get_channel(room.channel_id)
            if not room.allows_checkin_threads or not can_have_threads(found):
                continue
            held = held_in(found.guild, found)
            may_make = held.view_channel and held.create_private_threads and held.send_messages_in_threads
            user = interaction.user
            is_seen = not isinstance(user, discord.Member) or found.permissions_for(user).view_channel
            if may_make and is_seen:
                return found
        return None

    @routes.OFFER_THREAD.handler
    async def ask(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Explain who can see such a thread, before it is made."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        channel = await self.channel(interaction, cadence.guild_id)
        if channel is None:
            raise RefusalError("refusals.threads_closed")
        offer = panels.thread_offer(Choices.of(cadence), channel.mention, texts_for(interaction))
        await replace_panel(interaction, offer)

    @routes.DECLINE_THREAD.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Say that check-ins do not change."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("checkins.thread.declined")))

    @routes.AGREE_TO_THREAD.handler
    async def agree(self, interaction: Interaction, payload: routes.Agreement) -> None:
        """Make the thread, save consent and times, and send the first check-in at once."""
        version, choices = payload.version, payload.choices
        member_id, guild_id = interaction.user.id, choices.guild_id
        async with self._consents.agreements.begin(member_id, guild_id, Purpose.CHECKINS) as agreement:
            await interaction.response.defer()
            text = await self._begin(interaction, choices, version, agreement)
            await answer_agreed(interaction, agreement, self._consents, text)

    async def _begin(
        self, interaction: Interaction, choices: Choices, version: int, agreement: Agreement
    ) -> str:
        """Start sending check-ins in a thread, and return the answer for the member.

        Raises RefusalError, and saves nothing, if Discord does not deliver the first one there either.
        """
        say, member_id = texts_for(interaction), interaction.user.id
        before = await self._checkins.find(member_id, choices.guild_id)
        await check_server(interaction, choices.guild_id, is_known=before is not None)
        self._checkins.check(choices.times, version)
        thread_id = await self._thread(interaction, choices.guild_id, before)
        agreement.check()
        begun = await self._checkins.begin(
            member_id,
            choices.guild_id,
            0,  # direct messages are opened once they are used
            choices.times,
            version,
            sound=choices.sound,
            thread_id=thread_id,
            locale=locale_of(interaction),
        )
        result = await self._delivery.send_first(begun.first) if begun.first else None
        if result is DeliveryResult.TURNED_OFF:
            raise RefusalError("refusals.checkins_gone")
        if result is DeliveryResult.UNREACHABLE:
            await self._consents.end(member_id, choices.guild_id, Purpose.CHECKINS)
            raise RefusalError("refusals.first_undelivered_there")
        words, where = panels.in_words(choices, say), Markup(f"<#{thread_id}>")
        if result is DeliveryResult.SENT:
            return say("checkins.thread.begun", words=words, where=where)
        moved = say("checkins.thread.moved", where=where, words=words)
        overview = CheckinOverview(begun.cadence, begun.next_at, is_outdated=False)
        return f"{moved}\n{panels.state_line(overview, interaction.client.services.clock.now(), say)}"

    async def _thread(self, interaction: Interaction, guild_id: int, before: Cadence | None) -> int:
        """Return the member's thread; make one if they have none that the bot can send to.

        Raises RefusalError if the bot cannot make one.
        """
        if before is not None and before.thread_id is not None and not before.dms_closed:
            where = await restore(interaction, before)
            if where.reach not in LOST:
                return before.thread_id
        channel = await self.channel(interaction, guild_id)
        if channel is None:
            raise RefusalError("refusals.threads_closed")
        if before is not None:
            await self._delivery.clear(before)
        known = await self._checkins.outbox.threads_of(guild_id)
        name = texts_for(interaction)("checkins.thread.name")
        made = await interaction.client.thread_maker.make(channel, name, interaction.user.id, known)
        if isinstance(made, Made):
            await self._rooms.note_thread_problem(guild_id, channel.id, None)
            return made.thread_id
        if not isinstance(made, Refused):
            raise RefusalError("refusals.discord_later")
        is_full = made.code == _TOO_MANY_THREADS
        problem = ThreadProblem.FULL if is_full else ThreadProblem.REFUSED
        await self._rooms.note_thread_problem(guild_id, channel.id, problem)
        raise RefusalError("refusals.threads_full" if is_full else "refusals.threads_closed")

    @routes.LEAVE_THREAD.handler
    async def return_to_direct(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Send check-ins by direct message again.

        The bot does not delete the thread: the member can leave it.
        """
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        await interaction.response.defer()
        direct = await self._opener.open(interaction)
        await self._delivery.clear(cadence)
        overview = await self._checkins.leave_thread(
            cadence.cadence_id, interaction.user.id, direct.channel_id, direct.opens_at
        )
        say, now = texts_for(interaction), interaction.client.services.clock.now()
        state = panels.short_state(overview, now, say)
        await replace_panel(interaction, panels.line(f"{say('checkins.thread.left')}\n{state}"))
