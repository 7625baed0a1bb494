"""`alongside texts check` tells translators what is missing, behind or wrong."""

import pytest

from bot.cli import main
from bot.cli.exits import Exit
from bot.texts import comparing
from bot.texts.comparing import Finding, Problem


def ended(*arguments: str) -> int:
    """Run the command in this process and return its exit code."""
    with pytest.raises(SystemExit) as ending:
        main(["texts", "check", *arguments])
    return int(ending.value.code or 0)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Return what the comparison finds in German, for a test to fill."""
    findings: list[Finding] = []
    monkeypatch.setattr(comparing, "findings", lambda locale: findings if locale == "de" else [])
    monkeypatch.setattr(comparing, "ahead", lambda: ("new.*",))
    return findings


def test_every_language_is_checked_and_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended() == Exit.DONE
    said = capsys.readouterr().out
    assert "de: complete, and nothing is wrong." in said
    assert "pt-BR: complete, and nothing is wrong." in said


def test_what_is_wrong_is_listed_and_fails(
    found: list[Finding], capsys: pytest.CaptureFixture[str]
) -> None:
    found += [Finding("a.b", Problem.PLACEHOLDERS, "Hallo {x}"), Finding("a.a", Problem.MISSING)]
    assert ended("de") == Exit.FAILED
    assert capsys.readouterr().out == (
        "de a.a: missing\nde a.b: has other placeholders than English (Hallo {x})\n"
    )


def test_texts_in_which_english_is_ahead_are_listed_without_a_failure(
    found: list[Finding], capsys: pytest.CaptureFixture[str]
) -> None:
    found.append(Finding("new.a", Problem.MISSING))
    assert ended() == Exit.DONE
    said = capsys.readouterr().out
    assert "de new.a: missing - waits, as marked" in said
    assert "ahead.toml" not in said


def test_a_mark_that_no_language_needs_is_named(
    found: list[Finding], capsys: pytest.CaptureFixture[str]
) -> None:
    assert found == []
    assert ended() == Exit.DONE
    assert "every language has new.*" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "xx", "../de"])
def test_only_another_language_with_a_catalogue_is_compared(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(language) == Exit.SETTINGS
    assert f"bot/texts/{language}.toml" in capsys.readouterr().err


def test_accepting_a_language_says_how_many_texts_were_new_or_changed(
    found: list[Finding], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found == []
    monkeypatch.setattr(comparing, "accept", {"de": 3}.__getitem__)
    assert ended("--accept", "de") == Exit.DONE
    assert "de: accepted, 3 of them new or changed." in capsys.readouterr().out
