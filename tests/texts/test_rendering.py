"""Every text of every language can be filled with real values, and long panels fit in a message."""

import string
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.texts.catalogue import Texts, Value, load, locales
from bot.texts.keys import by_key, is_plural, texts_of
from cogs.privacy import panels
from cogs.ui.panels import LONGEST_PANEL

AT = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
NAME = "Lesesaal \u05e9\u05d1\u05ea *1*"
COUNTS = (0, 1, 2, 5, 12, 22, 100)


def values(key: str, locale: str, count: int) -> dict[str, Value]:
    """Return a value for every placeholder of a key: a moment where a style is asked for, else a name."""
    found: dict[str, Value] = {}
    for text in texts_of(by_key(load(locale))[key]):
        for _, name, style, _ in string.Formatter().parse(text):
            if name is not None:
                found[name] = AT if style else NAME
    return found | {"count": count}


def rendered(locale: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a language, filled with values."""
    texts = Texts()
    texts.mention_commands(dict.fromkeys(load("en")["commands"], 17))
    for key, value in by_key(load(locale)).items():
        if isinstance(value, list):
            yield from ((key, texts.say_one_of(key, number, locale)) for number in range(len(value)))
            continue
        for count in COUNTS if is_plural(value) else COUNTS[:1]:
            yield key, texts.say(key, locale, **values(key, locale, count))


@pytest.mark.parametrize("locale", locales())
def test_every_text_is_whole_with_real_values(locale: str) -> None:
    found = list(rendered(locale))
    assert len(found) > 1000
    for key, text in found:
        assert text.strip(), key
        assert "{" not in text, f"{key}: {text}"
        assert "}" not in text, f"{key}: {text}"


@pytest.mark.parametrize("locale", locales())
def test_what_is_saved_fits_in_one_message(locale: str) -> None:
    view = panels.privacy("https://example.org/a-rather-long-address/privacy-policy", Texts().to(locale))
    assert view.content_length() <= LONGEST_PANEL
