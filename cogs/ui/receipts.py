"""The receipts of consents that were given or turned off. In direct messages a receipt names its server."""

from discord import ui

from bot.gateway.client import Interaction
from bot.privacy.consent.model import Purpose, TurnedOff
from bot.privacy.consent.receipt import Receipt
from bot.texts.catalogue import Markup, Say
from cogs.ui.links import GIVE_RECEIPT, TURN_OFF_CONSENT
from cogs.ui.panels import Component, button, panel, texts_for


def given(interaction: Interaction, receipt: Receipt, *before: str) -> ui.LayoutView:
    """Return the receipt of a consent with a button to turn it off, after the lines `before`."""
    say = texts_for(interaction)
    name = _name(interaction, receipt.guild_id, receipt.purpose)
    text = say("consent.given", purpose=name, at=receipt.given_at, version=receipt.version)
    turn_off = button(say("consent.button.withdraw"), TURN_OFF_CONSENT(receipt.guild_id, receipt.purpose))
    return panel([*before, text], [[turn_off, _file(receipt, say)]])


def turned_off(interaction: Interaction, guild_id: int, done: TurnedOff, *before: str) -> ui.LayoutView:
    """Return the receipt of a consent that was turned off. It is saved nowhere: the consent is deleted."""
    say, name = texts_for(interaction), _name(interaction, guild_id, done.purpose)
    if done.consent is None:
        return panel([*before, say("consent.is_off", purpose=name)])
    receipt = Receipt.of(done.consent, done.at)
    text = say("consent.ended", purpose=name, at=done.at, given=receipt.given_at, version=receipt.version)
    return panel([*before, text], [[_file(receipt, say)]])


def _name(interaction: Interaction, guild_id: int, purpose: Purpose) -> Markup:
    say = texts_for(interaction)
    name = say(f"consent.name.{purpose}")
    if interaction.guild_id is not None:
        return name
    return say("consent.in_server", purpose=name, server=interaction.client.server_name(guild_id, say))


def _file(receipt: Receipt, say: Say) -> Component:
    return button(say("consent.button.file"), GIVE_RECEIPT.of(receipt))
