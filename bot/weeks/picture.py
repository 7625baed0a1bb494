"""Draws weeks as a row of stones. The stones do not touch: an empty week breaks no streak.

The picture has its own background, so that it can be read in light and dark themes. It contains only
numbers: the texts are in the message, in each reader's language.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from bot.weeks.model import Column

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

_SCALE = 2  # drawn larger and then made smaller, for soft edges
_STEP, _HEIGHT, _EDGE = 60, 212, 18
_ABOVE, _BELOW, _LABEL = 54, 122, 180
_SMALLEST, _LARGEST = 20, 28
_NUMBER, _BENEATH = 24, 20  # large enough for a phone, where the picture is half as wide
_MARGIN = 6  # between two labels
PLATE, SAGE, SAND = "#2f3b3f", "#8fb3ad", "#d3c19c"
INK, FAINT = "#1d2629", "#c3cfcd"


def draw(columns: Sequence[Column]) -> bytes:
    """Return a PNG of the columns from left to right. Takes about ten milliseconds: call it in a thread."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - 4 MB, when the first picture is drawn

    width = _STEP * len(columns) + 2 * _EDGE
    image = Image.new("RGB", (width * _SCALE, _HEIGHT * _SCALE), PLATE)
    pen = ImageDraw.Draw(image)
    for index, column in enumerate(columns):
        middle = _EDGE + _STEP * index + _STEP // 2
        for stone, height, colour in ((column.above, _ABOVE, SAGE), (column.below, _BELOW, SAND)):
            if stone is not None:
                _stone(pen, (middle, height), stone, colour)
        _write(pen, (middle, _LABEL), column.label, _fitting(column.label), FAINT)
    smoothed = image.resize((width, _HEIGHT), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    smoothed.save(file, "PNG")
    return file.getvalue()


def _stone(pen: ImageDraw.ImageDraw, at: tuple[int, int], stone: tuple[str, float], colour: str) -> None:
    number, fullness = stone
    radius = (_SMALLEST + (_LARGEST - _SMALLEST) * fullness**0.5) * _SCALE
    x, y = at[0] * _SCALE, at[1] * _SCALE
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    _write(pen, at, number, _NUMBER * 3 // max(3, len(number)), INK)  # long numbers stay on their stone


def _fitting(label: str) -> int:
    """Return the size in which a label fits under its column."""
    needed = _font(_BENEATH).getlength(label)
    return min(_BENEATH, int(_BENEATH * (_STEP - _MARGIN) / max(1, needed)))


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: str) -> None:
    position = (at[0] * _SCALE, at[1] * _SCALE)
    pen.text(position, text, fill=colour, font=_font(size * _SCALE), anchor="mm")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that comes with Pillow, at a size."""
    from PIL import ImageFont  # noqa: PLC0415 - as above

    return ImageFont.load_default(size)
