"""The answer to a member who agreed to check-ins, unless they deleted them meanwhile."""

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.privacy.agreements import Agreement
from bot.privacy.consent.model import Consent
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from cogs.checkins import panels
from cogs.ui import receipts
from cogs.ui.panels import replace_panel, texts_for

_GONE = "refusals.checkins_gone"


async def answer_agreed(
    interaction: Interaction, agreement: Agreement, consents: Consents, text: str
) -> None:
    """Show `text`, which says that check-ins are on, with the receipt.

    If the member deletes their check-ins while the answer is being sent, it is replaced. Raises
    RefusalError if they deleted them before.
    """
    consent = await _find(agreement, consents)
    if consent is None:
        raise RefusalError(_GONE)
    await replace_panel(interaction, await receipts.given(interaction, Receipt.of(consent), text))
    if await _find(agreement, consents) is None:
        await replace_panel(interaction, panels.line(texts_for(interaction)(_GONE)))


async def _find(agreement: Agreement, consents: Consents) -> Consent | None:
    if agreement.is_withdrawn:
        return None
    return await consents.find(agreement.member_id, agreement.guild_id, agreement.purpose)
