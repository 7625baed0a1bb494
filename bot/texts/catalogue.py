"""The catalogue: texts by place and locale, with whatever members typed made harmless.

Texts are TOML files, one a locale (`en.toml`), nested tables of strings. A table with the keys `one`
and `other` is a plural, chosen by the value `count`. A list is a choice, picked by `say_one_of`.
"""

import re
import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

_DIRECTORY = Path(__file__).parent
# Anywhere; and, where a line begins, what makes a list, a heading or a quotation.
_MARKUP = re.compile(r"[\\*_~`|\[\]()<:]|^[ \t]*(?:[-#>]|\d+\.)", re.MULTILINE)


class Markup(str):
    """Text of our own making that may carry Discord's markup, such as a mention of a channel."""

    __slots__ = ()


class _Moment:
    """A moment that formats itself as Discord's timestamp, drawn by each reader's own client."""

    def __init__(self, moment: datetime) -> None:
        self._unix = int(moment.timestamp())

    def __format__(self, style: str) -> str:
        return f"<t:{self._unix}:{style or 'f'}>"


Value: TypeAlias = str | int | datetime


def escape(text: str) -> Markup:
    """Return `text` so that Discord shows it letter by letter: no markup, no mention."""
    harmless = _MARKUP.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)
    return Markup(harmless.replace("@", "@\u200b"))


def plain(text: Markup) -> str:
    """Return a text of the catalogue for where Discord shows no markup: the label of a choice."""
    return re.sub(r"\\(.)", r"\1", text)


def _shown(value: Value) -> object:
    if isinstance(value, datetime):
        return _Moment(value)
    if isinstance(value, str) and not isinstance(value, Markup):
        return escape(value)
    return value


@cache
def load(locale: str) -> dict[str, Any]:
    """Return the catalogue of `locale` as nested tables, or an empty one where there is none."""
    path = _DIRECTORY / f"{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def locales() -> list[str]:
    """Return the locales that have a catalogue."""
    return sorted(path.stem for path in _DIRECTORY.glob("*.toml"))


class Texts:
    """Says things in a member's language, falling back to the deployment's, then to English."""

    def __init__(self, default_locale: str = "en") -> None:
        self._default = default_locale

    def say(self, place: str, locale: str | None = None, /, **values: Value) -> Markup:
        """Return the text at `place` (`rooms.card.quiet`), filled with `values`.

        Strings among the values are escaped unless they are `Markup`; moments become timestamps that
        take a style: `{closes:R}`. Raises KeyError for a place that no catalogue has.
        """
        text = self._find(place, locale)
        if isinstance(text, dict):
            text = text["one" if values.get("count") == 1 else "other"]
        return Markup(str(text).format(**{name: _shown(value) for name, value in values.items()}))

    def say_one_of(self, place: str, index: int, locale: str | None = None, /) -> Markup:
        """Return one text of the list at `place`, the same for the same `index` (any integer)."""
        choices = self._find(place, locale)
        return Markup(choices[index % len(choices)])

    def keys(self, family: str) -> list[str]:
        """Return what the blank of a family (`checkins.prompts.{}`) can be, in the complete catalogue."""
        return list(self._find(family.removesuffix(".{}"), "en"))

    def to(self, locale: str | None) -> "Say":
        """Return the catalogue as one reader hears it."""
        return Say(self, locale)

    def locale_of(self, locale: str | None) -> str:
        """Return the catalogue in which a reader of `locale` hears most texts."""
        return next(name for name in self._nearest(locale) if load(name))

    def _nearest(self, locale: str | None) -> tuple[str, ...]:
        return (locale or "", (locale or "").partition("-")[0], self._default, "en")

    def _find(self, place: str, locale: str | None) -> Any:  # noqa: ANN401 - TOML: a text, a plural or a list
        for name in self._nearest(locale):
            found: Any = load(name)
            for key in place.split("."):
                found = found.get(key) if isinstance(found, dict) else None
            if found is not None:
                return found
        raise KeyError(place)


class Say:
    """The catalogue in one reader's language: `say("rooms.card.quiet", until=moment)`."""

    def __init__(self, texts: Texts, locale: str | None) -> None:
        self._texts = texts
        self._locale = locale

    @property
    def language(self) -> str:
        """The catalogue in which this reader hears most texts."""
        return self._texts.locale_of(self._locale)

    def __call__(self, place: str, /, **values: Value) -> Markup:
        """See `Texts.say`."""
        return self._texts.say(place, self._locale, **values)

    def one_of(self, place: str, index: int) -> Markup:
        """See `Texts.say_one_of`."""
        return self._texts.say_one_of(place, index, self._locale)

    def keys(self, family: str) -> list[str]:
        """See `Texts.keys`."""
        return self._texts.keys(family)
