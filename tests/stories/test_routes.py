"""Every route and command, called without permission, for another person's data, and with malformed values.

The calls are made from the table of routes and the tree of commands, so they include new ones.
"""

import inspect
from types import ModuleType
from typing import Any

import pytest

import cogs.checkins.routes
import cogs.privacy.routes
from bot.gateway.interactions import anyone, guard_of, in_server, may_sit, moderator
from cogs.checkins.routes import ChannelCheckinRef, PromptWords
from cogs.privacy.routes import DataScope
from cogs.rooms.routes import (
    NameConsent,
    NoticeRef,
    NoticeSwitch,
    RoomRef,
    RoomRemoval,
    RoomSwitch,
    SessionAnswer,
    TimeRef,
)
from cogs.ui.routes import AnyRoute, NoPayload, RouteTable
from tests.stories.calls import (
    IN_SERVER,
    MANAGERS,
    NOT_A_MEMBER,
    OLD,
    SUBJECTS,
    Known,
    by_subject,
    check_private,
    commands,
    every_way,
    for_each_subject,
    forges,
    options,
)
from tests.world import World

LARGEST = (1 << 63) - 1
DETAILS = [
    *("", "0", "-1", "x", "1.0", "01", "٤٢", "²", " 1", "1 ", "1_0", "None", "\x00", ".", "......"),
    *(str(LARGEST + 1), str(10**40), "1.2.3.4.5.6", "a b c d e f g h i UTC", "z" * 200),
    *("1.show_name.99999999999999999999", "1.world_peace", "1.here", "1.1.sideways", "1.2"),
]
OF_SOME: dict[Any, set[str]] = {  # the payload types that do contain one
    NoPayload: {""},
    NoticeRef: {"1.2"},
    NoticeSwitch: {"1.0"},
    DataScope: {""},
    NameConsent: {"1.2"},
    SessionAnswer: {"1.here"},
    RoomRef: {"1.2"},
    ChannelCheckinRef: {"1.2"},
    TimeRef: {"1.2"},
    RoomSwitch: {"1.1.0"},
    RoomRemoval: {"1.1.0"},
}
VALUES = [[], [""], ["-1"], ["x y"], ["٤٢"], [str(LARGEST + 1)], [str(10**40)], ["1", "2", "3"], ["../.."]]


@pytest.mark.usefixtures("is_calm")
@for_each_subject
async def test_a_member_without_manage_server_cannot_use_moderators_routes(
    world: World, known: Known, subject: ModuleType
) -> None:
    shown = (await world.ben.uses("help")).panel
    before = await world.dump()
    for route in by_subject(subject):
        if route.guard is moderator:
            custom_id = route.of(known.payload(route.payload))
            answers = await every_way(world.ben, custom_id, known, shown)
            assert {check_private(answer, route) for answer in answers} == {MANAGERS, OLD}, route
            assert [answer for answer in answers if answer.form is not None] == []
    assert await world.dump() == before


@pytest.mark.usefixtures("is_calm")
@for_each_subject
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
@for_each_subject
async def test_a_member_cannot_change_another_members_data(
    world: World, known: Known, subject: ModuleType
) -> None:
    shown = (await world.ben.uses("help")).panel
    # What taps on public cards may change, how many rows about themselves a member deleted, and how many
    # direct messages were opened.
    shared = {"session", "card", "due", "channel_checkin", "deployment", "shared_limit"}
    before = await world.dump(besides=(world.ben.id,))
    for route in by_subject(subject):
        custom_id = route.of(known.payload(route.payload))
        for answer in await every_way(world.ben, custom_id, known, shown):
            check_private(answer, route)
    after = await world.dump(besides=(world.ben.id,))
    assert {name for name in before if before[name] != after[name]} <= shared


@pytest.mark.usefixtures("is_calm")
@for_each_subject
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
@for_each_subject
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
            await world.moderator.forges_form(custom_id, {"room": "x", "time": "9"}),
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


async def test_every_command_and_every_route_declares_a_guard(world: World) -> None:
    guards = {each.qualified_name: guard_of(each) for each in commands(world)}
    assert guards
    assert [
        name for name, guard in guards.items() if guard not in {anyone, in_server, may_sit, moderator}
    ] == []
    assert {guard for name, guard in guards.items() if name.startswith("quiet ")} == {moderator}
    table = world.client.routes
    assert isinstance(table, RouteTable)
    assert {each.guard for each in table.routes} == {anyone, in_server, may_sit, moderator}
    setting_up = {each for each in table.routes if each.name.startswith(("setup:", "prompts:"))}
    assert setting_up == {each for each in table.routes if each.guard is moderator}
    assert {each.name for each in table.routes} == {
        each.name for one in SUBJECTS for each in by_subject(one)
    }


@pytest.mark.usefixtures("is_calm")
async def test_a_member_without_manage_server_cannot_use_moderators_commands(
    world: World, known: Known
) -> None:
    before = await world.dump()
    for command in commands(world):
        if guard_of(command) is moderator:
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
    world.leaves(dora)
    before = await world.dump()
    world.spent()
    answer = await dora.forges(route.of(known.payload(route.payload)), panel.panel)
    assert answer.private[-1].text.endswith(NOT_A_MEMBER if is_direct else OLD)
    assert await world.dump() == before
    assert world.spent() == (["GET /guilds/*/members/*"] if is_direct else [])


@pytest.mark.usefixtures("is_calm")
@for_each_subject
async def test_in_direct_messages_a_route_of_servers_says_so(
    world: World, known: Known, subject: ModuleType
) -> None:
    shown = (await world.ben.uses_in_dm("help")).panel
    world.leaves(world.ben)
    before = await world.dump(besides=(world.ben.id,))
    for route in by_subject(subject):
        custom_id = route.of(known.payload(route.payload))
        said = check_private(await world.ben.forges(custom_id, shown, values=["1"]), route)
        if route.is_form:
            assert said == OLD, route
        elif route.guard in {moderator, in_server, may_sit}:
            assert said.endswith(IN_SERVER), route
    assert await world.dump(besides=(world.ben.id,)) == before
