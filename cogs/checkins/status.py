"""How a member's check-ins stand, wherever they look: by `/checkins`, or behind Change."""

from collections.abc import Sequence

from bot.checkins.personal.model import Cadence
from bot.checkins.personal.service import Checkins
from bot.gateway.client import Interaction
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import outdated
from bot.privacy.consents import Consents
from cogs.checkins import panels
from cogs.checkins.threads import Threads
from cogs.ui.panels import send_panel, texts_for


class Standing:
    """Shows the private panel of somebody who has check-ins."""

    def __init__(self, checkins: Checkins, consents: Consents, threads: Threads) -> None:
        self._checkins = checkins
        self._consents = consents
        self._threads = threads

    async def show(self, interaction: Interaction, cadence: Cadence) -> None:
        """Show where check-ins stand and what can be changed."""
        now = interaction.client.services.clock.now()
        who = (cadence.member_id, cadence.guild_id)
        channel = await self._threads.channel(interaction, cadence.guild_id) if cadence.dms_closed else None
        view = panels.standing(
            cadence,
            now,
            await self._checkins.next_at(cadence.cadence_id),
            texts_for(interaction),
            is_outdated=await self._consents.is_outdated(*who, Purpose.CHECKINS),
            offers_thread=channel is not None,
        )
        await send_panel(interaction, view)

    async def after_return(self, member_id: int, before: Sequence[Cadence]) -> str:
        """Return the place of the text that says what came of a return; `before` is where they stood."""
        if not before:
            return "checkins.nothing_to_resume"
        old = outdated(await self._consents.of_member(member_id))
        waiting = {each.guild_id for each in old if each.purpose is Purpose.CHECKINS}
        coming = [each for each in before if each.guild_id not in waiting]
        if not coming:
            return "checkins.resumed_waits"
        return "checkins.resumed_tries" if any(each.dms_closed for each in coming) else "checkins.resumed"
