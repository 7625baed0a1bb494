"""A picture in a panel: its file, and its description for readers who do not see it."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

import discord
from discord import ui

LONGEST_ALT = 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with the file's `name`; `alt` describes it."""

    name: str
    content: bytes
    alt: str


def gallery(picture: Picture) -> "ui.MediaGallery[ui.LayoutView]":
    """Return the gallery that shows the picture in a panel."""
    return ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{picture.name}", description=picture.alt[:LONGEST_ALT])
    )


def files(pictures: Iterable[Picture]) -> list[discord.File]:
    """Return the files to send with a message that shows the pictures; each message needs new ones."""
    return [
        discord.File(io.BytesIO(each.content), each.name, description=each.alt[:LONGEST_ALT])
        for each in pictures
    ]
