"""Registration of application commands and its limits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.api.rate_limits import Limit

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Rest


def _command(**change: Any) -> dict[str, Any]:
    return {"name": "sit", "description": "Take a seat", **change}


def _option(**change: Any) -> dict[str, Any]:
    return {"type": 3, "name": "room", "description": "Which room", **change}


def _choice(number: int) -> dict[str, Any]:
    return {"name": f"n{number}", "value": f"v{number}"}


def _long(number: int) -> dict[str, Any]:
    return {"name": f"{number}" + "n" * 90, "value": f"{number}" + "v" * 90}


BAD: dict[str, list[dict[str, Any]]] = {
    "no description": [{"name": "sit"}],
    "capitals": [_command(name="Sit")],
    "spaces": [_command(name="sit down")],
    "long name": [_command(name="x" * 33)],
    "long description": [_command(description="x" * 101)],
    "two of a name": [_command(), _command()],
    "26 options": [_command(options=[_option(name=f"o{n}") for n in range(26)])],
    "26 choices": [_command(options=[_option(choices=[_choice(n) for n in range(26)])])],
    "option twice": [_command(options=[_option(), _option()])],
    "required last": [_command(options=[_option(), _option(name="b", required=True)])],
    "choices and autocomplete": [_command(options=[_option(choices=[_choice(1)], autocomplete=True)])],
    "mixed with subcommand": [_command(options=[_option(), _option(type=1, name="b")])],
    "too deep": [_command(options=[_option(type=2, options=[_option(type=2, name="b", options=[])])])],
    "bad locale": [_command(name_localizations={"xx": "sitz"})],
    "menu with description": [{"type": 2, "name": "Look", "description": "x"}],
    "no contexts": [_command(contexts=[])],
    "unknown field": [_command(secret=True)],
    "8,000 characters": [
        _command(
            options=[
                _option(name=f"o{n}", description="d" * 100, choices=[_long(i) for i in range(5)])
                for n in range(25)
            ]
        )
    ],
}


@pytest.mark.parametrize("commands", BAD.values(), ids=BAD)
async def test_an_invalid_command_is_refused_as_an_invalid_form(
    box: Sandbox, rest: Rest, commands: list[dict[str, Any]]
) -> None:
    path = f"/applications/{box.world.app.id}/commands"
    assert await rest.refusal("PUT", path, commands) == (400, 50035)
    assert box.world.commands == {}


async def test_a_scope_takes_a_hundred_slash_commands_and_fifteen_user_commands(
    box: Sandbox, rest: Rest
) -> None:
    path = f"/applications/{box.world.app.id}/commands"
    chat = [_command(name=f"c{n}") for n in range(100)]
    menus = [{"type": 2, "name": f"Menu {n}"} for n in range(15)]
    assert (await rest("PUT", path, [*chat, *menus]))[0] == 200
    assert await rest.refusal("PUT", path, [*chat, _command(name="more")]) == (400, 30032)
    assert await rest.refusal("POST", path, {"type": 2, "name": "One more"}) == (400, 30032)


async def test_replacing_all_commands_keeps_the_ids_of_those_with_the_same_name(
    box: Sandbox, rest: Rest
) -> None:
    path = f"/applications/{box.world.app.id}/commands"
    _, before = await rest("PUT", path, [_command(), _command(name="rooms")])
    _, after = await rest("PUT", path, [_command(description="Sit down")])
    assert [one["id"] for one in after] == [before[0]["id"]]
    assert after[0]["version"] != before[0]["version"]
    assert (await rest("GET", path))[1] == after


async def test_one_command_can_be_created_edited_and_deleted(box: Sandbox, rest: Rest) -> None:
    guild = next(iter(box.world.guilds))
    path = f"/applications/{box.world.app.id}/guilds/{guild}/commands"
    status, made = await rest("POST", path, _command())
    assert (status, made["guild_id"]) == (201, str(guild))
    assert (await rest("POST", path, _command()))[0] == 200
    one = f"{path}/{made['id']}"
    assert (await rest("PATCH", one, {"description": "New"}))[1]["description"] == "New"
    assert (await rest("DELETE", one))[0] == 204
    assert await rest.refusal("GET", one) == (404, 10063)


async def test_at_most_two_hundred_commands_can_be_created_a_day(box: Sandbox, rest: Rest) -> None:
    box.limits.overrides["PUT", "/applications/{application_id}/commands"] = Limit(50, 1.0)
    path = f"/applications/{box.world.app.id}/commands"
    for day in ("a", "b"):
        many = [_command(name=f"{day}{n}") for n in range(100)]
        assert (await rest("PUT", path, many))[0] == 200
        assert (await rest("PUT", path, many))[0] == 200
    assert await rest.refusal("PUT", path, [_command()]) == (400, 30034)
    await box.clock.move(box.clock.now() + timedelta(days=1, seconds=1))
    assert (await rest("PUT", path, [_command()]))[0] == 200
