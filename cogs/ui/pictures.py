"""A picture within a panel: its file, and the same in words for whoever does not see it."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

import discord
from discord import ui

LONGEST_ALT = 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG under the file's `name`. `alt` says what it shows."""

    name: str
    content: bytes
    alt: str


def gallery(picture: Picture) -> "ui.MediaGallery[ui.LayoutView]":
    """Return the place in a panel where the picture is shown."""
    return ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{picture.name}", description=picture.alt[:LONGEST_ALT])
    )


def files(pictures: Iterable[Picture]) -> list[discord.File]:
    """Return what goes along with a message that shows the pictures. Made anew for every message."""
    return [
        discord.File(io.BytesIO(each.content), each.name, description=each.alt[:LONGEST_ALT])
        for each in pictures
    ]
