"""The private panel of a member who has check-ins, by `/checkins` or the button Change."""

from collections.abc import Sequence
from datetime import datetime

from bot.checkins.personal.cadence import Cadence, state_at
from bot.checkins.personal.overview import CheckinOverview
from bot.checkins.personal.service import Checkins
from bot.gateway.client import Interaction
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import outdated
from bot.privacy.consents import Consents
from bot.texts.catalogue import Markup, Say
from cogs.checkins import panels
from cogs.checkins.reachability import LOST, Reach, Where, restore
from cogs.checkins.threads import CheckinThreads
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.pauses import checkins_paused_line
from cogs.ui.servers import named_server


class CheckinStatus:
    """Shows whether check-ins come, and what can be changed."""

    def __init__(self, checkins: Checkins, consents: Consents, threads: CheckinThreads) -> None:
        self._checkins = checkins
        self._consents = consents
        self._threads = threads

    async def show(self, interaction: Interaction, overview: CheckinOverview) -> None:
        """Show the panel, after making the check-ins reach the member again where that can be done."""
        where = await self.restore(interaction, overview.cadence)
        overview = await self._checkins.get_overview(overview.cadence.cadence_id, interaction.user.id)
        guild_id, is_closed = overview.cadence.guild_id, overview.cadence.dms_closed
        channel = await self._threads.channel(interaction, guild_id) if is_closed else None
        now = interaction.client.services.clock.now()
        say, server = texts_for(interaction), await named_server(interaction, guild_id)
        offers_thread = channel is not None
        state = state_at(overview.cadence, now, is_outdated=overview.is_outdated)
        settings = await interaction.client.services.server_settings.get(guild_id)
        lines = [where.line_beside(state, say), checkins_paused_line(settings, say)]
        line = "\n".join(filter(None, lines))
        view = panels.status(overview, now, say, line, offers_thread=offers_thread, server=server)
        await send_panel(interaction, view)

    async def restore(self, interaction: Interaction, cadence: Cadence) -> Where:
        """Make a member's check-ins reach them again; if that cannot be done, stop sending them."""
        where = await restore(interaction, cadence)
        if where.reach in LOST:
            await self._checkins.outbox.note_unreachable(cadence.cadence_id)
        return where

    async def pause_everything(self, interaction: Interaction, days: int | None) -> datetime | None:
        """Pause check-ins and room notices everywhere; return until when, or None if there are none."""
        member_id = interaction.user.id
        checkins_end = await self._checkins.pause(member_id, days)
        return await interaction.client.services.notices.pause(member_id, days) or checkins_end

    async def resume_everything(self, interaction: Interaction) -> str:
        """Start check-ins and room notices again; return what to say, or nothing if there are none."""
        member_id, say = interaction.user.id, texts_for(interaction)
        before = await self._checkins.resume(member_id)
        has_notices = bool(await interaction.client.services.notices.resume(member_id))
        checkins = await self._after_resume(interaction, before) if before else ""
        return "\n".join(filter(None, [checkins, say("notices.resumed") if has_notices else ""]))

    async def _after_resume(self, interaction: Interaction, before: Sequence[Cadence]) -> str:
        """Return the text that says what resuming changed and where check-ins come.

        `before` are the check-ins as they were before.
        """
        say = texts_for(interaction)
        old = outdated(await self._consents.of_member(interaction.user.id))
        on_hold = {each.guild_id for each in old if each.purpose is Purpose.CHECKINS}
        resumed = [each for each in before if each.guild_id not in on_hold]
        if not resumed:
            return say("checkins.resumed_waits")
        places = [await self.restore(interaction, each) for each in resumed]
        coming = [each for each in places if each.reach not in LOST]
        is_tried = any(each.reach is Reach.DIRECT and each.cadence.dms_closed for each in coming)
        text = "checkins.resumed_tries" if is_tried else "checkins.resumed"
        lines = [each.line(say) for each in places]
        if len(places) > 1:
            lines = [await _of_server(interaction, each, say) for each in places]
        return "\n".join([say(text), *lines] if coming else lines)


async def _of_server(interaction: Interaction, where: Where, say: Say) -> Markup:
    client = interaction.client
    server = await client.server_name(
        where.cadence.guild_id, client.services.texts.to(interaction.locale.value)
    )
    return say("checkins.where.of_server", server=server, line=where.line(say))
