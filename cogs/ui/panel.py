"""Panels: everything that the bot shows is one, text first, then rows of durable components.

A panel is made anew for each message and each edit, and holds durable components alone.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.client import Interaction
from bot.texts.catalogue import Say
from cogs.ui.durable import Durable
from cogs.ui.picture import Picture, files, gallery

_BUTTONS_A_ROW = 5
_LONGEST_LIST = 3200  # of Discord's 4,000 characters a message, for all its texts
UNKNOWN_MESSAGE = 10008
ACCENT = discord.Colour(0x7A9E9F)


def panel(
    texts: Iterable[str | Picture], rows: Sequence[Sequence[Durable]] = (), *, framed: bool = False
) -> ui.LayoutView:
    """Return a panel of texts (empty ones are left out) and rows; `framed` ones are public cards.

    A picture may stand among the texts; whoever sends the panel sends its file too.
    """
    blocks: list[ui.Item[Any]] = [
        gallery(text) if isinstance(text, Picture) else ui.TextDisplay(text) for text in texts if text
    ]
    for row in rows:
        starts = range(0, len(row), _BUTTONS_A_ROW)
        blocks.extend(ui.ActionRow(*row[start : start + _BUTTONS_A_ROW]) for start in starts)
    view = ui.LayoutView(timeout=None)
    if framed:
        view.add_item(ui.Container(*blocks, accent_colour=ACCENT))
    else:
        for block in blocks:
            view.add_item(block)
    view.stop()  # discord.py keeps every private view for fifteen minutes otherwise, with a task each
    return view


def as_many_as_fit(lines: Sequence[str], rest: str) -> str:
    """Return the lines, or as many as fit in a message beside a title and a hint, and then `rest`."""
    if sum(len(line) + 1 for line in lines) <= _LONGEST_LIST:
        return "\n".join(lines)
    shown: list[str] = []
    for line in lines:
        if sum(len(each) + 1 for each in shown) + len(line) + len(rest) > _LONGEST_LIST:
            break
        shown.append(line)
    return "\n".join([*shown, rest])


def speaker(interaction: Interaction) -> Say:
    """Return the catalogue in the member's language."""
    return interaction.client.services.texts.to(interaction.locale.value)


async def tell(interaction: Interaction, view: ui.LayoutView, pictures: Iterable[Picture] = ()) -> None:
    """Show `view`, with the pictures in it, to the member alone, as the first answer or after it."""
    if interaction.response.is_done():
        await interaction.followup.send(view=view, files=files(pictures), ephemeral=True)
    else:
        await interaction.response.send_message(view=view, files=files(pictures), ephemeral=True)


async def turn_into(interaction: Interaction, view: ui.LayoutView) -> None:
    """Let the panel that was tapped become `view`, in place; a picture that it had goes with it.

    Where that panel was taken away meanwhile, the member is shown `view` all the same.
    """
    try:
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view, attachments=[])
        else:
            await interaction.response.edit_message(view=view, attachments=[])
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        await tell(interaction, view)
