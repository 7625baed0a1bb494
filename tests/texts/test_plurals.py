"""Plurals: each language has the forms of the CLDR, and a number chooses the same one as with Babel."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel import Locale

from bot.texts.locales import DISCORD_LOCALES
from bot.texts.plural_rules import document
from bot.texts.plurals import CATEGORIES, compile_rule, plural_forms, plural_rule

_RULES = Path(__file__).parents[2] / "bot" / "texts" / "cldr" / "plurals.toml"
_LANGUAGES = sorted({each.partition("-")[0] for each in DISCORD_LOCALES})
_NUMBERS = [*range(1105), 10_000, 100_001, 999_999, 1_000_000, 1_000_002, 2_000_000, 2_000_005]


def test_the_rules_are_those_of_babel() -> None:
    assert _RULES.read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_number_has_the_category_that_the_cldr_gives_it(language: str) -> None:
    of_cldr = Locale.parse(language).plural_form
    rule = plural_rule(language)
    assert [number for number in _NUMBERS if rule(number) != of_cldr(number)] == []


@pytest.mark.parametrize(
    ("locale", "forms"),
    [
        ("en", ("one", "other")),
        ("de", ("one", "other")),
        ("es", ("one", "other")),
        ("es-419", ("one", "other")),
        ("fr", ("one", "other")),
        ("pt-BR", ("one", "other")),
        ("pl", ("one", "few", "many")),
        ("ja", ("other",)),
    ],
)
def test_a_languages_plurals_have_the_forms_of_its_whole_numbers(
    locale: str, forms: tuple[str, ...]
) -> None:
    assert plural_forms(locale) == forms
    assert set(forms) <= set(CATEGORIES)


@pytest.mark.parametrize("language", ["fr", "pt-BR"])
def test_none_is_counted_like_one_in_french_and_portuguese(language: str) -> None:
    assert [plural_rule(language)(count) for count in (0, 1, 2)] == ["one", "one", "other"]


def test_a_condition_that_is_not_written_like_the_cldrs_is_an_error() -> None:
    for condition in ("", "n = 1", "n in 1 and", "x in one"):
        with pytest.raises(ValueError, match="relation"):
            compile_rule({"one": condition})


def test_choosing_a_plural_does_not_load_babel() -> None:
    code = (
        "import sys; from bot.texts.catalogue import Texts\n"
        "Texts().say('rooms.card.arrivals', 'en-GB', count=2)\n"
        "assert not [name for name in sys.modules if name.startswith('babel')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
