"""The receipts of consents that were given or turned off. In direct messages a receipt names its server."""

from discord import ui

from bot.gateway.client import Interaction
from bot.privacy.consent.model import Purpose, TurnedOff
from bot.privacy.consent.receipt import Receipt
from bot.texts.catalogue import Markup
from cogs.ui.links import GIVE_RECEIPT, TURN_OFF_CONSENT
from cogs.ui.panels import Component, button, panel, texts_for


async def given(interaction: Interaction, receipt: Receipt, *before: str) -> ui.LayoutView:
    """Return the receipt of a consent with a button to turn it off, after the lines `before`."""
    say = texts_for(interaction)
    turn_off = button(say("consent.button.withdraw"), TURN_OFF_CONSENT(receipt.guild_id, receipt.purpose))
    buttons = [turn_off, file_button(interaction, receipt)]
    return panel([*before, await given_text(interaction, receipt)], [buttons])


async def given_text(interaction: Interaction, receipt: Receipt) -> str:
    """Return the receipt of a consent in words."""
    name = await _name(interaction, receipt.guild_id, receipt.purpose)
    return texts_for(interaction)(
        "consent.given", purpose=name, at=receipt.given_at, version=receipt.version
    )


async def turned_off(
    interaction: Interaction, guild_id: int, done: TurnedOff, *before: str
) -> ui.LayoutView:
    """Return the receipt of a consent that was turned off. It is saved nowhere: the consent is deleted."""
    text, buttons = await ended(interaction, guild_id, done)
    return panel([*before, text], [buttons] if buttons else [])


async def ended(interaction: Interaction, guild_id: int, done: TurnedOff) -> tuple[str, list[Component]]:
    """Return the receipt of a consent that was turned off, in words, and its button, if there is one."""
    say, name = texts_for(interaction), await _name(interaction, guild_id, done.purpose)
    if done.consent is None:
        return say("consent.is_off", purpose=name), []
    receipt = Receipt.of(done.consent, done.at)
    text = say("consent.ended", purpose=name, at=done.at, given=receipt.given_at, version=receipt.version)
    return text, [file_button(interaction, receipt)]


async def _name(interaction: Interaction, guild_id: int, purpose: Purpose) -> Markup:
    say = texts_for(interaction)
    name = say(f"consent.name.{purpose}")
    if interaction.guild_id is not None:
        return name
    return say(
        "consent.in_server", purpose=name, server=await interaction.client.server_name(guild_id, say)
    )


def file_button(interaction: Interaction, receipt: Receipt) -> Component:
    """Return the button that gives a receipt as a file."""
    say = texts_for(interaction)
    return button(say("consent.button.file"), GIVE_RECEIPT.of(receipt))
