"""The buttons of check-ins: agreeing, answering, changing, stopping."""

from bot.checkins.personal.rules import comes_at_once
from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Client, Interaction
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from cogs.checkins import panels
from cogs.checkins.choices import Choices
from cogs.checkins.delivery import Arrival, Delivery
from cogs.checkins.status import Standing
from cogs.checkins.threads import Threads
from cogs.ui import receipts
from cogs.ui.panels import speaker, turn_into

_PAUSE_DAYS = 7


class CheckinActions:
    """Answers taps. Every place here stands in a custom id: change it and old buttons say so."""

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

    def register(self, bot: Client) -> None:
        """Name the actions. The three answers are one action: none is looked at."""
        for answer in ("here", "quiet", "pass"):
            bot.on_action(f"checkins:{answer}", self.answer)
        bot.on_action("checkins:agree", self.agree)
        bot.on_action("checkins:not_now", self.decline)
        bot.on_action("checkins:change", self.change)
        bot.on_action("checkins:less", self.less_often)
        bot.on_action("checkins:pause", self.pause)
        bot.on_action("checkins:resume", self.resume)
        bot.on_action("checkins:stop", self.stop)

    async def answer(self, interaction: Interaction, detail: str) -> None:
        """Acknowledge any answer alike, in place."""
        number, _, turn = detail.partition(".")
        cadence = await self._checkins.get(int(number), interaction.user.id)
        message_id = interaction.message.id if interaction.message else 0
        if int(turn) == cadence.turn:  # a tap tells that it came, should that not be noted yet
            await self._delivery.note_come(cadence, message_id)
        is_counted = await self._checkins.note_answered(cadence.cadence_id, interaction.user.id, message_id)
        server, say = self._delivery.server(cadence), speaker(interaction)
        await turn_into(interaction, panels.noted(cadence, server, say, is_counted=is_counted))
        await self._checkins.forget_prompt(cadence.cadence_id, message_id)

    async def agree(self, interaction: Interaction, detail: str) -> None:
        """Keep the yes and the times; the first check-in arrives at once."""
        version, _, rest = detail.partition(" ")
        choices = Choices.read(rest)
        say = speaker(interaction)
        await interaction.response.defer()
        before = await self._checkins.find(interaction.user.id, choices.guild_id)
        thread_id = before.thread_id if before else None
        cadence = await self._checkins.begin(
            interaction.user.id,
            choices.guild_id,
            before.dm_channel_id if before else await self._delivery.open_channel(interaction.user),
            choices.times,
            int(version),
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
            await self._consents.withdraw(interaction.user.id, choices.guild_id, Purpose.CHECKINS)
            await self._offer_thread(interaction, choices)
            return
        next_at = await self._checkins.next_at(cadence.cadence_id)
        if arrival is Arrival.CAME:
            text = say("checkins.begun", words=words)
        elif (before is None or is_first) and next_at is not None:
            text = say("checkins.begun_later", words=words, next=next_at)
        else:
            is_tried = before is not None and before.closed
            text = panels.changed(cadence, now, next_at, say, is_tried=is_tried)
        receipt = Receipt(choices.guild_id, Purpose.CHECKINS, int(version), now)
        await turn_into(interaction, receipts.given(interaction, receipt, text))

    async def _offer_thread(self, interaction: Interaction, choices: Choices) -> None:
        """Say that direct messages are closed, and offer a thread where that is allowed."""
        channel = await self._threads.channel(interaction, choices.guild_id)
        if channel is None:
            raise RefusalError("refusals.dms_closed")
        say = speaker(interaction)
        closed = say("checkins.thread.closed")
        await turn_into(interaction, panels.thread_offer(choices, channel.mention, say, closed))

    async def decline(self, interaction: Interaction, _: str) -> None:
        """Say that nothing was kept."""
        await turn_into(interaction, panels.line(speaker(interaction)("checkins.declined")))

    async def change(self, interaction: Interaction, detail: str) -> None:
        """Show how check-ins stand and what can be changed."""
        cadence = await self._checkins.get(int(detail), interaction.user.id)
        await self._standing.show(interaction, cadence)

    async def less_often(self, interaction: Interaction, detail: str) -> None:
        """Halve how many a week come."""
        cadence = await self._checkins.come_less_often(int(detail), interaction.user.id)
        say, now = speaker(interaction), interaction.client.services.clock.now()
        next_at = await self._checkins.next_at(cadence.cadence_id)
        who = (cadence.member_id, cadence.guild_id)
        is_outdated = await self._consents.is_outdated(*who, Purpose.CHECKINS)
        text = panels.changed(cadence, now, next_at, say, is_outdated=is_outdated)
        await turn_into(interaction, panels.line(text))

    async def pause(self, interaction: Interaction, _: str) -> None:
        """Let nothing reach the member for a week."""
        until = await self._checkins.pause(interaction.user.id, _PAUSE_DAYS)
        if until is None:
            raise RefusalError("refusals.checkins_gone")
        await turn_into(interaction, panels.line(speaker(interaction)("checkins.paused", until=until)))

    async def resume(self, interaction: Interaction, _: str) -> None:
        """Bring the chosen cadence back."""
        before = await self._checkins.resume(interaction.user.id)
        if not before:
            raise RefusalError("refusals.checkins_gone")
        place = await self._standing.after_return(interaction.user.id, before)
        await turn_into(interaction, panels.line(speaker(interaction)(place)))

    async def stop(self, interaction: Interaction, detail: str) -> None:
        """End check-ins and delete what was kept for them."""
        cadence = await self._checkins.get(int(detail), interaction.user.id)
        done = await self._consents.withdraw(interaction.user.id, cadence.guild_id, Purpose.CHECKINS)
        stopped = speaker(interaction)("checkins.stopped")
        await turn_into(interaction, receipts.withdrawn(interaction, cadence.guild_id, done, stopped))
