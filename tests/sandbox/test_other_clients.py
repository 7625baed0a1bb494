"""The sandbox accepts requests of other client libraries that Discord accepts."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox
from tests.begin import BEGIN
from tests.sandbox.conftest import Rest


@pytest.fixture
async def lenient() -> AsyncIterator[tuple[Sandbox, Rest]]:
    """Run a sandbox that ignores unknown fields, and return it with a REST client."""
    async with Sandbox(begin=BEGIN) as box, aiohttp.ClientSession() as session:
        yield box, Rest(box, session)


async def test_unknown_fields_are_ignored_listed_and_not_returned(lenient: tuple[Sandbox, Rest]) -> None:
    box, rest = lenient
    route = f"/channels/{box.person('Ada').channel('general').id}/messages"
    body = {"content": "x", "colour": "red", "embeds": [{"title": "a", "titel": "b"}]}
    status, made = await rest("POST", route, body)
    assert (status, made["content"], "titel" in made["embeds"][0]) == (200, "x", False)
    assert box.ignored_fields == [
        "POST /channels/{channel_id}/messages: colour",
        "POST /channels/{channel_id}/messages: embeds.0.titel",
    ]
    assert box.requests[-1].body == body
    assert box.refusals == []


async def test_unknown_fields_of_commands_and_first_responses_are_ignored(
    lenient: tuple[Sandbox, Rest],
) -> None:
    box, rest = lenient
    command = {"name": "a", "description": "b", "default_permission": True, "options": []}
    status, [made] = await rest("PUT", f"/applications/{box.world.app.id}/commands", [command])
    assert status == 200
    assert "default_permission" not in made
    asked = box.person("Ada").begin_run("a", "general", {})
    answer = {"type": 5, "data": {"allowed_mentions": {"parse": []}}, "nonce": "1"}
    status, _ = await rest("POST", f"/interactions/{asked.id}/{asked.token}/callback", answer)
    assert status == 204
    assert len(box.ignored_fields) == 3


async def test_a_strict_sandbox_refuses_unknown_fields(box: Sandbox, rest: Rest) -> None:
    route = f"/channels/{box.person('Ada').channel('general').id}/messages"
    assert await rest.refusal("POST", route, {"content": "x", "colour": "red"}) == (400, 50035)
    assert len(box.refusals) == 1
    assert box.ignored_fields == []


@pytest.mark.parametrize(
    "form", [{"payload_json": json.dumps({"content": "x"})}, {"content": "x"}], ids=["json", "fields"]
)
async def test_a_body_may_be_a_url_encoded_form(box: Sandbox, form: dict[str, Any]) -> None:
    url = f"{box.api_url}/channels/{box.person('Ada').channel('general').id}/messages"
    headers = {"Authorization": f"Bot {box.token}"}
    async with aiohttp.ClientSession() as session, session.post(url, data=form, headers=headers) as answer:
        assert answer.status == 200
        assert (await answer.json())["content"] == "x"


def test_the_token_begins_with_the_id_of_the_bot() -> None:
    box = Sandbox()
    first, _, _ = box.token.split(".")
    assert base64.b64decode(first + "=" * (-len(first) % 4)).decode() == str(box.world.app.user.id)


async def test_every_gateway_frame_has_a_sequence_and_a_name(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(box.gateway_url) as socket:
        await socket.send_json({"op": 1, "d": None})
        resume = {"token": box.token, "session_id": "x", "seq": 1}
        await socket.send_json({"op": 6, "d": resume})
        frames = [await socket.receive_json() for _ in range(3)]
        box.faults.ask_to_reconnect()
        frames.append(await socket.receive_json())
    assert [one["op"] for one in frames] == [10, 11, 9, 7]
    assert all(set(one) == {"op", "d", "s", "t"} for one in frames)
