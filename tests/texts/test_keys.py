"""Every key in the code exists, every text is used, and gets the values that it needs."""

from collections import Counter

import pytest

from bot.checkins.times import Window
from bot.texts.catalogue import load, locales
from bot.texts.plurals import plural_rule
from cogs.checkins.choices import DAYS, WINDOWS
from cogs.privacy.panels import PURPOSES_IN_ME
from tests.texts.scan import KEY_PATTERNS, by_key, forms, keys_of, named, placeholders, text_calls

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
            asked = set().union(*map(placeholders, forms(EN.get(key, ""))))
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


@pytest.mark.parametrize("locale", locales())
def test_every_catalogue_has_the_texts_of_the_english_one(locale: str) -> None:
    catalogue = by_key(load(locale))
    assert sorted(set(EN) - set(catalogue)) == []
    assert sorted(set(catalogue) - set(EN)) == []
    assert [key for key in EN if type(catalogue[key]) is not type(EN[key])] == []


@pytest.mark.parametrize("locale", locales())
def test_every_text_shows_the_same_values_as_the_english_one(locale: str) -> None:
    for key, value in by_key(load(locale)).items():
        asked = set().union(*map(placeholders, forms(EN[key])))
        for text in forms(value):
            assert placeholders(text) | {"count"} == asked | {"count"}, f"{key}: {text}"
            assert placeholders(text) <= asked, f"{key}: {text}"


@pytest.mark.parametrize("locale", locales())
def test_a_form_of_several_numbers_says_which_it_is(locale: str) -> None:
    rule = plural_rule(locale)
    numbers = Counter(rule(count) for count in range(1, 200))
    for key, value in by_key(load(locale)).items():
        is_counted = isinstance(EN[key], dict) and "count" in placeholders(EN[key]["other"])
        for form, text in value.items() if is_counted else ():
            assert numbers[form] == 1 or "count" in placeholders(text), f"{key}.{form}: {text}"
