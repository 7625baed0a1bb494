"""The catalogue: texts by key and locale. What members typed is escaped before it is put into a text.

Each locale has a TOML file (`en.toml`) of nested tables; a key is the path to a string, for example
`rooms.card.quiet`. A table of plural categories (in English `one` and `other`) is a plural, chosen by the
value `count` and the language's rule. A list holds alternatives, of which `say_one_of` picks one.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, TypeAlias, cast

from bot.texts.command_names import CommandNames, without_mentions
from bot.texts.dates import date_with_day, is_known
from bot.texts.plurals import plural_rule

_DIRECTORY = Path(__file__).parent
_LOCALES_KEPT = 100  # Discord has a third of that
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # as Discord writes them
# What is markup anywhere in a line; and, at its beginning, what makes a list, a heading or a quotation.
_MARKUP = re.compile(r"[\\*_~`|\[\]()<:]|^[ \t]*(?:[-#>]|\d+\.)", re.MULTILINE)
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"  # FSI and PDI
_RIGHT_TO_LEFT = {"R", "AL", "AN"}


class Markup(str):
    """Text that the bot wrote: markup in it, such as a mention, is not escaped."""

    __slots__ = ()


class _Timestamp:
    """A time that formats itself as Discord's timestamp: each reader's client shows it in local time."""

    def __init__(self, moment: datetime) -> None:
        self._unix = int(moment.timestamp())

    def __format__(self, style: str) -> str:
        return f"<t:{self._unix}:{style or 'f'}>"


Value: TypeAlias = str | int | datetime | date


def escape(text: str) -> Markup:
    """Return `text` escaped, so that Discord shows each character: no markup, no mention.

    A text with letters that are written from right to left is isolated: the text around it keeps its
    direction.
    """
    harmless = _MARKUP.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text).replace("@", "@\u200b")
    return Markup(f"{_ISOLATE}{harmless}{_END_OF_ISOLATE}" if _has_right_to_left(text) else harmless)


def unescape(escaped: str) -> str:
    """Return what `escape` was given, of which Discord may have sent the result back."""
    text = re.sub(r"\\(.)", r"\1", escaped).replace("@\u200b", "@")
    return text.removeprefix(_ISOLATE).removesuffix(_END_OF_ISOLATE) if _has_right_to_left(text) else text


def _has_right_to_left(text: str) -> bool:
    """Return whether a text has letters that are written from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)


def plain(text: str) -> str:
    """Return a text as people see it, for places where Discord shows no markup, such as a button's label.

    What is not `Markup` stays as it is.
    """
    return re.sub(r"\\(.)", r"\1", without_mentions(text)) if isinstance(text, Markup) else text


def _shown(value: Value, region: Callable[[], str]) -> object:
    if isinstance(value, datetime):
        return _Timestamp(value)
    if isinstance(value, date):
        return date_with_day(value, region())
    if isinstance(value, str) and not isinstance(value, Markup):
        return escape(value)
    return value


@cache
def load(locale: str) -> dict[str, Any]:
    """Return the catalogue of `locale` as nested tables; an empty one if the locale has none."""
    path = _DIRECTORY / f"{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def locales() -> list[str]:
    """Return the locales that have a catalogue."""
    return sorted(path.stem for path in _DIRECTORY.glob("*.toml"))


class Texts:
    """Texts in a member's language; if that has none, in the deployment's, else in English."""

    def __init__(self, default_locale: str = "en") -> None:
        self._default = default_locale
        self._command_ids: Mapping[str, int] = {}
        self._linked: dict[tuple[str, str], str] = {}  # texts with mentions, by language and text
        self._kept_nearest = lru_cache(_LOCALES_KEPT)(self._find_nearest)

    @cached_property
    def _commands(self) -> CommandNames:
        return CommandNames(load("en").get("commands", {}))

    def mention_commands(self, ids: Mapping[str, int]) -> None:
        """From now on, say the names of these commands as mentions; `ids` are Discord's, by name."""
        self._command_ids = ids
        self._linked.clear()

    def say(self, key: str, locale: str | None = None, /, **values: Value) -> Markup:
        """Return the text of a key (`rooms.card.quiet`), filled with `values`.

        Strings in `values` are escaped unless they are `Markup`; datetimes become Discord timestamps, whose
        style can be given: `{closes:R}`; dates are written out. Commands become mentions.

        Raises KeyError for a key that no catalogue has.
        """
        return self._say(key, locale, values, self._link)

    def say_plainly(self, key: str, locale: str | None = None, /, **values: Value) -> str:
        """Return the text of a key as `say` does, for a file: without markup and mentions."""
        return plain(self._say(key, locale, values, self._name_commands))

    def _say(
        self, key: str, locale: str | None, values: Mapping[str, Value], link: Callable[[str, str], str]
    ) -> Markup:
        text, language = self._find(key, locale)
        if isinstance(text, dict):
            category = plural_rule(language)(cast("int", values["count"]))
            text = text.get(category) or text["other"]
        if "/" in text:
            text = link(language, text)
        region = partial(self.region_of, locale)  # asked for dates alone: it loads Babel
        return Markup(str(text).format(**{name: _shown(value, region) for name, value in values.items()}))

    def _link(self, language: str, text: str) -> str:
        found = self._linked.get((language, text))
        if found is None:
            found = self._linked[language, text] = self._name_commands(language, text, self._command_ids)
        return found

    def _name_commands(self, language: str, text: str, ids: Mapping[str, int] | None = None) -> str:
        return self._commands.named(text, load(language).get("commands", {}), ids or {})

    def say_one_of(self, key: str, index: int, locale: str | None = None, /) -> Markup:
        """Return one text of a list, the same for the same `index` (any integer)."""
        choices, _ = self._find(key, locale)
        return Markup(choices[index % len(choices)])

    def keys(self, family: str) -> list[str]:
        """Return the last parts of the English keys that match a pattern such as `checkins.prompts.{}`."""
        return list(self._find(family.removesuffix(".{}"), "en")[0])

    def to(self, locale: str | None) -> "Say":
        """Return the catalogue in a reader's language."""
        return Say(self, locale)

    def locale_of(self, locale: str | None) -> str:
        """Return the locale of the catalogue that is used for a reader of `locale`."""
        return self._nearest(locale)[0]

    def reader(self, locale: str | None) -> str:
        """Return a reader's locale as Discord sends it, or the deployment's for anything but a locale."""
        wanted = str(locale or "")
        return wanted if _LOCALE.fullmatch(wanted) else self._default

    def region_of(self, locale: str | None) -> str:
        """Return the locale in which dates are written: the reader's, if the catalogue has its language."""
        used, wanted = self.locale_of(locale), str(locale or "")
        is_same = wanted.partition("-")[0] == used.partition("-")[0]
        return wanted if is_same and is_known(wanted) else used

    def _nearest(self, locale: str | None) -> tuple[str, ...]:
        """Return the locales of the catalogues in which to look for a text.

        What the reader's language lacks is in English, not in a third one. A locale from Discord can be
        anything, even no text.
        """
        return self._kept_nearest(locale if isinstance(locale, str) else None)

    def _find_nearest(self, locale: str | None) -> tuple[str, ...]:
        wanted = self.reader(locale)
        found = [name for name in (wanted, wanted.partition("-")[0]) if load(name)]
        return tuple(name for name in dict.fromkeys((*(found or [self._default]), "en")) if load(name))

    def _find(self, key: str, locale: str | None) -> tuple[Any, str]:
        """Return what a key has (a text, a plural or a list), and the locale of its catalogue."""
        for name in self._nearest(locale):
            found = _entry(name, key)
            if found is not None:
                return found, name
        raise KeyError(key)


@cache
def _entry(locale: str, key: str) -> Any:  # noqa: ANN401 - TOML: a text, a plural, a list or nothing
    found: Any = load(locale)
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


class Say:
    """The catalogue in one reader's language: `say("rooms.card.quiet", until=moment)`."""

    def __init__(self, texts: Texts, locale: str | None) -> None:
        self._texts = texts
        self._locale = locale

    @property
    def language(self) -> str:
        """The locale of the catalogue that is used for this reader."""
        return self._texts.locale_of(self._locale)

    @property
    def region(self) -> str:
        """The locale in which this reader's dates are written."""
        return self._texts.region_of(self._locale)

    def __call__(self, key: str, /, **values: Value) -> Markup:
        """See `Texts.say`."""
        return self._texts.say(key, self._locale, **values)

    def language_name(self, locale: str) -> str:
        """Return the name, in itself, of the language in which a reader of `locale` is answered."""
        return self._texts.say("language.name", locale)

    def one_of(self, key: str, index: int) -> Markup:
        """See `Texts.say_one_of`."""
        return self._texts.say_one_of(key, index, self._locale)

    def keys(self, family: str) -> list[str]:
        """See `Texts.keys`."""
        return self._texts.keys(family)
