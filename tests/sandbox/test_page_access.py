"""Who may use the page's endpoints, and what happens to invalid actions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import yarl
from aiohttp import web

if TYPE_CHECKING:
    from sandbox import Sandbox


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
    ],
)
async def test_pages_of_other_origins_cannot_act(
    box: Sandbox, headers: dict[str, str], status: int
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{box.page_url}page/act"
        body = {"as": str(box.person("Ada").id), "do": "dms", "open": False}
        async with session.post(url, json=body, headers=headers) as answer:
            assert answer.status == status
    assert box.person("Ada").user.dms_open


async def test_other_hosts_and_live_sockets_of_other_origins_are_refused(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(box.page_url, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        foreign = {"Origin": "http://evil.example", "Upgrade": "websocket"}
        async with session.get(f"{box.page_url}page/live", headers=foreign) as answer:
            assert answer.status == 403


async def test_responses_have_security_headers_and_serve_no_other_files(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{box.page_url}page/state") as answer:
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Access-Control-Allow-Origin" not in answer.headers
        async with session.get(f"{box.page_url}page/../state.py") as answer:
            assert answer.status == 404
        for name in ("%2e%2e/state.py", "%2e%2e%2fstate.py", "/etc/hosts", "%00", "index.html%00"):
            url = yarl.URL(f"{box.page_url}page/{name}", encoded=True)
            async with session.get(url) as answer:
                assert answer.status in {200, 404}
                assert "text/html" in answer.content_type or answer.status == 404


INVALID: list[Any] = [
    [],
    "x",
    {},
    {"do": "dms"},
    {"do": "nothing"},
    {"do": "click", "channel": 1, "message": "x", "custom_id": 3},
    {"do": "click", "channel": None, "message": 1},
    {"do": "command", "channel": {}, "path": 5},
    {"do": "command", "channel": None, "path": "", "options": []},
    {"do": "complete", "channel": None},
    {"do": "modal", "interaction": "1", "values": {}},
    {"do": "select", "channel": None, "message": 1, "custom_id": "x", "values": 5},
    {"do": "say", "channel": None, "content": 5},
    {"do": "say", "channel": None, "content": "x" * 2001},
    {"do": "delete", "channel": None, "message": "1"},
    {"do": "dismiss", "message": []},
    {"do": "voice", "channel": "general"},
    {"do": "interested", "event": "1", "on": True},
    {"do": "clock", "by": "soon"},
    {"do": "clock", "by": -5},
    {"do": "clock", "by": 1e300},
    {"do": "clock", "to": "next"},
]


@pytest.mark.parametrize("body", INVALID, ids=str)
async def test_invalid_actions_are_refused_with_a_reason(box: Sandbox, body: Any) -> None:
    headers = {"Origin": box.page_url.rstrip("/")}
    data = {"as": str(box.person("Ada").id), **body} if isinstance(body, dict) else body
    async with aiohttp.ClientSession() as session:
        url = f"{box.page_url}page/act"
        async with session.post(url, json=data, headers=headers) as answer:
            said = await answer.json()
    assert answer.status in {200, 400}
    assert said["ok"] is False
    assert said["why"]


async def test_people_cannot_act_as_the_bot(box: Sandbox) -> None:
    headers = {"Origin": box.page_url.rstrip("/")}
    data = {"as": str(box.world.app.user.id), "do": "say", "channel": "general", "content": "x"}
    url = f"{box.page_url}page/act"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=data, headers=headers) as answer,
    ):
        assert answer.status == 400


async def test_a_client_that_disconnects_while_its_socket_opens_is_no_error(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def prepare(*_: object) -> None:
        raise aiohttp.ClientConnectionResetError("closing")

    monkeypatch.setattr(web.WebSocketResponse, "prepare", prepare)
    page = f"{box.page_url}page/live?as={box.person('Ada').id}"
    async with aiohttp.ClientSession() as session:
        for url in (page, box.clock_url, box.gateway_url):
            with pytest.raises(aiohttp.ClientError):
                await session.ws_connect(url, headers={"Origin": box.page_url.rstrip("/")})
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
