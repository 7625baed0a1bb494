"""Every text that a member can read keeps to the voice guide, and the check itself can fail."""

import tomllib
from pathlib import Path

import pytest

from tests.house import voice

CATALOGUES = sorted((Path(__file__).parents[2] / "bot" / "texts").glob("*.toml"))
NEVER = voice.never_lists()["en"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_keeps_to_the_voice_guide(path: Path) -> None:
    never = voice.never_lists().get(path.stem)
    assert never, f"docs/voice.md has no never-list for {path.stem}"
    catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [
        f"{place} {breach}: {text!r}"
        for place, text in voice.walk(catalogue)
        for breach in voice.breaches(text, never, place)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_plural_has_both_forms(path: Path) -> None:
    catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    assert list(voice.half_plurals(catalogue)) == []


def test_there_is_an_english_catalogue_with_texts_to_check() -> None:
    english = next(path for path in CATALOGUES if path.stem == "en")
    assert list(voice.walk(tomllib.loads(english.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("say", "avoid"), voice.say_and_not())
def test_the_guides_own_examples_are_told_apart(say: str, avoid: str) -> None:
    assert voice.breaches(say, NEVER) == []
    assert voice.breaches(avoid, NEVER) != []


@pytest.mark.parametrize("entry", NEVER)
def test_each_never_word_is_caught_in_any_case(entry: str) -> None:
    phrase = entry.replace("*", "s").capitalize()
    assert f"says {entry!r}" in voice.breaches(f"Well: {phrase}.", NEVER)


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("You have a seat!", "has an exclamation mark"),
        ("席をとりました！", "has an exclamation mark"),  # noqa: RUF001 - full-width
        ("You are LATE.", "says 'late'"),
        ("Don’t forget the room.", 'says "don\'t forget"'),  # noqa: RUF001 - as typed by people
        ("Two streaks.", "says 'streak*'"),
        ("Come\nback.", "says 'come back'"),
        ("One\nTwo\nThree\nFour", "has 4 lines, more than 3"),
        ("A line \nand one more.", "has a space at the end of a line"),
        ("A line. ", "has a space at the end of a line"),
        ("", "is empty"),
        ("🌿", "has an emoji in the place of words"),
        ("🌿 {name}", "has an emoji in the place of words"),
        ("Hello {name", "has a malformed blank: expected '}' before end of string"),
        ("Hello {}", "has a blank that is more than a name: ''"),
        ("Hello {name.first}", "has a blank that is more than a name: 'name.first'"),
        ("Hello {name!r}", "has a blank that is more than a name: 'name'"),
        ("Closes {closes_at:>9}", "has a blank that is more than a name: 'closes_at'"),
    ],
)
def test_each_kind_of_breach_is_caught(text: str, breach: str) -> None:
    assert breach in voice.breaches(text, NEVER)


def test_a_long_sentence_is_caught_and_two_short_ones_are_not() -> None:
    words = " ".join(["word"] * 20)
    assert voice.breaches(f"{words}. {words}.", NEVER) == []
    assert "has a sentence of 40 words" in voice.breaches(f"{words} {words}.", NEVER)[0]


def test_a_consent_may_have_four_lines_and_no_more() -> None:
    four = "One.\nTwo.\nThree.\nFour."
    assert voice.breaches(four, NEVER, "consent.checkins") == []
    assert voice.breaches(f"{four}\nFive.", NEVER, "consent.checkins") != []
    assert voice.breaches(four, NEVER, "rooms.card") != []


@pytest.mark.parametrize(
    "text",
    [
        "Later is fine.",
        "🌿 Quiet",
        "Here · Quiet today · Pass",
        "Closes {closes_at:R}.",
        "{count} sit here.",
    ],
)
def test_ordinary_texts_pass(text: str) -> None:
    assert voice.breaches(text, NEVER) == []


def test_texts_are_found_in_tables_lists_and_plurals() -> None:
    catalogue = {"a": {"one": "x", "other": "y"}, "b": ["z", {"c": "w"}]}
    found = dict(voice.walk(catalogue))
    assert found == {"a.one": "x", "a.other": "y", "b.0": "z", "b.1.c": "w"}


def test_a_half_plural_is_caught() -> None:
    assert list(voice.half_plurals({"a": {"b": {"one": "x"}}})) == ["a.b"]
