"""Every text that a member can read follows the voice guide, and the check finds violations."""

import re
import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from bot.checkins.prompts.model import LONGEST_PROMPT, length
from bot.texts.catalogue import load, locales
from bot.texts.plurals import plural_forms
from bot.texts.voice import Breach, Lists, Rule, lists, prompt_breaches
from tests.house import voice

CATALOGUES = sorted((Path(__file__).parents[2] / "bot" / "texts").glob("*.toml"))
EN = lists("en") or Lists(*[()] * 6)
NEVER = EN.never


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_keeps_to_the_voice_guide(path: Path) -> None:
    ruled_out = lists(path.stem)
    assert ruled_out, f"bot/texts/voice has no lists for {path.stem}"
    catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [
        f"{place} {breach}: {text!r}"
        for place, text in voice.walk(catalogue)
        for breach in voice.breaches(text, ruled_out.never, place)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_plural_has_the_forms_of_its_language(path: Path) -> None:
    catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    assert list(voice.wrong_plurals(catalogue, set(plural_forms(path.stem)))) == []


def test_english_texts_use_one_plain_word_for_one_thing() -> None:
    found = [
        f"{place}: {word!r} instead of {plain!r} in {text!r}"
        for place, text in voice.walk(load("en"))
        for word, plain in voice.PLAIN_WORDS.items()
        if re.search(rf"\b{word}\b", text, re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


def test_there_is_an_english_catalogue_with_texts_to_check() -> None:
    english = next(path for path in CATALOGUES if path.stem == "en")
    assert list(voice.walk(tomllib.loads(english.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("say", "avoid"), voice.say_and_not())
def test_the_guides_good_and_bad_examples_are_classified(say: str, avoid: str) -> None:
    assert voice.breaches(say, NEVER) == []
    assert voice.breaches(avoid, NEVER) != []


@pytest.mark.parametrize("entry", NEVER)
def test_each_never_word_is_caught_in_any_case(entry: str) -> None:
    phrase = entry.replace("*", "s").capitalize()
    assert Breach(Rule.NEVER, phrase) in voice.breaches(f"Well: {phrase}.", NEVER)


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("You have a seat!", Breach(Rule.EXCLAMATION)),
        ("席をとりました！", Breach(Rule.EXCLAMATION)),  # noqa: RUF001 - full-width
        ("You are LATE.", Breach(Rule.NEVER, "LATE")),
        ("Don’t forget the room.", Breach(Rule.NEVER, "Don't forget")),  # noqa: RUF001 - as typed by people
        ("Two streaks.", Breach(Rule.NEVER, "streaks")),
        ("Come\nback.", Breach(Rule.NEVER, "Come\nback")),
        ("One\nTwo\nThree\nFour", Breach(Rule.LINES, "4")),
        ("A line \nand one more.", Breach(Rule.BLANK_AT_END)),
        ("A line. ", Breach(Rule.BLANK_AT_END)),
        ("", Breach(Rule.EMPTY)),
        ("🌿", Breach(Rule.EMOJI)),
        ("🌿 {name}", Breach(Rule.EMOJI)),
        ("Hello {name", Breach(Rule.FIELD, "expected '}' before end of string")),
        ("Hello {}", Breach(Rule.FIELD)),
        ("Hello {name.first}", Breach(Rule.FIELD, "name.first")),
        ("Hello {name!r}", Breach(Rule.FIELD, "name")),
        ("Closes {closes_at:>9}", Breach(Rule.FIELD, "closes_at")),
    ],
)
def test_each_kind_of_breach_is_caught(text: str, breach: Breach) -> None:
    assert breach in voice.breaches(text, NEVER)


def test_a_long_sentence_is_caught_and_two_short_ones_are_not() -> None:
    words = " ".join(["word"] * 20)
    assert voice.breaches(f"{words}. {words}.", NEVER) == []
    assert voice.breaches(f"{words} {words}.", NEVER) == [Breach(Rule.SENTENCE, f"{words} {words}.")]


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


def test_a_plural_that_lacks_a_form_or_has_one_too_many_is_caught() -> None:
    polish = {"one", "few", "many"}
    for keys in ({"one"}, {"other"}, {"one", "other"}, {*polish, "other"}):
        assert list(voice.wrong_plurals({"a": {"b": dict.fromkeys(keys, "x")}}, polish)) == ["a.b"]
    assert list(voice.wrong_plurals({"a": {"b": dict.fromkeys(polish, "x")}}, polish)) == []


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("How are you feeling today?", Breach(Rule.OPEN_QUESTION, "How")),
        ("Could you tell us about it?", Breach(Rule.OPEN_QUESTION, "tell")),
        ("Did you sleep?", Breach(Rule.PRIVATE, "sleep")),
        ("You missed us.", Breach(Rule.NEVER, "missed")),
        ("Come on, join.", Breach(Rule.URGING, "join")),
        ("We are waiting for you.", Breach(Rule.GUILT, "waiting for you")),
        ("Shame to sit here alone.", Breach(Rule.GUILT, "Shame")),
        ("Someone here misses you.", Breach(Rule.GUILT, "misses you")),
        ("If you want to hurt yourself, tell us.", Breach(Rule.CRISIS, "hurt yourself")),
        ("Hello @everyone.", Breach(Rule.MENTION, "@everyone")),
        ("Hello <@&12>.", Breach(Rule.MENTION, "<@&12>")),
        ("See <#12>.", Breach(Rule.MENTION, "<#12>")),
        ("Hello there!", Breach(Rule.EXCLAMATION)),
        ("One.\nTwo.", Breach(Rule.LINES, "2")),
        ("More at https://example.org/x today.", Breach(Rule.LINK, "https://example.org/x")),
        ("Join discord.gg/abc.", Breach(Rule.LINK, "discord.gg/abc")),
        ("🌿", Breach(Rule.EMOJI)),
    ],
)
def test_a_forbidden_question_in_a_check_in_is_caught(text: str, breach: Breach) -> None:
    assert breach in prompt_breaches(text, EN)


@pytest.mark.parametrize(
    "text", ["Are you around?", "🌿 A {quiet} moment.", "Know that any answer is fine."]
)
def test_a_brief_neutral_check_in_passes(text: str) -> None:
    assert prompt_breaches(text, EN) == []


@pytest.mark.parametrize("family", ["checkins.prompts", "open.prompts"])
def test_the_catalogues_own_check_ins_pass(family: str) -> None:
    first, second = family.split(".")
    prompts = list(load("en")[first][second].values())
    assert {words: found for words in prompts if (found := prompt_breaches(words, EN))} == {}
    assert all(length(words) <= LONGEST_PROMPT for words in prompts)
    assert len(set(prompts)) == len(prompts)


@pytest.mark.parametrize(
    "text", ["This must be done first.", "Only you can see this.", "That was an error."]
)
def test_words_that_state_a_fact_are_allowed(text: str) -> None:
    assert voice.breaches(text, NEVER) == []


@pytest.mark.parametrize("text", ["You must answer.", "You failed."])
def test_moderators_are_advised_against_words_that_urge_or_blame(text: str) -> None:
    assert [breach.rule in {Rule.URGING, Rule.GUILT} for breach in prompt_breaches(text, EN)] == [True]


@pytest.mark.parametrize("locale", sorted(set(locales()) - {"ja"}))  # Japanese has no accents to leave out
def test_a_listed_word_is_caught_without_its_accents(locale: str) -> None:
    ruled_out = lists(locale)
    assert ruled_out is not None
    for entry in ruled_out.never:
        only = replace(EN, never=(entry,), guilt=())
        apart = unicodedata.normalize("NFD", entry.rstrip("*"))
        hasty = "".join(each for each in apart if not unicodedata.combining(each)).replace("ł", "l")
        for typed in (apart, hasty):
            assert Rule.NEVER in {each.rule for each in prompt_breaches(typed, only)}, (entry, typed)


@pytest.mark.parametrize(
    ("text", "entry", "is_caught"),
    [
        ("Fuer dich", "für", True),
        ("Schliesslich", "schließlich", True),
        ("Schön hier.", "schon", False),  # another word than the one without an accent
    ],
)
def test_an_accent_may_be_left_out_but_not_added(text: str, entry: str, is_caught: bool) -> None:
    found = prompt_breaches(text, replace(EN, never=(entry,), guilt=()))
    assert bool(found) is is_caught


def test_our_own_texts_are_judged_by_the_words_as_they_are_spelt() -> None:
    assert voice.breaches("Il me manque une permission.", ["manqué*"]) == []


@pytest.mark.parametrize("locale", ["../en", "voice/../../en", "./en", "en/../../voice/en", "", "xx"])
def test_a_locale_that_has_no_lists_reaches_no_file(locale: str) -> None:
    assert lists(locale) is None
