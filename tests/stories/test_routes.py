"""Every route and command, called without permission, for another person's data, and with malformed values.

The calls are made from the table of routes and the tree of commands, so they include new ones.
"""

import dataclasses
import inspect
import logging
import typing
from collections.abc import Iterator
from datetime import UTC, datetime
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
from bot.gateway.interactions import anyone, guard_of, in_server, manager
from cogs.checkins.choices import Choices
from cogs.checkins.routes import PromptWords
from cogs.privacy.routes import DataScope
from cogs.rooms.routes import RoomSwitch, SessionAnswer, VoiceRemoval
from cogs.ui.routes import AnyRoute, NoPayload, Route, RouteTable
from tests.world import Answer, Person, World

SUBJECTS: list[ModuleType] = [
    cogs.rooms.routes,
    cogs.checkins.routes,
    cogs.privacy.routes,
    cogs.servers.routes,
]
OURS = "Something went wrong on our side."
MANAGERS = "This is for those who manage the server. Nothing was changed."
OLD = "This button is from an earlier version. Use the command again and it will work."
LARGEST = (1 << 63) - 1
DETAILS = [
    *("", "0", "-1", "x", "1.0", "01", "٤٢", "²", " 1", "1 ", "1_0", "None", "\x00", ".", "......"),
    *(str(LARGEST + 1), str(10**40), "1.2.3.4.5.6", "a b c d e f g h i UTC", "z" * 200),
    *("1.show_name.99999999999999999999", "1.world_peace", "1.here", "1.1.sideways", "1.2"),
]
OF_SOME: dict[Any, set[str]] = {  # the payload types that do contain one
    NoPayload: {""},
    DataScope: {""},
    SessionAnswer: {"1.here"},
    RoomSwitch: {"1.0"},
    VoiceRemoval: {"1.0"},
}
VALUES = [[], [""], ["-1"], ["x y"], ["٤٢"], [str(LARGEST + 1)], [str(10**40)], ["1", "2", "3"], ["../.."]]


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
        hints = typing.get_type_hints(kind)
        return kind(*(self._field(each.name, hints[each.name]) for each in dataclasses.fields(kind)))

    def _field(self, name: str, kind: Any) -> Any:
        if name in self.ids:
            return self.ids[name]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next(iter(kind))
        if kind is bool:
            return True
        if kind is datetime:
            return datetime(2026, 1, 5, tzinfo=UTC)
        return self.payload(kind) if dataclasses.is_dataclass(kind) else None

    def values(self) -> list[str]:
        """Return what may be chosen in some select."""
        return [*map(str, self.ids.values()), "en", "weekdays", "morning", "0"]


@pytest.fixture
async def known(world: World) -> Known:
    """Create one of everything in the server, most of it Ada's."""
    services, guild_id = world.client.services, world.guild.id
    await world.moderator.uses("quiet room arriving", room="Library", asks=1)
    times = {"room": "Library", "days": "Monday", "time": "19:30", "minutes": 25}
    await world.moderator.uses("quiet schedule add", **times)
    await world.moderator.uses("quiet checkins add", channel=world.library, days="Monday", time="9:05")
    await services.prompts.add(guild_id, "A chair is free.", "en")
    panel = await world.ada.uses("checkins")
    await world.ada.taps(panel.panel, "Yes, begin")
    await world.ada.opens(minutes=50)
    await world.ada.agrees("Show my name")
    await world.ada.agrees("Keep weekly counts")
    await world.pass_time(minutes=6)
    (room,) = await services.rooms.of_guild(guild_id)
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
            "schedule_id": schedule.schedule_id,
            "cadence_id": cadence.cadence_id,
            "channel_checkin_id": channel_checkin.channel_checkin_id,
            "prompt_id": prompt.prompt_id,
            "turn": channel_checkin.turn,
            "version": 1,
            "minutes": 5,
        }
    )


@pytest.fixture
def is_calm(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that no error was logged and no answer has a reference."""
    yield
    loud = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert not loud
    assert "reference" not in caplog.text


def check_private(answer: Answer, what: object) -> str:
    """Check that the member got a private answer that does not report an error; return the newest text."""
    assert answer.is_acknowledged, what
    assert OURS not in answer.text, what
    return answer.private[-1].text if answer.private else ""


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
    typed = dict.fromkeys(fields, "9:00") | {"room": str(known.ids["room_id"]), "day": "1", "minutes": "25"}
    return [
        await person.forges(custom_id, shown),
        *[await person.forges(custom_id, shown, values=[value]) for value in known.values()],
        await person.forges_form(custom_id, typed),
        await person.forges_form(custom_id, typed, chosen=True),
    ]


@pytest.mark.usefixtures("is_calm")
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.__name__)
async def test_a_member_without_manage_server_cannot_use_moderators_routes(
    world: World, known: Known, subject: ModuleType
) -> None:
    shown = (await world.ben.uses("help")).panel
    before = await world.dump()
    for route in by_subject(subject):
        if route.guard is manager:
            custom_id = route.of(known.payload(route.payload))
            answers = await every_way(world.ben, custom_id, known, shown)
            assert {check_private(answer, route) for answer in answers} == {MANAGERS, OLD}, route
            assert [answer for answer in answers if answer.form is not None] == []
    assert await world.dump() == before


@pytest.mark.usefixtures("is_calm")
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.__name__)
async def test_a_moderator_of_another_server_cannot_change_this_one(
    world: World, known: Known, subject: ModuleType
) -> None:
    dora = world.elsewhere(world.invite("dora"), manages=True)
    shown = (await dora.uses("help")).panel
    besides = (dora.id, dora.actor.guild.id)
    before = await world.dump(besides=besides)
    cards = [each.text for each in world.cards()]
    for route in by_subject(subject):
        custom_id = route.of(known.payload(route.payload))
        for answer in await every_way(dora, custom_id, known, shown):
            check_private(answer, route)
            assert "Library" not in "".join(each.text for each in answer.private), route
        assert await world.dump(besides=besides) == before, route
    assert [each.text for each in world.cards()] == cards


@pytest.mark.usefixtures("is_calm")
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.__name__)
async def test_a_member_cannot_change_another_members_data(
    world: World, known: Known, subject: ModuleType
) -> None:
    shown = (await world.ben.uses("help")).panel
    # What taps on public cards may change, and how many rows about themselves a member deleted.
    shared = {"session", "due", "channel_checkin", "deployment"}
    before = await world.dump(besides=(world.ben.id,))
    for route in by_subject(subject):
        custom_id = route.of(known.payload(route.payload))
        for answer in await every_way(world.ben, custom_id, known, shown):
            check_private(answer, route)
    after = await world.dump(besides=(world.ben.id,))
    assert {name for name in before if before[name] != after[name]} <= shared


@pytest.mark.usefixtures("is_calm")
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.__name__)
async def test_a_hostile_payload_changes_nothing(world: World, known: Known, subject: ModuleType) -> None:
    shown = (await world.moderator.uses("help")).panel
    before = await world.dump()
    for route in by_subject(subject):
        right = route.of(known.payload(route.payload))
        forged = [f"{route.name}:{detail}:v1" for detail in DETAILS if _is_hostile(route, detail)]
        others = [right.removesuffix("v1") + version for version in ("v0", "v2", "v\u0661", "v", "")]
        for custom_id in [*forged, *others, f"{right}:v9"]:
            for answer in (
                await world.moderator.forges(custom_id, shown, values=["1"]),
                await world.moderator.forges_form(custom_id, {"words": "1", "zone": "UTC"}),
            ):
                assert check_private(answer, custom_id) == OLD, custom_id
    assert await world.dump() == before


def _is_hostile(route: AnyRoute, detail: str) -> bool:
    """Return whether the route could not have written a detail; a check-in text may contain anything."""
    return route.payload is not PromptWords and detail not in OF_SOME.get(route.payload, ())


@pytest.mark.usefixtures("is_calm")
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.__name__)
async def test_a_select_or_form_without_what_it_asks_for_changes_nothing(
    world: World, known: Known, subject: ModuleType
) -> None:
    shown = (await world.moderator.uses("help")).panel
    before = await world.dump()
    reading = [each for each in by_subject(subject) if _reads(world, each)]
    assert reading or subject is cogs.privacy.routes
    for route in reading:
        custom_id = route.of(known.payload(route.payload))
        for values in VALUES:
            check_private(await world.moderator.forges(custom_id, shown, values=values), route)
        for answer in (
            await world.moderator.forges(custom_id, shown),
            await world.moderator.forges_form(custom_id, {}),
            await world.moderator.forges_form(custom_id, {"other": "x"}),
            await world.moderator.forges_form(custom_id, {"room": "x", "day": "99999999999", "time": "9"}),
        ):
            assert check_private(answer, route) == OLD, route
    assert await world.dump() == before


def _reads(world: World, route: AnyRoute) -> bool:
    """Return whether a route's handler reads a select or a form."""
    table = world.client.routes
    assert isinstance(table, RouteTable)
    source = inspect.getsource(table._handlers[route.name])  # noqa: SLF001 - to find out
    return any(f"{name}(interaction" in source for name in ("chosen", "chosen_all", "typed"))


# Commands


def commands(world: World) -> list[app_commands.Command[Any, ..., Any]]:
    """Return every slash command."""
    return [each for each in world.client.tree.walk_commands() if isinstance(each, app_commands.Command)]


def options(command: app_commands.Command[Any, ..., Any], known: Known, text: str) -> list[dict[str, Any]]:
    """Return every option of a command: the lowest number allowed, and `text` for typed options."""
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


async def forges(person: Person, command: app_commands.Command[Any, ..., Any], given: Any) -> Answer:
    """Use a command in a way that no client allows."""
    first, *rest = command.qualified_name.split(" ")
    for depth, name in enumerate(reversed(rest)):
        given = [{"name": name, "type": 1 if depth == 0 else 2, "options": given}]
    return await person.forges_command(first, *given)


async def test_every_command_and_every_route_declares_a_guard(world: World) -> None:
    guards = {each.qualified_name: guard_of(each) for each in commands(world)}
    assert guards
    assert [name for name, guard in guards.items() if guard not in {anyone, in_server, manager}] == []
    assert {guard for name, guard in guards.items() if name.startswith("quiet ")} == {manager}
    table = world.client.routes
    assert isinstance(table, RouteTable)
    assert {each.guard for each in table.routes} == {anyone, in_server, manager}
    setting_up = {each for each in table.routes if each.name.startswith(("setup:", "prompts:"))}
    assert setting_up == {each for each in table.routes if each.guard is manager}
    assert {each.name for each in table.routes} == {
        each.name for one in SUBJECTS for each in by_subject(one)
    }


@pytest.mark.usefixtures("is_calm")
async def test_a_member_without_manage_server_cannot_use_moderators_commands(
    world: World, known: Known
) -> None:
    before = await world.dump()
    for command in commands(world):
        if guard_of(command) is manager:
            answer = await forges(world.ben, command, options(command, known, "Library"))
            assert check_private(answer, command.qualified_name) == MANAGERS
    assert await world.dump() == before


@pytest.mark.usefixtures("is_calm")
async def test_a_moderator_of_another_server_cannot_change_this_one_by_command(
    world: World, known: Known
) -> None:
    dora = world.elsewhere(world.invite("dora"), manages=True)
    besides = (dora.id, dora.actor.guild.id)
    before = await world.dump(besides=besides)
    for command in commands(world):
        for text in {*map(str, known.ids.values()), "Library"}:
            answer = await forges(dora, command, options(command, known, text))
            check_private(answer, command.qualified_name)
            assert "A chair is free." not in answer.text
        assert await world.dump(besides=besides) == before, command.qualified_name


@pytest.mark.usefixtures("is_calm")
@pytest.mark.parametrize(
    "text", ["", "x" * 4000, "\u202eleft", str(LARGEST + 1), str(10**40), "٤٢", "-1", "{0}"]
)
async def test_hostile_options_of_a_command_are_answered_calmly(
    world: World, known: Known, text: str
) -> None:
    for command in commands(world):
        answer = await forges(world.moderator, command, options(command, known, text))
        check_private(answer, command.qualified_name)


async def test_a_session_in_a_channel_that_a_member_cannot_see_is_out_of_reach(world: World) -> None:
    await world.moderator.uses("quiet room add", channel=world.hidden_channel(), name="Attic")
    await world.moderator.uses("sit", room="Attic")
    (attic,) = (
        each.session
        for each in await world.client.services.sessions.listing(world.guild.id)
        if each.session is not None
    )
    panel = await world.ben.uses("help")
    before = await world.dump()
    for verb in ("sit", "again", "hide", "count", "look", "nod"):
        answer = await world.ben.forges(f"rooms:{verb}:{attic.session_id}:v1", panel.panel)
        assert "Attic" not in answer.private[-1].text
    assert await world.dump() == before


@pytest.mark.parametrize(
    "route",
    [
        cogs.privacy.routes.ASK_CONSENT,
        cogs.privacy.routes.GIVE_CONSENT,
        cogs.checkins.routes.AGREE,
        cogs.checkins.routes.AGREE_TO_THREAD,
    ],
    ids=repr,
)
@pytest.mark.parametrize("is_direct", [False, True])
async def test_a_payload_of_another_server_starts_nothing_there(
    world: World, known: Known, route: AnyRoute, *, is_direct: bool
) -> None:
    await world.client.services.rooms.offer_threads(world.guild.id, known.ids["room_id"], offered=True)
    dora = world.elsewhere(world.invite("dora"), manages=True)
    panel = await (dora.uses_in_dm("help") if is_direct else dora.uses("help"))
    before = await world.dump()
    world.spent()
    answer = await dora.forges(route.of(known.payload(route.payload)), panel.panel)
    assert answer.private[-1].text == OLD
    assert await world.dump() == before
    assert world.spent() == []


@pytest.mark.usefixtures("is_calm")
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda each: each.__name__)
async def test_in_direct_messages_a_route_of_servers_says_so(
    world: World, known: Known, subject: ModuleType
) -> None:
    shown = (await world.ben.uses_in_dm("help")).panel
    before = await world.dump(besides=(world.ben.id,))
    for route in by_subject(subject):
        custom_id = route.of(known.payload(route.payload))
        said = check_private(await world.ben.forges(custom_id, shown, values=["1"]), route)
        if route.is_form:
            assert said == OLD, route
        elif route.guard is manager:
            assert said == MANAGERS, route
        elif route.guard is in_server:
            assert said == "This works in a server, not in direct messages. Nothing was changed.", route
    assert await world.dump(besides=(world.ben.id,)) == before
