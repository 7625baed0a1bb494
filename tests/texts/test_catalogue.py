"""The catalogue: typed text is escaped, times and plurals are right, missing texts are English."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.texts import catalogue
from bot.texts.catalogue import Markup, Texts, escape, load, locales, unescape
from bot.texts.locales import DISCORD_LOCALES

_CONTROLS = set("*_~`|[]()<:\\")
_AT_LINE_START = re.compile(r"^[ \t]*(?:[-#>*]|\d+\.)", re.MULTILINE)
_MENTION = re.compile(r"@(?:everyone|here|[!&]?\d)|<(?:@|#|:|a:|t:|/|id:)")
_TRICKY = st.text(st.sampled_from("\\*_~`|[]()<>:#-+.@!&/1t \naé") | st.characters(codec="utf-8"))


def controls_in_force(text: str) -> str:
    """Return the markup characters that Discord would interpret."""
    left = in_force(text)
    return "".join(each for each in left if each in _CONTROLS) + "".join(
        found[0] for found in _AT_LINE_START.finditer(left)
    )


def in_force(text: str) -> str:
    """Return the text with NUL for every character that a backslash escapes."""
    left, index = "", 0
    while index < len(text):
        if text[index] == "\\" and index + 1 < len(text) and not text[index + 1].isalnum():
            left += "\0"  # shown as it is
            index += 2
            continue
        left += text[index]
        index += 1
    return left


def read(text: str) -> str:
    """Return an escaped text as a reader sees it."""
    return re.sub(r"\\([^\w\s])|\\(_)", lambda found: found[1] or found[2], text).replace("@\u200b", "@")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that replaces the catalogues' folder."""
    monkeypatch.setattr(catalogue, "_DIRECTORY", tmp_path)
    load.cache_clear()
    monkeypatch.setattr(catalogue, "load", load.__wrapped__)
    monkeypatch.setattr(catalogue, "_entry", catalogue._entry.__wrapped__)  # noqa: SLF001 - it remembers too
    return tmp_path


@given(_TRICKY)
@example("# heading\n## heading\n-# small\n> quote\n>>> quote\n- item\n* item\n1. item")
@example("  - item\n  # heading\n  > quote\n 12. item")
@example("@everyone @here <@1> <@&1> <#1> <t:1:R> </sit:1> <:a:1> <id:home> https://example.org [a](b)")
@example("\\*a\\* ||b|| __c__ ~~d~~ `e` ```f```")
def test_nothing_that_was_typed_is_markup_or_a_mention(typed: str) -> None:
    safe = escape(typed)
    assert controls_in_force(safe) == ""
    assert _MENTION.search(in_force(safe)) is None


@given(_TRICKY)
def test_what_was_typed_is_shown_letter_by_letter(typed: str) -> None:
    shown = read(escape(typed))
    assert shown.strip("\u2068\u2069") == typed.replace("@\u200b", "@").strip("\u2068\u2069")


@given(_TRICKY)
@example("שבת *a*")
@example("\u2068שבת\u2069")
@example("\u2068a\u2069")
def test_what_was_escaped_can_be_read_back(typed: str) -> None:
    assert unescape(escape(typed)) == typed.replace("@\u200b", "@")


@pytest.mark.parametrize("name", ["שבת", "مكتبة 2", "Raum שבת"])
def test_a_name_with_letters_from_right_to_left_does_not_reorder_the_text_around_it(name: str) -> None:
    said = Texts().say("rooms.seat.named", room=name)
    assert f"in \u2068{name}\u2069." in said


@pytest.mark.parametrize("name", ["Library", "Zażółć", "図書館", "a*b"])
def test_other_names_are_not_isolated(name: str) -> None:
    assert "\u2068" not in Texts().say("rooms.seat.named", room=name)


def test_the_reference_check_sees_markup() -> None:
    for text in ("*a*", "# a", " - a", "1. a", "a <@1>", "[a](b)", "\\\\*a"):
        assert controls_in_force(text), text


def test_a_typed_value_is_escaped_and_our_own_markup_is_not() -> None:
    say = Texts().say
    assert say("rooms.seat.named", room="*x* @here").startswith("You have a seat in \\*x\\* @\u200bhere.")
    assert say("rooms.list.free", room="a", where=Markup("<#1>")).startswith("**a** in <#1>:")


def test_a_text_can_be_a_value_of_another_text() -> None:
    say = Texts().say
    inner = say("checkins.choose.chosen", words="a*b")
    assert inner in say("checkins.saved", words=inner)


def test_a_typed_brace_is_a_letter() -> None:
    assert "{0}{room}" in Texts().say("rooms.seat.named", room="{0}{room}")


def test_a_moment_is_drawn_by_each_reader() -> None:
    at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    unix = int(at.timestamp())
    said = Texts().say("rooms.card.quiet", ends=at, closes=at)
    assert f"<t:{unix}:t>" in said
    assert f"<t:{unix}:R>" in said
    assert f"<t:{unix}:D>" in Texts().say("checkins.paused", until=at)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en-US", "Thu, Dec 24, 2026"),
        ("en-GB", "Thu 24 Dec 2026"),
        ("sv-SE", "Thu, Dec 24, 2026"),  # as the text, which is in English
        ("de", "Do., 24. Dez. 2026"),
        ("en-XX-XX", "Thu, Dec 24, 2026"),
        ("en-", "Thu, Dec 24, 2026"),
        (None, "Thu, Dec 24, 2026"),
        (7, "Thu, Dec 24, 2026"),
    ],
)
def test_a_date_is_written_as_in_the_readers_country_in_the_language_of_the_text(
    locale: str | None, written: str
) -> None:
    text = Texts().say("refusals.begin_passed", locale, date=date(2026, 12, 24))
    assert text.replace(",", "").startswith(written.replace(",", ""))


@pytest.mark.parametrize(("count", "form"), [(0, "other"), (1, "one"), (2, "other"), (1_000_000, "other")])
def test_only_the_number_one_takes_the_singular_form(count: int, form: str) -> None:
    expected = load("en")["rooms"]["card"]["arrivals"][form].format(count=count)
    assert Texts().say("rooms.card.arrivals", count=count) == expected


@given(st.integers())
def test_a_choice_is_the_same_for_the_same_number(index: int) -> None:
    noted = load("en")["checkins"]["noted"]
    said = Texts().say_one_of("checkins.noted", index)
    assert said == Texts().to("en-GB").one_of("checkins.noted", index + len(noted))
    assert said in noted


def test_every_choice_comes_before_one_returns() -> None:
    noted = load("en")["checkins"]["noted"]
    assert {Texts().say_one_of("checkins.noted", index) for index in range(len(noted))} == set(noted)


def test_an_unknown_key_is_an_error() -> None:
    for key in ("nowhere", "rooms.nowhere", "rooms.button.sit.more"):
        with pytest.raises(KeyError):
            Texts().say(key)


def test_a_missing_value_is_an_error_rather_than_a_gap() -> None:
    with pytest.raises(KeyError):
        Texts().say("rooms.seat.named")


def test_the_english_catalogue_exists() -> None:
    assert "en" in locales()


@pytest.mark.parametrize(
    ("locale", "said"),
    [("pt-BR", "oi"), ("pt", "oi"), ("de", "hallo"), ("fr", "hallo"), (None, "hallo"), ("en-US", "hello")],
)
def test_a_reader_without_a_catalogue_gets_the_deployments_language(
    locale: str | None, said: str, folder: Path
) -> None:
    for name, word in [("en", "hello"), ("de", "hallo"), ("pt", "oi")]:
        (folder / f"{name}.toml").write_text(f'[a]\nb = "{word}"\n', encoding="utf-8")
    assert Texts("de").say("a.b", locale) == said


def test_a_text_that_is_not_translated_yet_is_shown_in_english(folder: Path) -> None:
    (folder / "en.toml").write_text('[a]\nb = "hello"\nc = "bye"\n', encoding="utf-8")
    (folder / "de.toml").write_text('[a]\nb = "hallo"\n', encoding="utf-8")
    assert (Texts().say("a.b", "de"), Texts().say("a.c", "de")) == ("hallo", "bye")


def test_a_consent_text_that_a_language_lacks_is_in_english_not_in_the_deployments_language(
    folder: Path,
) -> None:
    (folder / "en.toml").write_text('[consent.checkins]\n1 = "old"\n2 = "new"\n', encoding="utf-8")
    (folder / "de.toml").write_text('[consent.checkins]\n1 = "alt"\n', encoding="utf-8")
    (folder / "fr.toml").write_text('[consent.checkins]\n1 = "vieux"\n2 = "neuf"\n', encoding="utf-8")
    said = [Texts("fr").say(f"consent.checkins.{version}", "de") for version in (1, 2)]
    assert said == ["alt", "new"]


@pytest.mark.parametrize(
    ("locale", "catalogue"),
    [
        *(("en-GB", "en"), ("en-US", "en"), ("es-ES", "es"), ("es-419", "es"), ("pt-BR", "pt-BR")),
        *(("de", "de"), ("fr", "fr"), ("ja", "ja"), ("zh-CN", "en"), ("zh-TW", "en"), ("sv-SE", "en")),
    ],
)
def test_each_of_discords_locales_has_its_catalogue(locale: str, catalogue: str) -> None:
    assert locale in DISCORD_LOCALES
    assert Texts().locale_of(locale) == catalogue


def test_what_is_no_locale_is_never_a_path_or_saved() -> None:
    for wrong in (None, 7, "", "../en", "de/../en", "DE", "x" * 90):
        assert Texts("fr").reader(wrong) == "fr"  # type: ignore[arg-type] # Discord should never send these
    assert Texts("fr").reader("ko") == "ko"
