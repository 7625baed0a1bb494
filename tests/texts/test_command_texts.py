"""Slash commands: their texts are in the catalogue, in every language, and within Discord's limits."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app.command_page import command_payload
from bot.texts.catalogue import load, locales
from bot.texts.keys import by_key
from bot.texts.locales import DISCORD_LOCALES
from sandbox.api.request_log import RequestRecord
from tests import openapi

# https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming
_NAME = re.compile(r"[-_'\w]{1,32}")  # names in Devanagari and Thai also have signs that \w leaves out
_DESCRIPTION_LIMIT = 100
_CHOICE_LIMIT = 100
_COMMAND_LIMIT = 8000
_SUBCOMMAND, _GROUP = 1, 2

Payload = list[dict[str, Any]]


@pytest.fixture(scope="module")
def payload() -> Payload:
    """Return the commands as they are sent to Discord."""
    return asyncio.run(command_payload())


def walk(payload: Payload, above: str = "commands") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every command, group and subcommand with its table in the catalogue."""
    for each in payload:
        table = f"{above}.{each['name']}"
        yield table, each
        yield from walk([one for one in options(each) if one["type"] in {_SUBCOMMAND, _GROUP}], table)


def options(command: dict[str, Any]) -> Payload:
    """Return the options of a command, or what a group holds."""
    found: Payload = command.get("options", [])
    return found


def values(command: dict[str, Any]) -> Payload:
    """Return the options of a command that take a value."""
    return [each for each in options(command) if each["type"] not in {_SUBCOMMAND, _GROUP}]


def named(each: dict[str, Any], what: str = "name") -> dict[str, str]:
    """Return a name or a description by locale; English is the one of every locale that has no other."""
    others: dict[str, str] = each.get(f"{what}_localizations", {})
    return {"en": each[what], **dict.fromkeys(DISCORD_LOCALES, each[what]), **others}


def parts(command: dict[str, Any]) -> Payload:
    """Return a command with everything in it that has a name."""
    inner = [part for each in options(command) for part in parts(each)]
    return [command, *inner, *command.get("choices", [])]


def test_the_catalogue_has_the_texts_of_every_command_and_of_no_other(payload: Payload) -> None:
    used = set()
    for table, command in walk(payload):
        used |= {f"{table}.name", f"{table}.description"}
        used |= {f"{table}.options.{each['name']}" for each in values(command)}
        used |= {f"command_options.{each['name']}" for each in values(command)}
    in_catalogue = {key for key in by_key(load("en")) if key.startswith(("commands.", "command_options."))}
    assert used == in_catalogue


def test_the_names_in_the_code_are_the_english_names_of_the_catalogue(payload: Payload) -> None:
    english = by_key(load("en"))
    for table, command in walk(payload):
        assert command["name"] == english[f"{table}.name"]
        for each in values(command):
            assert each["name"] == english[f"command_options.{each['name']}"]


def test_every_language_of_the_catalogue_reaches_each_of_its_readers(payload: Payload) -> None:
    translated = {
        locale
        for locale in DISCORD_LOCALES
        if {locale, locale.partition("-")[0]} & (set(locales()) - {"en"})
    }
    for command in payload:
        for part in parts(command):
            assert set(part.get("name_localizations", {})) == translated, part["name"]
            if "description" in part:
                assert set(part.get("description_localizations", {})) == translated, part["name"]


def test_every_name_and_description_is_one_that_discord_takes(payload: Payload) -> None:
    for table, command in walk(payload):
        for each in (command, *values(command)):
            for locale, name in named(each).items():
                assert _NAME.fullmatch(name), f"{table} {locale} {name}"
                assert name == name.lower(), f"{table} {locale} {name}"
            for locale, description in named(each, "description").items():
                assert 1 <= len(description) <= _DESCRIPTION_LIMIT, f"{table} {locale} {description}"
            for one in each.get("choices", []):
                for locale, name in named(one).items():
                    assert 1 <= len(name) <= _CHOICE_LIMIT, f"{table} {locale} {name}"


def test_no_two_names_in_one_place_are_the_same_in_a_language(payload: Payload) -> None:
    places = [("commands", payload), *((table, options(command)) for table, command in walk(payload))]
    places += [
        (f"{table}.{each['name']}", each.get("choices", []))
        for table, command in walk(payload)
        for each in values(command)
    ]
    for place, inside in places:
        for locale in ("en", *DISCORD_LOCALES):
            counted = Counter(named(each)[locale] for each in inside)
            assert [name for name, count in counted.items() if count > 1] == [], f"{place} {locale}"


@pytest.mark.skipif(not openapi.DESCRIPTION.is_file(), reason="Discord's API description is not here")
def test_the_commands_in_all_languages_are_as_discord_describes_them(payload: Payload) -> None:
    route = "/applications/{application_id}/commands"
    record = RequestRecord(
        at=datetime(2026, 1, 1, tzinfo=UTC),
        loop_seconds=0.0,
        method="PUT",
        path="/applications/1/commands",
        route=route,
        query={},
        body=payload,
        status=200,
        limited=True,
        user_agent="test",
    )
    assert openapi.violations(record) == []
    payload[0]["name_localizations"]["de"] = "x" * 33
    try:
        assert openapi.violations(record) != []
    finally:
        payload[0]["name_localizations"]["de"] = load("de")["commands"][payload[0]["name"]]["name"]


def test_no_command_has_more_characters_than_discord_takes(payload: Payload) -> None:
    for command in payload:
        assert characters(command) <= _COMMAND_LIMIT, command["name"]


def characters(command: dict[str, Any]) -> int:
    """Return how much of its limit a command uses: of each text, the longest localisation counts."""
    total = 0
    for part in parts(command):
        total += max(map(len, named(part).values()))
        total += max(map(len, named(part, "description").values())) if "description" in part else 0
        total += len(str(part["value"])) if "value" in part else 0
    return total


def test_the_longest_localisation_counts() -> None:
    option = {
        "name": "ab",
        "name_localizations": {"de": "abc"},
        "description": "xy",
        "choices": [{"name": "one", "value": "v"}],
    }
    assert characters({"name": "n", "description": "d", "options": [option]}) == 2 + 3 + 2 + 3 + 1
