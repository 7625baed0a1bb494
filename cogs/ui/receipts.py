"""What a yes and its end are answered with, wherever they are given: a receipt, the way back beside it."""

from discord import ui

from bot.consent.model import Withdrawn
from bot.consent.receipt import Receipt
from bot.texts.catalogue import Say
from cogs.ui.durable import Durable, button
from cogs.ui.panel import panel


def given(receipt: Receipt, say: Say, *before: str) -> ui.LayoutView:
    """Return the receipt of a yes, with the way to take it back, after lines of the feature's own."""
    name = say(f"consent.name.{receipt.purpose}")
    text = say("consent.given", purpose=name, at=receipt.given_at, version=receipt.version)
    withdraw = button(
        say("consent.button.withdraw"), "consent:withdraw", f"{receipt.guild_id}.{receipt.purpose}"
    )
    return panel([*before, text], [[withdraw, _file(receipt, say)]])


def withdrawn(done: Withdrawn, say: Say, *before: str) -> ui.LayoutView:
    """Return the receipt of a withdrawal. It stands nowhere else: what it tells of is deleted."""
    name = say(f"consent.name.{done.purpose}")
    if done.consent is None:
        return panel([*before, say("consent.withdrawn", purpose=name, at=done.at)])
    receipt = Receipt.of(done.consent, done.at)
    text = say("consent.ended", purpose=name, at=done.at, given=receipt.given_at, version=receipt.version)
    others = [say("consent.ended_too", purpose=say(f"consent.name.{each}")) for each in done.others]
    return panel([*before, text, *others], [[_file(receipt, say)]])


def _file(receipt: Receipt, say: Say) -> Durable:
    return button(say("consent.button.file"), "consent:receipt", receipt)
