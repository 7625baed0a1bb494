"""What differs between languages: the guide, words to avoid, check-ins, typography."""

import re
from pathlib import Path

import pytest

from bot.checkins.prompts.model import LONGEST_PROMPT, length
from bot.texts.catalogue import load, locales
from bot.texts.voice import Breach, Lists, Rule, lists, prompt_breaches
from tests.house import voice

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "languages").glob("*.md"))
LISTED = [path.stem for path in sorted((ROOT / "bot" / "texts" / "voice").glob("*.toml"))]
WORDS = [path.stem for path in sorted((ROOT / "bot" / "readers" / "words").glob("*.toml"))]
LANGUAGES = ["de", "en", "es", "fr", "ja", "pl", "pt-BR"]
SIGN = r"[:;?!»]"  # which French separates from what is before


def lists_of(locale: str) -> Lists:
    """Return the lists of a language."""
    found = lists(locale)
    assert found
    return found


def examples() -> list[tuple[str, str, str]]:
    """Return the rows of the guides' tables: the language, a text to say, and one not to say."""
    return [(path.stem, *row) for path in GUIDES for row in voice.say_and_not(path)]


def test_no_language_was_removed() -> None:
    assert locales() == LANGUAGES
    assert LISTED == LANGUAGES  # the words to avoid
    assert WORDS == LANGUAGES  # of times and days that people type
    assert sorted(["en", *(path.stem for path in GUIDES)]) == LANGUAGES  # English has docs/voice.md


@pytest.mark.parametrize(("locale", "say", "avoid"), examples())
def test_the_examples_of_a_guide_are_classified(locale: str, say: str, avoid: str) -> None:
    never = lists_of(locale).never
    assert voice.breaches(say, never) == []
    assert voice.breaches(avoid, never) != []


@pytest.mark.parametrize("locale", LISTED)
def test_each_listed_word_is_caught_and_none_is_listed_twice(locale: str) -> None:
    ruled_out = lists_of(locale)
    for name in ("never", "open_questions", "urging", "guilt", "private", "crisis"):
        words = getattr(ruled_out, name)
        assert words, name
        assert len(set(words)) == len(words), name
        for entry in words:
            assert prompt_breaches(f"{entry.rstrip('*')}?", ruled_out), entry


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("family", ["checkins", "open"])
def test_a_languages_own_check_ins_are_ones_that_a_moderator_may_write(locale: str, family: str) -> None:
    prompts = list(load(locale)[family]["prompts"].values())
    ruled_out = lists_of(locale)
    assert {words: found for words in prompts if (found := prompt_breaches(words, ruled_out))} == {}
    assert [words for words in prompts if length(words) > LONGEST_PROMPT] == []
    assert len(set(prompts)) == len(prompts)


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("今日も目標に向かって。", Breach(Rule.NEVER, "目標")),
        ("気分はどうですか。", Breach(Rule.OPEN_QUESTION, "どう")),
        ("どうですか？", Breach(Rule.OPEN_QUESTION, "どう")),  # noqa: RUF001 - full-width
        ("みんなが待っています。", Breach(Rule.GUILT, "待って")),
        ("おはよう@everyoneさん", Breach(Rule.MENTION, "@everyone")),
        ("こちらwww.example.orgです", Breach(Rule.LINK, "www.example.orgです")),
    ],
)
def test_words_links_and_mentions_are_found_in_a_text_without_spaces(text: str, breach: Breach) -> None:
    assert breach in prompt_breaches(text, lists_of("ja"))


def test_a_japanese_word_for_asking_is_allowed_where_nothing_is_asked() -> None:
    assert prompt_breaches("どうぞ、静かなひとときを。", lists_of("ja")) == []


def test_a_sentence_without_spaces_is_measured_in_characters() -> None:
    assert voice.breaches(f"{'あ' * 60}。{'あ' * 60}。", []) == []
    assert [each.rule for each in voice.breaches(f"{'あ' * 80}。", [])] == [Rule.SENTENCE]


def test_signs_and_bold_marks_are_no_words_of_a_sentence() -> None:
    words = " ".join(["mot"] * 24)
    assert voice.breaches(f"« {words} » : non", []) == []
    assert voice.breaches(f"**{words}.** {words}.", []) == []
    assert [each.rule for each in voice.breaches(f"{words} non : oui", [])] == [Rule.SENTENCE]


def test_no_german_sentence_begins_like_the_polite_address() -> None:
    begins = re.compile(r"(?:^|[.:;?] |# |- )(?:Sie|Ihnen|Ihre?[mnrs]?)\b", re.MULTILINE)
    assert [f"{place}: {text!r}" for place, text in voice.walk(load("de")) if begins.search(text)] == []


def test_no_spanish_sentence_ends_in_a_time() -> None:
    # A time ends in "p. m." in Latin America, so two full stops would follow each other.
    ends = re.compile(r"\{\w+:[tTfF]\}\.")
    assert [f"{place}: {text!r}" for place, text in voice.walk(load("es")) if ends.search(text)] == []


def test_french_has_its_apostrophes_quotes_and_no_break_spaces() -> None:
    found = []
    for place, text in voice.walk(load("fr")):
        plain = re.sub(r"\{[^}]*\}|\d:\d|<[^>]*>", "x", text)
        if "'" in plain or re.search(rf"(?<!\u00a0){SIGN}|«(?!\u00a0)|\"", plain):
            found.append(f"{place}: {text!r}")
    assert found == []


def test_japanese_has_full_width_signs_and_no_space_at_them() -> None:
    found = []
    for place, text in voice.walk(load("ja")):
        plain = re.sub(r"\{[^}]*\}|\d:\d|\]\(.*\)|\n  ", "x", text)
        if re.search(r"[、。：（）「」] | [、。：（）」]|[,!?:;()\"]", plain):  # noqa: RUF001 - full-width signs
            found.append(f"{place}: {text!r}")
    assert found == []
