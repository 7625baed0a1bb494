"""Interactions that Discord should never send: each is answered or left out, and members are served."""

import asyncio
import contextlib
import gc
import logging
from typing import Any

import pytest

from tests.gateway.malformed import malformed
from tests.world import World

COMPONENT = {"custom_id": "rooms:sit:1:v1", "component_type": 2}
FORM = {
    "custom_id": "rooms:sit:1:v1",
    "components": [{"type": 18, "component": {"type": 4, "custom_id": "a"}}],
}
COMMANDS = [
    {"id": "7", "name": "sit", "type": 1, "options": [{"name": "minutes", "type": 4, "value": 10}]},
    {"id": "7", "name": "quiet", "type": 1, "options": [{"name": "setup", "type": 1, "options": []}]},
]


def interaction(world: World, kind: int, data: Any) -> dict[str, Any]:
    """Return an interaction of Ada's, as Discord sends it."""
    guild = world.client.guilds[0]
    user = {"id": "900000000000000009", "username": "ada", "discriminator": "0", "avatar": None}
    member: dict[str, Any] = {
        "user": user,
        "roles": [],
        "joined_at": None,
        "permissions": "8",
        "flags": 0,
        "deaf": False,
        "mute": False,
    }
    return {
        "id": "900000000000000008",
        "type": kind,
        "version": 1,
        "token": "a-token",
        "application_id": str(world.client.application_id),
        "guild_id": str(guild.id),
        "channel_id": str(guild.text_channels[0].id),
        "member": member,
        "locale": "en-US",
        "data": data,
        "attachment_size_limit": 10_485_760,
        "entitlements": [],
        "authorizing_integration_owners": {},
    }


@pytest.mark.parametrize(
    ("kind", "data"), [(3, COMPONENT), (5, FORM), *((2, each) for each in COMMANDS), (4, COMMANDS[0])]
)
async def test_a_malformed_interaction_leaves_no_error_behind_and_the_next_one_is_answered(
    world: World, caplog: pytest.LogCaptureFixture, kind: int, data: Any
) -> None:
    world.expects_errors = True
    state: Any = world.client._connection  # noqa: SLF001 - to hand it more than its limits let through
    state.parse_interaction_create(interaction(world, kind, data))  # the whole one can be read
    for wrong in malformed(interaction(world, kind, data)):
        with contextlib.suppress(Exception):  # what its guard leaves out
            state.parse_interaction_create(wrong)
        await asyncio.sleep(0)
    await world.settle()
    gc.collect()
    assert [each.getMessage() for each in caplog.records if each.name == "asyncio"] == []
    caplog.clear()
    caplog.set_level(logging.CRITICAL)
    sat = await world.ben.opens()
    assert sat.text.startswith("You have a seat in Library.")
