"""Every key that code says exists, every text is said somewhere, and gets what it asks for."""

import pytest

from bot.checkins.times import Window
from bot.texts.catalogue import load, locales
from cogs.checkins.choices import DAYS, WINDOWS
from cogs.privacy.panels import OFFERED
from tests.texts.scan import FAMILIES, blanks, by_key, forms, members, named, said

EN = by_key(load("en"))


def test_families_that_code_puts_together_are_listed() -> None:
    assert {each for each in named() if "{}" in each} == set(FAMILIES)


def test_the_listed_families_are_what_code_chooses_from() -> None:
    assert FAMILIES["checkins.days.{}"] == list(DAYS)
    assert FAMILIES["checkins.window.{}"] == list(WINDOWS) == [each.name.lower() for each in Window]
    assert FAMILIES["me.{}.ask"] == list(OFFERED)


def test_every_place_that_code_names_exists() -> None:
    plain = {key: where for key, where in named().items() if "{}" not in key}
    assert {key: where for key, where in plain.items() if key not in EN} == {}
    assert len(plain) > 100  # the search itself finds them


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_member_of_a_family_exists(family: str) -> None:
    assert [key for key in members(family) if key not in EN] == []


def test_every_text_is_said_somewhere() -> None:
    used = {key for key in named() if "{}" not in key}
    used |= {key for family in FAMILIES for key in members(family)}
    assert sorted(set(EN) - used) == []


def test_every_text_gets_the_values_it_asks_for() -> None:
    wrong = []
    calls = list(said())
    for call in calls:
        for key in call.keys:
            asked = set().union(*map(blanks, forms(EN.get(key, ""))))
            if call.values is not None and not asked <= call.values:
                wrong.append(f"{call.where} {key}: no {sorted(asked - call.values)}")
    assert wrong == []
    assert len(calls) > 80


def test_a_plural_is_given_its_count() -> None:
    plurals = {key for key, value in EN.items() if isinstance(value, dict)}
    uncounted = [
        call.where
        for call in said()
        if plurals & set(call.keys) and call.values is not None and "count" not in call.values
    ]
    assert plurals
    assert uncounted == []


@pytest.mark.parametrize("locale", locales())
def test_every_locale_has_places_that_english_has_and_asks_for_nothing_more(locale: str) -> None:
    catalogue = by_key(load(locale))
    assert sorted(set(catalogue) - set(EN)) == []
    for key, value in catalogue.items():
        asked = set().union(*map(blanks, forms(EN[key])))
        assert all(blanks(text) <= asked for text in forms(value)), key
