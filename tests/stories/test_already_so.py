"""A moderator who chooses the present setting again is told that nothing was changed."""

from __future__ import annotations

import pytest

from tests.world import World

ALREADY = "It's like that already. Nothing was changed."

COMMANDS: list[tuple[str, dict[str, object]]] = [
    ("quiet room hello", {"room": "Library", "asks": 1}),
    ("quiet room hello", {"room": "Library", "asks": 0}),
    ("quiet room opening", {"room": "Library", "who": "moderators"}),
    ("quiet room opening", {"room": "Library", "who": "everyone"}),
    ("quiet room events", {"room": "Library", "announced": 0}),
    ("quiet setup", {"zone": "Europe/Berlin"}),
]


@pytest.mark.parametrize(
    ("command", "given"), COMMANDS, ids=[f"{c} {list(g.values())[-1]}" for c, g in COMMANDS]
)
async def test_a_command_says_when_nothing_would_change(
    command: str, given: dict[str, object], world: World
) -> None:
    await world.moderator.uses(command, **given)
    assert ALREADY in (await world.moderator.uses(command, **given)).text


@pytest.mark.parametrize("contacts", ["Samaritans: 116 123", ""])
async def test_the_form_for_help_contacts_says_when_nothing_would_change(
    contacts: str, world: World
) -> None:
    said = ""
    for _ in range(2):
        panel = await world.moderator.uses("quiet setup")
        form = await world.moderator.taps(panel.panel, "Help contacts")
        said = (await world.moderator.sends(form, help_contacts=contacts)).text
    assert ALREADY in said


async def test_a_command_that_changes_something_does_not_say_that_nothing_changed(world: World) -> None:
    for command, given in COMMANDS[:4]:
        assert ALREADY not in (await world.moderator.uses(command, **given)).text
