"""Nothing that people read bypasses the catalogue: in an accented language, every word has an accent."""

import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from bot.texts import catalogue
from bot.texts.catalogue import load
from tests.stories.calls import Known, by_subject, commands, for_each_subject, forges, known, options
from tests.texts.pseudo import pseudo_catalogue
from tests.world import Person, World

__all__ = ["known"]

ACCENTED = "ko"  # a locale of Discord without a catalogue
SHOWN = {"content", "label", "placeholder", "title", "description"}
MOST_TEXT = 4000
# What people called things, what they typed, and names that are the same in every language.
NAMES = {
    *("Library", "library", "Reading", "circle", "chair", "is", "free", "quiet", "Monday"),
    *("UTC", "ada", "ben", "cleo", "mod", "English", "Forged"),
}
_MARKUP = re.compile(r"https://\S+|<[^>]*>|`[^`]*`|/[a-z-]+(?: [a-z-]+)*")
_WORD = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def accented(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Let everyone, and the server, have the accented language."""
    tables = pseudo_catalogue()
    monkeypatch.setattr(catalogue, "load", lambda locale: tables if locale == ACCENTED else load(locale))
    world.client.services.texts._kept_nearest.cache_clear()  # noqa: SLF001 - it looked for the language before
    for module in ("bot.servers.service", "cogs.servers.setup"):
        monkeypatch.setattr(sys.modules[module], "locales", lambda: [ACCENTED, "en"])
    return world


async def switch(world: World) -> None:
    """Change every person's language, and the server's."""
    for person in (world.ada, world.ben, world.moderator):
        world.locales[person.id] = ACCENTED
    await world.client.services.server_settings.set_locale(world.guild.id, ACCENTED)


def shown(body: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a request that people read."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield from shown(value, name)
    elif isinstance(body, list):
        for value in body:
            yield from shown(value, key)
    elif isinstance(body, str) and key in SHOWN:
        yield key, body


def plain_words(world: World, since: int) -> set[str]:
    """Return the words without an accent that the bot sent, and check that its messages fit."""
    found = set()
    for request in world.env.http_requests[since:]:
        body = request.json if isinstance(request.json, dict) else {}
        texts = list(shown(body.get("data") or body))
        assert sum(len(text) for key, text in texts if key == "content") <= MOST_TEXT, request.path
        found |= {word for _, text in texts for word in _WORD.findall(_MARKUP.sub("", text))}
    return found - NAMES


@pytest.mark.usefixtures("is_calm")
async def test_no_answer_to_a_command_bypasses_the_catalogue(accented: World, known: Known) -> None:
    await switch(accented)
    since = len(accented.env.http_requests)
    for command in commands(accented):
        for person in (accented.ada, accented.moderator):
            await forges(person, command, [])
            await forges(person, command, options(command, known, "Library"))
    assert len(accented.env.http_requests) - since > 50
    assert sorted(plain_words(accented, since)) == []


@pytest.mark.usefixtures("is_calm")
@for_each_subject
async def test_no_answer_to_a_tap_or_a_form_bypasses_the_catalogue(
    accented: World, known: Known, subject: ModuleType
) -> None:
    panel = (await accented.ada.uses("help")).panel
    await switch(accented)
    since = len(accented.env.http_requests)
    for route in by_subject(subject):
        custom_id = route.of(known.payload(route.payload))
        for person in (accented.ada, accented.moderator):
            await taps_once(person, custom_id, panel, known)
    assert len(accented.env.http_requests) - since > 10
    assert sorted(plain_words(accented, since)) == []


async def taps_once(person: Person, custom_id: str, panel: Any, known: Known) -> None:
    """Call a custom id as a button, as a select and as a form."""
    await person.forges(custom_id, panel)
    await person.forges(custom_id, panel, values=[str(known.ids["room_id"])])
    await person.forges_form(
        custom_id, {"days": "Monday", "time": "9:00", "name": "Library", "zone": "UTC"}
    )
