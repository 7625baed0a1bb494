"""The buttons of check-ins: agreeing, answering, changing, stopping."""

from bot.checkins.personal.rules import comes_at_once
from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import check_server
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from cogs.checkins import panels, routes
from cogs.checkins.choices import Choices
from cogs.checkins.delivery import Arrival, Delivery
from cogs.checkins.status import Standing
from cogs.checkins.threads import Threads
from cogs.ui import receipts
from cogs.ui.links import CadenceRef
from cogs.ui.panels import replace_panel, texts_for
from cogs.ui.routes import NoPayload

_PAUSE_DAYS = 7


class CheckinButtons:
    """Answers taps on a member's check-ins and on the panels about them."""

    def __init__(
        self,
        checkins: Checkins,
        consents: Consents,
        delivery: Delivery,
        threads: Threads,
        standing: Standing,
    ) -> None:
        self._checkins = checkins
        self._consents = consents
        self._delivery = delivery
        self._threads = threads
        self._standing = standing

    @routes.ANSWER.handler
    async def answer(self, interaction: Interaction, payload: routes.CheckinAnswer) -> None:
        """Acknowledge any answer alike, in place."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        message_id = interaction.message.id if interaction.message else 0
        if payload.turn == cadence.turn:  # a tap tells that it came, should that not be noted yet
            await self._delivery.note_come(cadence, message_id)
        is_counted = await self._checkins.note_answered(cadence.cadence_id, interaction.user.id, message_id)
        server, say = self._delivery.server(cadence), texts_for(interaction)
        await replace_panel(interaction, panels.noted(cadence, server, say, is_counted=is_counted))
        await self._checkins.forget_prompt(cadence.cadence_id, message_id)

    @routes.AGREE.handler
    async def agree(self, interaction: Interaction, payload: routes.Agreement) -> None:
        """Keep the yes and the times; the first check-in arrives at once."""
        version, choices = payload.version, payload.choices
        say = texts_for(interaction)
        await interaction.response.defer()
        before = await self._checkins.find(interaction.user.id, choices.guild_id)
        check_server(interaction, choices.guild_id, is_known=before is not None)
        thread_id = before.thread_id if before else None
        cadence = await self._checkins.begin(
            interaction.user.id,
            choices.guild_id,
            before.dm_channel_id if before else await self._delivery.open_channel(interaction.user),
            choices.times,
            version,
            sound=choices.sound,
            thread_id=thread_id,
        )
        now = interaction.client.services.clock.now()
        words = panels.in_words(choices, say)
        is_first = comes_at_once(cadence, now)  # also where the first could not be sent before
        arrival = await self._delivery.deliver(cadence) if is_first else Arrival.NOT_YET
        if arrival is Arrival.ENDED:
            raise RefusalError("refusals.checkins_gone")
        if arrival is Arrival.CLOSED:
            await self._consents.turn_off(interaction.user.id, choices.guild_id, Purpose.CHECKINS)
            await self._offer_thread(interaction, choices)
            return
        next_at = await self._checkins.next_at(cadence.cadence_id)
        if arrival is Arrival.CAME:
            text = say("checkins.begun", words=words)
        elif (before is None or is_first) and next_at is not None:
            text = say("checkins.begun_later", words=words, next=next_at)
        else:
            is_tried = before is not None and before.dms_closed
            text = panels.changed(cadence, now, next_at, say, is_tried=is_tried)
        receipt = Receipt(choices.guild_id, Purpose.CHECKINS, version, now)
        await replace_panel(interaction, receipts.given(interaction, receipt, text))

    async def _offer_thread(self, interaction: Interaction, choices: Choices) -> None:
        """Say that direct messages are closed, and offer a thread where that is allowed."""
        channel = await self._threads.channel(interaction, choices.guild_id)
        if channel is None:
            raise RefusalError("refusals.dms_closed")
        say = texts_for(interaction)
        closed = say("checkins.thread.closed")
        await replace_panel(interaction, panels.thread_offer(choices, channel.mention, say, closed))

    @routes.DECLINE.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Say that nothing was kept."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("checkins.declined")))

    @routes.CHANGE.handler
    async def change(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Show how check-ins stand and what can be changed."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        await self._standing.show(interaction, cadence)

    @routes.LESS_OFTEN.handler
    async def less_often(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Halve how many a week come."""
        cadence = await self._checkins.come_less_often(payload.cadence_id, interaction.user.id)
        say, now = texts_for(interaction), interaction.client.services.clock.now()
        next_at = await self._checkins.next_at(cadence.cadence_id)
        who = (cadence.member_id, cadence.guild_id)
        is_outdated = await self._consents.is_outdated(*who, Purpose.CHECKINS)
        text = panels.changed(cadence, now, next_at, say, is_outdated=is_outdated)
        await replace_panel(interaction, panels.line(text))

    @routes.PAUSE.handler
    async def pause(self, interaction: Interaction, _: NoPayload) -> None:
        """Let nothing reach the member for a week."""
        until = await self._checkins.pause(interaction.user.id, _PAUSE_DAYS)
        if until is None:
            raise RefusalError("refusals.checkins_gone")
        await replace_panel(
            interaction, panels.line(texts_for(interaction)("checkins.paused", until=until))
        )

    @routes.RESUME.handler
    async def resume(self, interaction: Interaction, _: NoPayload) -> None:
        """Bring the chosen cadence back."""
        before = await self._checkins.resume(interaction.user.id)
        if not before:
            raise RefusalError("refusals.checkins_gone")
        place = await self._standing.after_return(interaction.user.id, before)
        await replace_panel(interaction, panels.line(texts_for(interaction)(place)))

    @routes.STOP.handler
    async def stop(self, interaction: Interaction, payload: CadenceRef) -> None:
        """End check-ins and delete what was kept for them."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        done = await self._consents.turn_off(interaction.user.id, cadence.guild_id, Purpose.CHECKINS)
        stopped = texts_for(interaction)("checkins.stopped")
        await replace_panel(interaction, receipts.turned_off(interaction, cadence.guild_id, done, stopped))
