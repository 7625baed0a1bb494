"""Joins parts of a text with the signs of a reader's language: lists, sentences, named values."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.texts.catalogue import Markup, Say


@dataclass(frozen=True, slots=True)
class _Signs:
    comma: str = ", "
    stop: str = "."
    colon: str = ": "
    semicolon: str = "; "


_USUAL = _Signs()
_SIGNS = {
    "fr": _Signs(colon="\u00a0: ", semicolon="\u00a0; "),
    "ja": _Signs("、", "。", "：", "；"),  # noqa: RUF001 - full-width
}


def comma_separated(parts: Iterable[str], say: Say) -> Markup:
    """Return parts as a list, without a word before the last one."""
    return Markup(_signs(say).comma.join(parts))


def semicolon_separated(parts: Iterable[str], say: Say) -> Markup:
    """Return parts that may hold commas of their own as a list."""
    return Markup(_signs(say).semicolon.join(parts))


def sentence(parts: Iterable[str], say: Say) -> Markup:
    """Return parts as a list that ends like a sentence."""
    return Markup(comma_separated(parts, say) + _signs(say).stop)


def valued(name: str, value: str, say: Say) -> Markup:
    """Return a value with its name before it."""
    return Markup(f"{name}{_signs(say).colon}{value}")


def _signs(say: Say) -> _Signs:
    return _SIGNS.get(say.language, _USUAL)
