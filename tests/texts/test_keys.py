"""Every key in the code exists, every text is used, and gets the values that it needs."""

import pytest

from bot.checkins.times import Window
from bot.texts.catalogue import load
from bot.texts.keys import by_key, placeholders, texts_of
from cogs.checkins.choices import DAYS, WINDOWS
from cogs.privacy.panels import PURPOSES_IN_ME
from tests.texts.scan import KEY_PATTERNS, keys_of, named, text_calls

EN = by_key(load("en"))


def test_key_patterns_in_code_are_listed() -> None:
    assert {each for each in named() if "{}" in each} == set(KEY_PATTERNS)


def test_the_listed_key_patterns_have_the_values_that_code_uses() -> None:
    assert KEY_PATTERNS["checkins.days.{}"] == list(DAYS)
    assert KEY_PATTERNS["checkins.window.{}"] == list(WINDOWS) == [each.name.lower() for each in Window]
    assert KEY_PATTERNS["me.{}.ask"] == list(PURPOSES_IN_ME)


def test_every_key_that_code_names_exists() -> None:
    plain = {key: where for key, where in named().items() if "{}" not in key}
    assert {key: where for key, where in plain.items() if key not in EN} == {}
    assert len(plain) > 100  # the search itself finds them


@pytest.mark.parametrize("pattern", sorted(KEY_PATTERNS))
def test_every_key_of_a_pattern_exists(pattern: str) -> None:
    assert [key for key in keys_of(pattern) if key not in EN] == []


def test_every_text_is_used() -> None:
    used = {key for key in named() if "{}" not in key}
    used |= {key for pattern in KEY_PATTERNS for key in keys_of(pattern)}
    assert sorted(set(EN) - used) == []


def test_every_text_gets_the_values_it_asks_for() -> None:
    wrong = []
    calls = list(text_calls())
    for call in calls:
        for key in call.keys:
            asked = set().union(*map(placeholders, texts_of(EN.get(key, ""))))
            if call.values is not None and not asked <= call.values:
                wrong.append(f"{call.where} {key}: no {sorted(asked - call.values)}")
    assert wrong == []
    assert len(calls) > 80


def test_a_plural_is_given_its_count() -> None:
    plurals = {key for key, value in EN.items() if isinstance(value, dict)}
    uncounted = [
        call.where
        for call in text_calls()
        if plurals & set(call.keys) and call.values is not None and "count" not in call.values
    ]
    assert plurals
    assert uncounted == []
