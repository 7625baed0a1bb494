"""`alongside policy` and `alongside terms`."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bot import settings
from bot.cli.commands import Commands, say
from bot.cli.exits import Exit
from bot.errors import ConfigurationError
from bot.privacy.policy import terms, text
from bot.privacy.policy.text import Finding

_POLICY = """\
Without FILE, prints the policy. Fill in the places that are marked [[like: this]] and publish it.
With FILE, checks your copy: it names every place that is not filled in, and says whether the table still
lists what this version saves."""
_TERMS = """\
Without FILE, prints the terms, with ALONGSIDE_REPORT_TO and ALONGSIDE_PRIVACY_POLICY_URL filled in if they
are set. Fill in the places that are marked [[like: this]] and publish them.
With FILE, checks your copy: it names every place that is not filled in."""


def add(commands: Commands) -> None:
    """Add both commands."""
    for parser in (
        commands.add(
            "policy",
            _policy,
            "print a privacy policy to adopt, or check your copy of it",
            _POLICY,
            examples=("alongside policy > privacy-policy.md", "alongside policy privacy-policy.md"),
        ),
        commands.add(
            "terms",
            _terms,
            "print terms of service to adopt, or check your copy of them",
            _TERMS,
            examples=("alongside terms > terms.md", "alongside terms terms.md"),
        ),
    ):
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="your copy, to check")


def _policy(given: argparse.Namespace) -> Exit:
    if given.file is None:
        engine = settings.load_stored().engine_name
        say(text.policy(engine).removesuffix("\n"))
        return Exit.DONE
    return _check(given.file, text.findings, "is filled in and lists what this version saves")


def _terms(given: argparse.Namespace) -> Exit:
    if given.file is None:
        say(terms.terms(settings.load_published().links).removesuffix("\n"))
        return Exit.DONE
    return _check(given.file, terms.findings, "is filled in")


def _check(file: Path, findings: Callable[[str], list[Finding]], well: str) -> Exit:
    try:
        found = findings(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"I can't read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"I can't read {file}: it isn't text in UTF-8") from None
    for each in found:
        say(f"{file}:{each.line}: {each.what}")
    if found:
        return Exit.SETTINGS
    say(f"{file} {well}.")
    return Exit.DONE
