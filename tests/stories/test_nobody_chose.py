"""A month of a busy server in which nobody agrees to anything: no member's id is in any file."""

import gzip
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.storage.sqlite import backup
from bot.storage.table_statements import LIVE_TABLES
from tests.world import Person, Shown, World

DAYS = 30
MEMBERS = 12
ACTIONS_A_DAY = 6


def forms(number: int) -> list[bytes]:
    """Return how an id can appear in a file: as text, and as SQLite stores it in rows and keys."""
    head = [0x80 | number >> shift & 0x7F for shift in range(57, 7, -7)]  # a key's nine bytes
    varint = bytes([*head, number & 0xFF])
    return [str(number).encode(), number.to_bytes(8, "big"), number.to_bytes(8, "little"), varint]


def held(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of the bot, with backups unpacked."""
    found = {}
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found[file.name] = gzip.decompress(content) if file.suffix == ".gz" else content
    return found


@contextmanager
def quietly(_: str) -> Iterator[None]:
    yield


async def _declines(person: Person, command: str, *buttons: str) -> None:
    """Open a panel and tap through it to the button that saves nothing."""
    shown = (await person.uses(command)).panel
    for button in buttons:
        shown = (await person.taps(shown, button)).panel


def card_action(label: str) -> Callable[[Person], Awaitable[object]]:
    async def tap(person: Person) -> None:
        there: list[Shown] = [*person.world.posts(), *person.world.cards()]
        offering = [each for each in there if label in each.buttons]
        if offering:
            await person.taps(offering[-1], label)

    return tap


async def looks(person: Person) -> None:
    rooms = await person.uses("rooms")
    if "Look" in rooms.buttons:
        await person.taps(rooms.panel, "Look")


ACTIONS: list[Callable[[Person], Awaitable[object]]] = [
    lambda person: person.opens(minutes=10),
    lambda person: person.opens(hidden=True),
    *map(card_action, ["Sit", "Sit", "Nod", "Slip out", "How this works", "Here", "Pass"]),
    looks,
    lambda person: person.uses("me"),
    lambda person: person.uses("my-data show"),
    lambda person: person.uses("my-data export"),
    lambda person: person.uses("pause", until="a week"),
    lambda person: person.uses("resume"),
    lambda person: person.uses("privacy"),
    lambda person: person.uses_in_dm("my-data show"),
    lambda person: _declines(person, "me", "Show my name", "Not now"),
    lambda person: _declines(person, "me", "Turn on weekly counts", "Not now"),
    lambda person: _declines(person, "checkins", "Not now"),
    lambda person: _declines(person, "my-data delete", "In every server"),
]


async def test_a_month_without_consents_leaves_no_member_in_any_file(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("bot", "cogs"):
        caplog.set_level(logging.DEBUG, name)
    await world.moderator.uses("quiet room hello", room="Library", asks=1)
    await world.moderator.uses(
        "quiet checkins add", channel=world.library, days="Mon-Sun", time="08:00", zone="UTC"
    )
    people = [world.invite(f"guest{number}") for number in range(MEMBERS)]
    draw = random.Random(20_260_105)
    database, seen_sitting, seen_stopping = world.folder / "alongside.db", 0, 0
    for day in range(DAYS):
        if day:  # the day's channel check-in is in view, and no session is
            await card_action("Here")(world.cleo)
            seen_stopping += (await world.row_counts())["channel_checkin_answer"]
        await world.ada.opens(minutes=25)
        await card_action("Here")(world.ben)
        for _ in range(ACTIONS_A_DAY):
            await draw.choice(ACTIONS)(draw.choice(people))
        now = held(world.folder).values()
        seen_sitting += any(form in each for form in forms(world.ada.id) for each in now)
        if day % 7 == 3:
            backup.write(database, None, world.folder / "backups", 99, world.now, quietly)
            await world.restarts()
        await world.pass_time(days=1)
    assert seen_sitting == DAYS  # the search finds who sits
    assert seen_stopping > 0
    counts = await world.row_counts()
    assert {table: counts[table] for table in LIVE_TABLES} == dict.fromkeys(LIVE_TABLES, 0)
    everybody = [*people, world.ada, world.ben, world.cleo]
    numbers = [person.id for person in everybody] + [
        person.actor.user.dm_channel.id for person in everybody
    ]
    files = held(world.folder) | {"log": caplog.text.encode()}
    assert len([name for name in files if name.endswith(".gz")]) == 4
    known = [
        (name, number)
        for name, content in files.items()
        for number in numbers
        if any(form in content for form in forms(number))
    ]
    assert known == []
