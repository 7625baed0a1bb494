"""Every place that code says exists, every text is said somewhere, and gets what it asks for."""

import pytest

from bot.checkins.times import Window
from bot.texts.catalogue import load, locales
from cogs.checkins.choices import DAYS, WINDOWS
from cogs.privacy.panels import OFFERED
from tests.texts.scan import FAMILIES, blanks, forms, members, named, places, said

EN = places(load("en"))


def test_families_that_code_puts_together_are_listed() -> None:
    assert {each for each in named() if "{}" in each} == set(FAMILIES)


def test_the_listed_families_are_what_code_chooses_from() -> None:
    assert FAMILIES["checkins.days.{}"] == list(DAYS)
    assert FAMILIES["checkins.window.{}"] == list(WINDOWS) == [each.name.lower() for each in Window]
    assert FAMILIES["me.{}.ask"] == list(OFFERED)


def test_every_place_that_code_names_exists() -> None:
    plain = {place: where for place, where in named().items() if "{}" not in place}
    assert {place: where for place, where in plain.items() if place not in EN} == {}
    assert len(plain) > 100  # the search itself finds them


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_member_of_a_family_exists(family: str) -> None:
    assert [place for place in members(family) if place not in EN] == []


def test_every_text_is_said_somewhere() -> None:
    used = {place for place in named() if "{}" not in place}
    used |= {place for family in FAMILIES for place in members(family)}
    assert sorted(set(EN) - used) == []


def test_every_text_gets_the_values_it_asks_for() -> None:
    wrong = []
    calls = list(said())
    for call in calls:
        for place in call.places:
            asked = set().union(*map(blanks, forms(EN.get(place, ""))))
            if call.values is not None and not asked <= call.values:
                wrong.append(f"{call.where} {place}: no {sorted(asked - call.values)}")
    assert wrong == []
    assert len(calls) > 80


def test_a_plural_is_given_its_count() -> None:
    plurals = {place for place, value in EN.items() if isinstance(value, dict)}
    uncounted = [
        call.where
        for call in said()
        if plurals & set(call.places) and call.values is not None and "count" not in call.values
    ]
    assert plurals
    assert uncounted == []


@pytest.mark.parametrize("locale", locales())
def test_every_locale_has_places_that_english_has_and_asks_for_nothing_more(locale: str) -> None:
    catalogue = places(load(locale))
    assert sorted(set(catalogue) - set(EN)) == []
    for place, value in catalogue.items():
        asked = set().union(*map(blanks, forms(EN[place])))
        assert all(blanks(text) <= asked for text in forms(value)), place
