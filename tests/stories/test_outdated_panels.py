"""Every moderators' route on an outdated panel changes nothing, except those that only add something."""

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType

import pytest

import cogs.checkins.routes as checkins
import cogs.rooms.routes as rooms
import cogs.servers.routes as servers
from bot.gateway.interactions import moderator
from cogs.ui.routes import AnyRoute
from tests.stories.calls import Known, by_subject, check_private, every_way
from tests.world import World

STALE = 1  # no fingerprint of what there is
each_half = pytest.mark.parametrize("subjects", [[rooms], [checkins, servers]], ids=["rooms", "others"])
"""Runs a test for about half of the routes at a time."""
# What may change something without a fingerprint of what the moderator saw: it adds, or only begins again.
ADDING: list[AnyRoute] = [
    rooms.ADD_TIME,
    checkins.ADD_CHANNEL_CHECKIN,
    checkins.BEGIN_AGAIN,
    checkins.SAVE_PROMPT,
    checkins.CONFIRM_PROMPT,
    servers.ADD_ROOM,
    servers.ADD_SCHEDULE,
    servers.ADD_DAYS_OFF,
    servers.RESUME,
    servers.REMOVE_DAYS_OFF,  # by their number; they never change, so they are there or gone
]


def of_moderators(subjects: Sequence[ModuleType], *, seen: bool) -> list[AnyRoute]:
    """Return the moderators' routes whose payload holds a fingerprint, or the others."""
    found = [each for subject in subjects for each in by_subject(subject) if each.guard is moderator]
    return [each for each in found if ("fingerprint" in _fields(each)) is seen]


def _fields(route: AnyRoute) -> list[str]:
    return list(getattr(route.payload, "__dataclass_fields__", ()))


@pytest.mark.usefixtures("is_calm")
@each_half
async def test_an_act_on_an_outdated_panel_changes_nothing(
    world: World, known: Known, subjects: list[ModuleType]
) -> None:
    elsewhere = world.guild.create_text_channel("parlour").id
    known = Known({"elsewhere": elsewhere, **known.ids})  # first, so that a move is tried before a non-move
    await world.pass_time(minutes=60)  # a room with an open session could not be removed anyway
    shown = (await world.moderator.uses("help")).panel
    before = await world.dump()
    for route in of_moderators(subjects, seen=True):
        outdated = replace(known.payload(route.payload), fingerprint=STALE)
        answers = await every_way(world.moderator, route.of(outdated), known, shown)
        said = "".join(check_private(answer, route) + answer.panel.text for answer in answers)
        assert "Someone changed" in said or "Something changed" in said, (route, said)
        assert await world.dump() == before, route


@pytest.mark.usefixtures("is_calm")
@each_half
async def test_only_routes_that_add_something_need_no_fingerprint(
    world: World, known: Known, subjects: list[ModuleType]
) -> None:
    shown = (await world.moderator.uses("help")).panel
    before = await world.dump()
    for route in of_moderators(subjects, seen=False):
        if route in ADDING:
            continue
        for answer in await every_way(
            world.moderator, route.of(known.payload(route.payload)), known, shown
        ):
            check_private(answer, route)
        assert await world.dump() == before, route
