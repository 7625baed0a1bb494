"""What moderators see: rooms, never people."""

import json
import re

import pytest

from bot.gateway.interactions import guard_of, moderator
from tests.stories.calls import SUBJECTS, Known, by_subject, check_private, commands, forges, options
from tests.world import Answer, Person, Shown, World


def people_in(shown: object, *people: Person) -> list[str]:
    """Return the names of those who are named in what is shown, or whose id is in it."""
    raw = json.dumps(shown, default=str)
    names = {each.actor.user.name: each.id for each in people}
    return [name for name, number in names.items() if re.search(rf"(?i)\b({name}|{number})\b", raw)]


def all_of(answer: Answer) -> object:
    """Return all that an answer shows: texts, buttons, selects with their options, and forms."""
    return [*(raw(each) for each in answer.private), answer.form]


def raw(shown: Shown) -> object:
    """Return the whole content of a message."""
    return [shown.message.content, shown.message.components]


@pytest.fixture
async def people(world: World, known: Known) -> tuple[Person, Person]:
    """Let Ada use everything, with her name shown, and Ben sit hidden."""
    assert known.ids["cadence_id"]
    await world.ben.uses("sit", hidden=True)
    assert people_in(raw(world.card()), world.ada, world.ben) == ["ada"]  # a name that is shown is found
    return world.ada, world.ben


@pytest.mark.usefixtures("is_calm")
async def test_no_command_for_moderators_shows_who_sits_or_what_they_chose(
    world: World, known: Known, people: tuple[Person, Person]
) -> None:
    used = [each for each in commands(world) if guard_of(each) is moderator]
    assert {"quiet setup", "quiet check", "quiet schedule list"} <= {each.qualified_name for each in used}
    for command in used:
        for text in ("Library", str(known.ids["room_id"])):
            answer = await forges(world.moderator, command, options(command, known, text))
            assert check_private(answer, command.qualified_name) != ""
            assert people_in(all_of(answer), *people) == [], command.qualified_name


@pytest.mark.usefixtures("is_calm")
async def test_no_panel_for_moderators_shows_who_sits_or_what_they_chose(
    world: World, known: Known, people: tuple[Person, Person]
) -> None:
    shown = (await world.moderator.uses("quiet setup")).panel
    used = [each for subject in SUBJECTS for each in by_subject(subject) if each.guard is moderator]
    assert len(used) > 40
    for route in used:
        custom_id = route.of(known.payload(route.payload))
        for values in ([], [str(known.ids["room_id"])], [str(known.ids["schedule_id"])]):
            answer = await world.moderator.forges(custom_id, shown, values=values)
            check_private(answer, route)
            assert people_in(all_of(answer), *people) == [], route
