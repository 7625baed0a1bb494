"""Calls of every route and command, made from the table of routes and the tree of commands."""

import dataclasses
import logging
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from types import ModuleType
from typing import Any

import discord
import pytest
from discord import app_commands

import cogs.checkins.routes
import cogs.privacy.routes
import cogs.rooms.routes
import cogs.servers.routes
from bot.rooms.shown import ShownRoom
from cogs.checkins.choices import Choices
from cogs.checkins.routes import PromptWords
from cogs.ui.routes import AnyRoute, Route
from tests.world import Answer, Person, World

SUBJECTS: list[ModuleType] = [
    cogs.rooms.routes,
    cogs.checkins.routes,
    cogs.privacy.routes,
    cogs.servers.routes,
]
for_each_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.__name__)
"""Runs a test once for the table of routes of each subject."""
COMING_MONDAY = date(2026, 1, 12)
"""The next session of the schedule, after the one of the day on which the world begins."""
APOLOGY = "Something went wrong on my side."
IN_SERVER = "This works in a server, not in direct messages. Nothing was changed."
MANAGERS = "You need Manage Server for this. Nothing was changed."
NOT_A_MEMBER = "I can't find you in that server, so nothing was changed."
OLD = "This button is from an older version. Use the command again, and it will work."


def by_subject(module: ModuleType) -> list[AnyRoute]:
    """Return the routes of a table."""
    return [each for each in vars(module).values() if isinstance(each, Route)]


@dataclasses.dataclass(frozen=True)
class Known:
    """The ids of everything in one server."""

    ids: dict[str, Any]

    def payload(self, kind: Any) -> Any:
        """Return a payload that refers to existing things."""
        if kind is Choices:
            return Choices.usual(self.ids["guild_id"], "UTC")
        if kind is PromptWords:
            return PromptWords("A quiet chair.")
        if kind is int:
            return 1  # which message of the moderators' channel it is on
        hints = typing.get_type_hints(kind)
        return kind(*(self._field(each.name, hints[each.name]) for each in dataclasses.fields(kind)))

    def _field(self, name: str, kind: Any) -> Any:
        if name in self.ids:
            return self.ids[name]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next(iter(kind))
        if kind is bool:
            return True
        if kind is date:
            return COMING_MONDAY
        if kind is datetime:
            return datetime(2026, 1, 5, tzinfo=UTC)
        return self.payload(kind) if dataclasses.is_dataclass(kind) else None

    def values(self) -> list[str]:
        """Return what may be chosen in some select."""
        return [*map(str, self.ids.values()), "en", "weekdays", "morning", "0", COMING_MONDAY.isoformat()]


@pytest.fixture
async def known(world: World) -> Known:
    """Create one of everything in the server, most of it Ada's."""
    services, guild_id = world.client.services, world.guild.id
    await world.moderator.uses("quiet room hello", room="Library", asks=1)
    times = {"room": "Library", "days": "Monday", "time": "19:30", "minutes": 25}
    await world.moderator.uses("quiet schedule add", **times)
    await world.moderator.uses("quiet checkins add", channel=world.library, days="Monday", time="9:05")
    await services.prompts.add(guild_id, "A chair is free.", "en")
    panel = await world.ada.uses("checkins")
    await world.ada.taps(panel.panel, "Yes, begin")
    await world.ada.opens(minutes=50)
    await world.ada.agrees("Show my name")
    await world.ada.agrees("Turn on weekly counts")
    (room,) = await services.rooms.of_guild(guild_id)
    await services.notices.agree(world.ada.id, guild_id, [room.room_id], 1, dm_channel_id=500)
    await world.pass_time(minutes=6)
    (notice,) = await services.notices.of_member(world.ada.id, guild_id)
    (listing,) = await services.sessions.listing(guild_id)
    (schedule,) = await services.schedules.of_room(room.room_id)
    (channel_checkin,) = await services.channel_checkins.of_guild(guild_id)
    (prompt,) = await services.prompts.of_guild(guild_id)
    cadence = await services.checkins.find(world.ada.id, guild_id)
    assert listing.session is not None
    assert cadence is not None
    assert channel_checkin.message_id is not None
    return Known(
        {
            "guild_id": guild_id,
            "room_id": room.room_id,
            "channel_id": room.channel_id,
            "session_id": listing.session.session_id,
            "left_room_id": room.room_id,
            "schedule_id": schedule.schedule_id,
            "room_notice_id": notice.room_notice_id,
            "cadence_id": cadence.cadence_id,
            "channel_checkin_id": channel_checkin.channel_checkin_id,
            "prompt_id": prompt.prompt_id,
            "number": channel_checkin.number,
            "version": 1,
            "fingerprint": ShownRoom(room, [schedule]).fingerprint,
            "minutes": 5,
        }
    )


@pytest.fixture
def is_calm(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that no error was logged."""
    yield
    loud = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert not loud


def check_private(answer: Answer, what: object) -> str:
    """Check that the member got a private answer that does not report an error; return the newest text."""
    assert answer.is_acknowledged, what
    assert APOLOGY not in answer.text, what
    return answer.private[-1].text if answer.private else ""


def says_calmly(text: str) -> bool:
    """Return whether an answer is short, and reports no error of ours."""
    return 0 < len(text) < 300 and APOLOGY not in text


async def every_way(person: Person, custom_id: str, known: Known, shown: Any) -> list[Answer]:
    """Call a custom id as a button, as a select with every possible value, and as a form."""
    fields = (
        "words",
        "zone",
        "help_contacts",
        "days",
        "time",
        "from",
        "until",
        "quiet_from",
        "quiet_until",
        "begins",
    )
    typed = dict.fromkeys(fields, "9:00") | {
        "room": str(known.ids["room_id"]),
        "days": "Monday",
        "zone": "Asia/Tokyo",
        "minutes": "25",
        "length": "5.1",
        "repeat": "1",
        "dates": "",
        "date": "2026-01-13",
        "name": "Attic",
        "seats": "5",
        "limit": "5",
    }
    return [
        await person.forges(custom_id, shown),
        *[await person.forges(custom_id, shown, values=[value]) for value in known.values()],
        await person.forges_form(custom_id, typed),
        await person.forges_form(custom_id, typed, chosen=True),
    ]


def commands(world: World) -> list[app_commands.Command[Any, ..., Any]]:
    """Return every slash command."""
    return [each for each in world.client.tree.walk_commands() if isinstance(each, app_commands.Command)]


def options(command: app_commands.Command[Any, ..., Any], known: Known, text: str) -> list[dict[str, Any]]:
    """Return a value for each option of a command: the lowest number allowed, or `text` for typed ones."""
    filled: dict[discord.AppCommandOptionType, object] = {
        discord.AppCommandOptionType.string: text,
        discord.AppCommandOptionType.boolean: True,
        discord.AppCommandOptionType.channel: str(known.ids["channel_id"]),
    }
    return [
        {
            "name": each.display_name,
            "type": each.type.value,
            "value": filled.get(each.type, each.min_value or 1),
        }
        for each in command.parameters
    ]


async def forges(
    person: Person, command: app_commands.Command[Any, ..., Any], given: Any, *, is_direct: bool = False
) -> Answer:
    """Use a command in a way that no client allows."""
    first, *rest = command.qualified_name.split(" ")
    for depth, name in enumerate(reversed(rest)):
        given = [{"name": name, "type": 1 if depth == 0 else 2, "options": given}]
    return await person.forges_command(first, *given, is_direct=is_direct)
