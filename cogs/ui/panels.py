"""Panels: all that the bot shows, texts first, then rows of durable components.

Each message and each edit gets a new panel, made of durable components only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.gateway.client import Interaction
from bot.texts.catalogue import Say
from cogs.ui.components import Durable
from cogs.ui.pictures import Picture, files, gallery

_BUTTONS_A_ROW = 5
_LONGEST = 3900  # characters of all texts of a message, of which Discord takes 4,000
UNKNOWN_MESSAGE = 10008
ACCENT = discord.Colour(0x7A9E9F)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of which a panel shows as many as fit; `rest` follows where some were left out."""

    lines: Sequence[str]
    rest: str = ""

    def __bool__(self) -> bool:
        """Return whether there are any lines."""
        return bool(self.lines)

    def within(self, longest: int) -> str:
        """Return the text, of at most `longest` characters."""
        whole = "\n".join(self.lines)
        if len(whole) <= longest:
            return whole
        left, shown = longest - len(self.rest), list[str]()
        for line in self.lines:
            left -= len(line) + 1
            if left < 0:
                break
            shown.append(line)
        return "\n".join(filter(None, [*shown, self.rest]))


def panel(
    texts: Iterable[str | Picture | Lines],
    rows: Sequence[Sequence[Durable]] = (),
    *,
    framed: bool = False,
) -> ui.LayoutView:
    """Return a panel of texts (empty ones are left out) and rows; `framed` ones are public cards.

    The files of pictures among the texts have to be sent with the panel.
    """
    parts = [part for part in texts if part]
    left = _LONGEST - sum(len(part) for part in parts if isinstance(part, str))
    blocks: list[ui.Item[Any]] = []
    for part in parts:
        if isinstance(part, Picture):
            blocks.append(gallery(part))
        elif isinstance(part, Lines):
            text = part.within(left)
            left -= len(text)
            blocks.append(ui.TextDisplay(text))
        else:
            blocks.append(ui.TextDisplay(part))
    for row in rows:
        starts = range(0, len(row), _BUTTONS_A_ROW)
        blocks.extend(ui.ActionRow(*row[start : start + _BUTTONS_A_ROW]) for start in starts)
    view = ui.LayoutView(timeout=None)
    if framed:
        view.add_item(ui.Container(*blocks, accent_colour=ACCENT))
    else:
        for block in blocks:
            view.add_item(block)
    view.stop()  # otherwise discord.py keeps every private view for fifteen minutes, with a task each
    return view


def texts_for(interaction: Interaction) -> Say:
    """Return the catalogue in the member's language."""
    return interaction.client.services.texts.to(interaction.locale.value)


async def send_panel(
    interaction: Interaction, view: ui.LayoutView, pictures: Iterable[Picture] = ()
) -> None:
    """Send a private panel with its pictures, as the first response or as a follow-up."""
    if interaction.response.is_done():
        await interaction.followup.send(view=view, files=files(pictures), ephemeral=True)
    else:
        await interaction.response.send_message(view=view, files=files(pictures), ephemeral=True)


async def replace_panel(interaction: Interaction, view: ui.LayoutView) -> None:
    """Replace the panel that was tapped, and its pictures, by `view`.

    Where that panel was deleted meanwhile, `view` is sent as a new one.
    """
    try:
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view, attachments=[])
        else:
            await interaction.response.edit_message(view=view, attachments=[])
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        await send_panel(interaction, view)
