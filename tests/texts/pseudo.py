"""A language made from English for tests: every letter has an accent, and every text is 40 % longer.

A word without an accent in an answer bypassed the catalogue. A text that does not fit would be too long in
other languages as well.
"""

import re
from typing import Any

from bot.texts.catalogue import load
from bot.texts.command_names import CommandNames
from bot.texts.comparing import kind_of, longest

LONGER = 0.4

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "áƀćđéƒǵĥíĵķĺɱńóƥɋŕśŧúṽŵẋýźÁɃĆĐÉƑǴĤÍĴĶĹḾŃÓƤɊŔŚŦÚṼŴẊÝŹ"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
_FIELDS = re.compile(r"\{[^}]*\}")


def pseudo(text: str, most: int | None = None) -> str:
    """Return a text in the language, of at most `most` characters; placeholders and commands stay."""
    names = CommandNames(load("en")["commands"])
    kept = [*_FIELDS.findall(text), *(f"/{name}" for name in names.in_text(text))]
    parts = re.split("|".join(map(re.escape, kept)), text) if kept else [text]
    found = re.findall("|".join(map(re.escape, kept)), text) if kept else []
    accented = [part.translate(_ACCENTS) for part in parts]
    whole = "".join(part + field for part, field in zip(accented, [*found, ""], strict=True))
    longer = round(sum(map(len, parts)) * LONGER)
    return whole + "·" * (longer if most is None else min(longer, most - len(whole)))


def pseudo_catalogue() -> dict[str, Any]:
    """Return the whole English catalogue in the language, with the English names of commands."""
    english = load("en")
    names = {name: english[name] for name in ("commands", "command_options")}
    return {name: _translated(each, name) for name, each in english.items()} | names


def _translated(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _translated(each, f"{key}.{name}") for name, each in value.items()}
    if isinstance(value, list):
        return [pseudo(each) for each in value]
    return pseudo(value, longest(key) if kind_of(key) == "hint" else None)  # English is near that limit
