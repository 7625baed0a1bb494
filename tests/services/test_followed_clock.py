"""Following the clock of a test server over a WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.scheduling.clock import FollowedClock

NOON = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
CLOSE_ENOUGH = timedelta(minutes=1)  # years lie between the right time and a wrong one
SOON = 20  # seconds until a test gives up


@dataclass
class Followed:
    """A test server's clock, and what its follower tells it."""

    clock: FollowedClock
    known: asyncio.Event
    socket: web.WebSocketResponse | None = None
    alarms: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    told: list[datetime] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def move(self, to: datetime, tick: int) -> None:
        assert self.socket is not None
        self.known.clear()
        await self.socket.send_json({"op": "now", "at": to.timestamp(), "tick": tick})
        await asyncio.wait_for(self.known.wait(), SOON)

    async def sleep(self, when: datetime | None, *, busy: bool = False) -> None:
        await asyncio.wait_for(self.clock.sleep_until(when, self.wake, busy=busy), SOON)


@pytest.fixture
async def followed() -> AsyncIterator[Followed]:
    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        made.socket = socket
        await socket.send_json({"op": "now", "at": NOON.timestamp(), "tick": 1})
        async for message in socket:
            made.alarms.put_nowait(message.json())
        return socket

    app = web.Application()
    app.router.add_get("/clock", serve)
    server = TestServer(app)
    await server.start_server()
    clock, known = FollowedClock(str(server.make_url("/clock"))), asyncio.Event()
    made = Followed(clock, known)
    clock.on_time = made.told.append
    following = asyncio.create_task(clock.follow(known))
    await asyncio.wait_for(known.wait(), SOON)
    yield made
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    await server.close()


async def test_the_clock_shows_the_servers_time_from_then_on(followed: Followed) -> None:
    assert abs(followed.clock.now() - NOON) < CLOSE_ENOUGH
    later = NOON + timedelta(days=3)
    await followed.move(later, 2)
    assert abs(followed.clock.now() - later) < CLOSE_ENOUGH
    assert [
        abs(told - at) < CLOSE_ENOUGH for told, at in zip(followed.told, (NOON, later), strict=True)
    ] == [
        True,
        True,
    ]


async def test_until_the_server_tells_its_time_the_clock_shows_the_machines() -> None:
    clock = FollowedClock("http://localhost/clock")
    assert abs(clock.now() - datetime.now(UTC)) < CLOSE_ENOUGH
    await asyncio.wait_for(clock.sleep_until(clock.now(), asyncio.Event()), SOON)


async def test_a_move_ends_one_sleep_and_the_next_one_sets_an_alarm(followed: Followed) -> None:
    await followed.sleep(NOON + timedelta(hours=1))  # the first time was such a move
    assert followed.alarms.empty()
    await followed.move(NOON + timedelta(minutes=1), 2)
    await followed.sleep(None)
    when = followed.clock.now() + timedelta(hours=1)
    sleeping = asyncio.create_task(followed.sleep(when))
    alarm = await asyncio.wait_for(followed.alarms.get(), SOON)
    assert alarm == {"op": "alarm", "at": when.timestamp(), "tick": 2}
    assert not sleeping.done()
    await followed.move(when, 3)
    await sleeping


async def test_without_anything_due_the_alarm_is_empty_and_waking_ends_the_sleep(
    followed: Followed,
) -> None:
    await followed.sleep(None)
    sleeping = asyncio.create_task(followed.sleep(None))
    assert await asyncio.wait_for(followed.alarms.get(), SOON) == {"op": "alarm", "at": None, "tick": 1}
    assert not sleeping.done()
    followed.wake.set()
    await sleeping
    assert not followed.wake.is_set()


async def test_while_actions_run_no_alarm_is_set_and_the_sleep_ends_in_time(followed: Followed) -> None:
    await followed.sleep(None)
    await followed.sleep(followed.clock.now() + timedelta(milliseconds=20), busy=True)
    followed.wake.set()
    await followed.sleep(None)
    assert not followed.wake.is_set()
    assert followed.alarms.empty()
