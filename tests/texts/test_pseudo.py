"""Texts that are 40 % longer than in English still fit where Discord shows them."""

from fnmatch import fnmatchcase

import pytest

from bot.texts.catalogue import load
from bot.texts.comparing import limits
from bot.texts.keys import by_key, placeholders, texts_of
from tests.texts.pseudo import LONGER, pseudo

ENTRIES = by_key(load("en"))


def test_a_pseudo_text_keeps_placeholders_and_commands_and_accents_the_rest() -> None:
    assert pseudo("Use /quiet check in {room}.") == "Úśé /quiet check íń {room}.····"
    assert pseudo("Sit") == "Śíŧ·"


def test_every_pseudo_text_has_the_placeholders_of_the_english_one() -> None:
    for text in (text for value in ENTRIES.values() for text in texts_of(value)):
        assert placeholders(pseudo(text)) == placeholders(text)
        assert len(pseudo(text)) >= len(text)


@pytest.mark.parametrize(
    ("kind", "most"), [("button", 80), ("option", 100), ("title", 45), ("label", 45), ("placeholder", 150)]
)
def test_a_longer_language_fits_where_there_is_little_room(kind: str, most: int) -> None:
    assert LONGER > 0
    keys = [key for key in ENTRIES if any(fnmatchcase(key, pattern) for pattern in limits()[kind][1])]
    texts = [(key, pseudo(text)) for key in keys for text in texts_of(ENTRIES[key])]
    assert len(texts) > 5
    assert [f"{key}: {text}" for key, text in texts if len(text) > most] == []
