"""Taps on a private panel that are refused: the panel itself says why.

So no old reason stays below a panel that shows a success, and no panel keeps buttons that do nothing.
Below a panel that is out of date, a new one shows the present state.
"""

from contextlib import suppress

import discord
from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from cogs.ui.panels import LONGEST_PANEL, panel, replace_panel, texts_for
from cogs.ui.routes import Show

# What the panel is about has changed or is gone, so none of its buttons would work.
_STALE = {
    "refusals.session_closed",
    "refusals.session_closing",
    "refusals.no_seat",
    "refusals.checkins_gone",
    "refusals.notices_off",
    "refusals.consent_changed",
    "refusals.agreement_withdrawn",
    "refusals.receipt_gone",
}
_OTHER_VERSION = "refusals.button_old"
_REASON = 9100  # the id of the reason in the panel


async def show_refusal(interaction: Interaction, refusal: RefusalError, show: Show | None) -> bool:
    """Show in the private panel that was tapped why the tap was refused; return False if there is none.

    If the panel is out of date, the reason replaces it, and `show` sends a panel with the current state.
    Else the reason stands below the panel, until the next answer.
    """
    message = interaction.message
    if interaction.type is not discord.InteractionType.component or message is None:
        return False
    has_pictures = any(isinstance(each, discord.MediaGalleryComponent) for each in message.components)
    if not message.flags.ephemeral or has_pictures:  # an edit cannot send a picture again
        return False
    text = texts_for(interaction)(refusal.key, **refusal.values)
    view = panel([texts_for(interaction)("refusals.stale_panel") if refusal.key in _STALE else "", text])
    if refusal.key not in _STALE | {_OTHER_VERSION}:
        view = ui.LayoutView.from_message(message, timeout=None)
        for item in [each for each in view.children if each.id == _REASON]:
            view.remove_item(item)
        view.add_item(ui.TextDisplay(text, id=_REASON))
        view.stop()  # as in `panel`
        if view.content_length() > LONGEST_PANEL:
            return False
    interaction.client.services.metrics.note_refused(refusal.key)
    await replace_panel(interaction, view)
    if show is not None and refusal.key in _STALE:
        with suppress(RefusalError):  # then nothing can be shown, and the reason was given
            await show(interaction)
    return True
