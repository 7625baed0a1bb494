"""The buttons of personal check-ins: agreeing, answering, changing, stopping."""

from datetime import datetime

from bot.checkins.personal.cadence import Cadence, state_at
from bot.checkins.personal.overview import Begun, CheckinOverview
from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.shared_servers import check_server
from bot.privacy.agreements import Agreement
from bot.privacy.consent.model import Purpose
from bot.privacy.consents import Consents
from bot.texts.catalogue import Say
from cogs.checkins import panels, routes
from cogs.checkins.agreed import answer_agreed
from cogs.checkins.choices import Choices
from cogs.checkins.delivery import CheckinDelivery, DeliveryResult
from cogs.checkins.reachability import LOST, restore
from cogs.checkins.status import CheckinStatus
from cogs.checkins.threads import CheckinThreads
from cogs.ui import receipts
from cogs.ui.direct_messages import DirectMessageOpener, DirectMessages
from cogs.ui.links import CadenceRef
from cogs.ui.panels import locale_of, replace_panel, texts_for
from cogs.ui.routes import NoPayload

_PAUSE_DAYS = 7


class CheckinButtons:
    """Answers taps on a member's check-ins and on the panels about them."""

    def __init__(
        self,
        checkins: Checkins,
        consents: Consents,
        delivery: CheckinDelivery,
        threads: CheckinThreads,
        opener: DirectMessageOpener,
        status: CheckinStatus,
    ) -> None:
        self._checkins = checkins
        self._consents = consents
        self._delivery = delivery
        self._threads = threads
        self._opener = opener
        self._status = status

    @routes.ANSWER.handler
    async def answer(self, interaction: Interaction, payload: routes.CheckinAnswer) -> None:
        """Replace the check-in by the same acknowledgment for every answer."""
        message_id = interaction.message.id if interaction.message else 0
        cadence, is_counted = await self._checkins.note_answered(
            payload.cadence_id, interaction.user.id, message_id, payload.number, locale_of(interaction)
        )
        say = texts_for(interaction)
        server = await interaction.client.server_name(cadence.guild_id, say)
        await replace_panel(interaction, panels.noted(cadence, server, say, is_counted=is_counted))
        await self._checkins.outbox.forget_prompt(cadence.cadence_id, message_id)

    @routes.AGREE.handler
    async def agree(self, interaction: Interaction, payload: routes.Agreement) -> None:
        """Save consent and times, and send the first check-in at once."""
        member_id, guild_id = interaction.user.id, payload.choices.guild_id
        async with self._consents.agreements.begin(member_id, guild_id, Purpose.CHECKINS) as agreement:
            await interaction.response.defer()
            text = await self._begin(interaction, payload, agreement)
            if text is None:
                await self._offer_thread(interaction, payload.choices)
                return
            await answer_agreed(interaction, agreement, self._consents, text)

    async def _begin(
        self, interaction: Interaction, payload: routes.Agreement, agreement: Agreement
    ) -> str | None:
        """Save consent and times, send the first check-in, and return the answer for the member.

        If Discord cannot deliver it, saves nothing and returns None.
        """
        choices, member_id, guild_id = payload.choices, agreement.member_id, agreement.guild_id
        before = await self._checkins.find(member_id, guild_id)
        await check_server(interaction, guild_id, is_known=before is not None)
        self._checkins.check(choices.times, payload.version)
        direct = await self._opener.open(interaction) if before is None else DirectMessages(0)
        where = await restore(interaction, before) if before is not None else None
        agreement.check()
        begun = await self._checkins.begin(
            member_id,
            guild_id,
            direct.channel_id,
            choices.times,
            payload.version,
            sound=choices.sound,
            thread_id=before.thread_id if before else None,
            opens_at=direct.opens_at,
            locale=locale_of(interaction),
        )
        now, say = interaction.client.services.clock.now(), texts_for(interaction)
        if where is not None and where.reach in LOST:
            await self._checkins.outbox.note_unreachable(begun.cadence.cadence_id)
            overview = await self._checkins.get_overview(begun.cadence.cadence_id, member_id)
            return f"{panels.changed(overview, now, say)}\n{where.line(say)}"
        result = await self._delivery.send_first(begun.first) if begun.first else None
        if result is DeliveryResult.UNREACHABLE:
            await self._consents.end(member_id, guild_id, Purpose.CHECKINS)
            return None
        if result is DeliveryResult.TURNED_OFF:
            raise RefusalError("refusals.checkins_gone")
        text = _agreed(begun, result, before, choices, now, say)
        state = state_at(begun.cadence, now)
        return "\n".join(filter(None, [text, where.line_beside(state, say) if where else ""]))

    async def _offer_thread(self, interaction: Interaction, choices: Choices) -> None:
        """Say that direct messages are closed, and offer a private thread if a moderator allowed those."""
        channel = await self._threads.channel(interaction, choices.guild_id)
        if channel is None:
            raise RefusalError("refusals.first_undelivered")
        say = texts_for(interaction)
        closed = say("checkins.thread.closed")
        await replace_panel(interaction, panels.thread_offer(choices, channel.mention, say, closed))

    @routes.DECLINE.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Say that nothing was saved."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("checkins.declined")))

    @routes.CHANGE.handler
    async def change(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Show whether check-ins come and what can be changed."""
        overview = await self._checkins.get_overview(payload.cadence_id, interaction.user.id)
        await self._status.show(interaction, overview)

    @routes.LESS_OFTEN.handler
    async def less_often(self, interaction: Interaction, payload: CadenceRef) -> None:
        """Halve how many check-ins come a week."""
        overview = await self._checkins.halve_per_week(payload.cadence_id, interaction.user.id)
        now = interaction.client.services.clock.now()
        text = panels.changed(overview, now, texts_for(interaction))
        await replace_panel(interaction, panels.line(text))

    @routes.PAUSE.handler
    async def pause(self, interaction: Interaction, _: NoPayload) -> None:
        """Send the member nothing for a week."""
        until = await self._status.pause_everything(interaction, _PAUSE_DAYS)
        await self._delivery.finish_sending(interaction.user.id)
        if until is None:
            raise RefusalError("refusals.checkins_gone")
        await replace_panel(
            interaction, panels.line(texts_for(interaction)("checkins.paused", until=until))
        )

    @routes.RESUME.handler
    async def resume(self, interaction: Interaction, _: NoPayload) -> None:
        """Start paused or stopped check-ins and room notices again."""
        said = await self._status.resume_everything(interaction)
        if not said:
            raise RefusalError("refusals.checkins_gone")
        await replace_panel(interaction, panels.line(said))

    @routes.STOP.handler
    async def stop(self, interaction: Interaction, payload: CadenceRef) -> None:
        """End check-ins and delete what was saved for them."""
        cadence = await self._checkins.get(payload.cadence_id, interaction.user.id)
        done = await self._consents.turn_off(interaction.user.id, cadence.guild_id, Purpose.CHECKINS)
        stopped = texts_for(interaction)("checkins.stopped")
        await replace_panel(
            interaction, await receipts.turned_off(interaction, cadence.guild_id, done, stopped)
        )


def _agreed(
    begun: Begun,
    result: DeliveryResult | None,
    before: Cadence | None,
    choices: Choices,
    now: datetime,
    say: Say,
) -> str:
    """Return the panel shown after agreeing; `before`: the earlier check-ins, if any."""
    words = panels.in_words(choices, say)
    if before is None and begun.cadence.channel_id == 0:
        return say("checkins.begun_waiting", words=words)
    if result is DeliveryResult.SENT:
        return say("checkins.begun", words=words)
    if (before is None or result is not None) and begun.next_at is not None:
        return say("checkins.begun_later", words=words, next=begun.next_at)
    overview = CheckinOverview(begun.cadence, begun.next_at, is_outdated=False)
    return panels.changed(overview, now, say, was_closed=before is not None and before.dms_closed)
