"""The private panel of a member who has check-ins, by `/checkins` or the button Change."""

from collections.abc import Sequence

from bot.checkins.personal.cadence import Cadence
from bot.checkins.personal.overview import CheckinOverview
from bot.gateway.client import Interaction
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import outdated
from bot.privacy.consents import Consents
from cogs.checkins import panels
from cogs.checkins.threads import CheckinThreads
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.servers import named_server


class CheckinStatus:
    """Shows whether check-ins come, and what can be changed."""

    def __init__(self, consents: Consents, threads: CheckinThreads) -> None:
        self._consents = consents
        self._threads = threads

    async def show(self, interaction: Interaction, overview: CheckinOverview) -> None:
        """Show the panel."""
        guild_id, is_closed = overview.cadence.guild_id, overview.cadence.dms_closed
        channel = await self._threads.channel(interaction, guild_id) if is_closed else None
        now = interaction.client.services.clock.now()
        say, server = texts_for(interaction), named_server(interaction, guild_id)
        view = panels.status(overview, now, say, offers_thread=channel is not None, server=server)
        await send_panel(interaction, view)

    async def after_resume(self, member_id: int, before: Sequence[Cadence]) -> str:
        """Return the key of the text that says what resuming changed; `before` are the check-ins before."""
        if not before:
            return "checkins.nothing_to_resume"
        old = outdated(await self._consents.of_member(member_id))
        on_hold = {each.guild_id for each in old if each.purpose is Purpose.CHECKINS}
        coming = [each for each in before if each.guild_id not in on_hold]
        if not coming:
            return "checkins.resumed_waits"
        return "checkins.resumed_tries" if any(each.dms_closed for each in coming) else "checkins.resumed"
