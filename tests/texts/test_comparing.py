"""Every catalogue is complete and right beside the English one, and the comparison finds what is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.texts import comparing
from bot.texts.catalogue import load, locales
from bot.texts.comparing import Problem, accept, ahead, changed, findings, fits, is_ahead, seen, waits
from bot.texts.keys import by_key

Tables = dict[str, Any]
ENGLISH: Tables = {
    "a": {"button": {"go": "Go"}, "b": "Use /sit in {room}."},
    "seats": {"one": "One seat", "other": "{count} seats"},
    "commands": {"sit": {"name": "sit", "description": "Sit"}},
}
SPANISH: Tables = {
    "a": {"button": {"go": "Ir"}, "b": "Usa /sit en {room}."},
    "seats": {"one": "Un asiento", "other": "{count} asientos"},
    "commands": {"sit": {"name": "sentarse", "description": "Sentarse"}},
}


@pytest.fixture
def english() -> Tables:
    """Return the English catalogue, for a test to change."""
    return copy(ENGLISH)


@pytest.fixture
def es(english: Tables, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Tables]:
    """Return a Spanish catalogue that fits the English one, for a test to change."""
    catalogues = {"en": english, "es": copy(SPANISH)}
    monkeypatch.setattr(comparing, "load", catalogues.__getitem__)
    (tmp_path / "seen").mkdir()
    limits = comparing.limits()
    monkeypatch.setattr(comparing, "limits", lambda: limits)
    monkeypatch.setattr(comparing, "_FOLDER", tmp_path)
    comparing._commands.cache_clear()  # noqa: SLF001 - those of another catalogue
    yield catalogues["es"]
    comparing._commands.cache_clear()  # noqa: SLF001 - as above


def copy(tables: Tables) -> Tables:
    """Return a copy of nested tables."""
    return {key: copy(each) if isinstance(each, dict) else each for key, each in tables.items()}


def found(locale: str = "es") -> list[tuple[str, Problem]]:
    """Return what is found in a catalogue."""
    return [(each.key, each.problem) for each in findings(locale)]


@pytest.mark.parametrize("locale", locales())
def test_every_catalogue_is_complete_and_right(locale: str) -> None:
    assert [str(each) for each in findings(locale) if not waits(each)] == []


def test_english_is_marked_as_ahead_only_where_a_language_is_behind() -> None:
    behind = {each.key for locale in locales() for each in findings(locale) if waits(each)}
    assert [each for each in ahead() if not any(fits(key, each) for key in behind)] == []


@pytest.mark.parametrize("locale", [each for each in locales() if each != "en"])
def test_someone_accepted_every_text_of_every_language(locale: str) -> None:
    assert set(seen(locale)) == set(by_key(load(locale))), f"alongside texts check --accept {locale}"


def test_nothing_is_found_in_a_catalogue_that_fits(es: Tables) -> None:
    assert es
    assert found() == []


def test_missing_and_unknown_texts_are_found(es: Tables) -> None:
    del es["a"]["button"]
    es["a"]["c"] = "x"
    assert found() == [("a.button.go", Problem.MISSING), ("a.c", Problem.UNKNOWN)]


@pytest.mark.parametrize(
    ("table", "value", "problem"),
    [
        ("a", {"button": {"go": "Ir"}, "b": "Usa /sit."}, Problem.PLACEHOLDERS),
        ("a", {"button": {"go": "Ir"}, "b": "Usa /sit en {sala}."}, Problem.PLACEHOLDERS),
        ("a", {"button": {"go": "Ir"}, "b": "Usa /sentarse en {room}."}, Problem.COMMANDS),
        ("a", {"button": {"go": "Ir" * 18}, "b": "Usa /sit en {room}."}, Problem.LENGTH),
        ("seats", "{count} asientos", Problem.KIND),
        ("seats", {"other": "{count} asientos"}, Problem.FORMS),
        ("seats", {"one": "Un asiento", "many": "", "other": "{count}"}, Problem.FORMS),
        ("seats", {"one": "Un asiento", "other": "Varios asientos"}, Problem.COUNT),
        ("commands", {"sit": {"name": "Sentarse", "description": "x"}}, Problem.NAME),
        ("commands", {"sit": {"name": "sentarse aqui", "description": "x"}}, Problem.NAME),
        ("commands", {"sit": {"name": "s" * 33, "description": "x"}}, Problem.LENGTH),
        ("commands", {"sit": {"name": "sentarse", "description": "x" * 101}}, Problem.LENGTH),
    ],
)
def test_a_text_that_does_not_fit_the_english_one_is_found(
    es: Tables, table: str, value: object, problem: Problem
) -> None:
    es[table] = value
    assert {each for _, each in found()} == {problem}


def test_a_text_whose_english_changed_is_found_until_someone_accepts_it(
    es: Tables, english: Tables
) -> None:
    assert seen("es") == {}
    assert changed("es") == []
    assert accept("es") == 5
    assert accept("es") == 0
    english["seats"]["one"] = "1 seat"
    assert found() == [("seats", Problem.CHANGED)]
    assert accept("es") == 1
    assert found() == []
    assert es["seats"]["one"] == "Un asiento"


def test_marks_are_keys_or_whole_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "ahead", lambda: ("a.b", "c.*"))
    assert [is_ahead(key) for key in ("a.b", "a.bc", "c.d.e", "c")] == [True, False, True, False]


def test_a_mark_excuses_only_what_is_missing_or_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "ahead", lambda: ("*",))
    every = [comparing.Finding("a", problem) for problem in Problem]
    assert {each.problem for each in every if waits(each)} == {Problem.MISSING, Problem.CHANGED}


def test_every_entry_of_the_english_catalogue_is_a_text_a_plural_or_a_list() -> None:
    assert {type(each) for each in by_key(load("en")).values()} == {str, dict, list}
