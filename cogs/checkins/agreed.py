"""The answer to a member who agreed to check-ins, unless they deleted them meanwhile."""

from discord import ui

from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.privacy.agreements import Agreement
from cogs.checkins import panels
from cogs.ui.panels import replace_panel, texts_for

_GONE = "refusals.checkins_gone"


async def answer_agreed(
    interaction: Interaction, agreement: Agreement, checkins: Checkins, view: ui.LayoutView
) -> None:
    """Show `view`, which says that check-ins are on, and replace it if they were deleted meanwhile.

    Raises RefusalError if they were deleted before.
    """
    if await _is_gone(agreement, checkins):
        raise RefusalError(_GONE)
    await replace_panel(interaction, view)
    if await _is_gone(agreement, checkins):  # while Discord took the answer
        await replace_panel(interaction, panels.line(texts_for(interaction)(_GONE)))


async def _is_gone(agreement: Agreement, checkins: Checkins) -> bool:
    found = await checkins.find(agreement.member_id, agreement.guild_id)
    return agreement.is_withdrawn or found is None
