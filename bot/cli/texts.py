"""`alongside texts check`: for translators."""

import argparse

from bot.cli.commands import Commands, say
from bot.cli.exits import Exit
from bot.errors import ConfigurationError
from bot.texts import comparing
from bot.texts.catalogue import load, locales
from bot.texts.comparing import Finding, Problem

_MORE = """\
For each language of bot/texts, lists what is missing, what is not in English, what changed in English since
it was translated, and which placeholders, plural forms, commands and lengths are wrong.
--accept LANGUAGE notes that you read its texts beside the English ones, and that they fit."""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add(
        "texts",
        _texts,
        "check the texts of every language beside the English ones",
        _MORE,
        examples=("alongside texts check", "alongside texts check de", "alongside texts check --accept de"),
    )
    parser.add_argument("action", choices=["check"], help="what to do")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="only these")
    accepts = "note that its texts fit"
    parser.add_argument("--accept", action="append", default=[], metavar="LANGUAGE", help=accepts)


def _texts(given: argparse.Namespace) -> Exit:
    for language in (*given.languages, *given.accept):
        if language == "en" or not load(language):
            raise ConfigurationError(f"there is no bot/texts/{language}.toml to compare with English")
    for language in given.accept:
        say(f"{language}: accepted, {comparing.accept(language)} of them new or changed.")
    chosen = given.languages or given.accept or [each for each in locales() if each != "en"]
    found = {language: comparing.findings(language) for language in chosen}
    for language, findings in found.items():
        _list(language, findings)
    for pattern in () if given.languages or given.accept else _needless(found):
        say(f"every language has {pattern}: it can leave bot/texts/translation/ahead.toml.")
    is_wrong = any(not comparing.waits(each) for findings in found.values() for each in findings)
    return Exit.FAILED if is_wrong else Exit.DONE


def _list(language: str, findings: list[Finding]) -> None:
    waiting = [each for each in findings if comparing.waits(each)]
    for each in sorted(findings, key=lambda each: (list(Problem).index(each.problem), each.key)):
        say(f"{language} {each}{' - waits, as marked' if each in waiting else ''}")
    if not findings:
        say(f"{language}: complete, and nothing is wrong.")


def _needless(found: dict[str, list[Finding]]) -> list[str]:
    """Return the marks that are no longer needed: every language has those texts now."""
    behind = {each.key for findings in found.values() for each in findings}
    return [each for each in comparing.ahead() if not any(comparing.fits(key, each) for key in behind)]
