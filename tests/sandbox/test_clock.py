"""The clock, its moves and the processes that follow it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from sandbox.state.clock import Clock

if TYPE_CHECKING:
    from sandbox import Sandbox


class Follower:
    """A process with alarms that it handles when they are due."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, alarms: list[float]) -> None:
        self._socket = socket
        self.alarms = alarms
        self.fired: list[float] = []
        self.ticks: list[int] = []

    async def follow(self) -> None:
        async for message in self._socket:
            said: Any = message.json()
            self.ticks.append(said["tick"])
            due = [at for at in self.alarms if at <= said["at"]]
            self.fired += due
            self.alarms = [at for at in self.alarms if at not in due]
            answer = {"op": "alarm", "at": min(self.alarms, default=None), "tick": said["tick"]}
            await self._socket.send_json(answer)


async def test_a_move_stops_at_every_alarm(box: Sandbox) -> None:
    now = box.clock.unix()
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(box.clock_url)
        follower = Follower(socket, [now + 600, now + 60, now + 9000])
        task = asyncio.create_task(follower.follow())
        await box.until(lambda: box.clock.next_event() is not None)
        await box.clock.move(box.clock.now() + timedelta(hours=1))
        assert follower.fired == [now + 60, now + 600]
        assert follower.ticks == [0, 1, 2, 3, 4]
        assert box.clock.unix() - now == pytest.approx(3600, abs=5)
        due = box.clock.next_event()
        assert due is not None
        assert due.timestamp() == pytest.approx(now + 9000)
        await socket.close()
        await task


async def test_a_move_does_not_skip_an_alarm_that_was_not_sent_yet(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(box.clock_url)
        follower = Follower(socket, [])
        task = asyncio.create_task(follower.follow())
        await box.until(lambda: follower.ticks == [0])
        alarm = box.clock.unix() + 60
        follower.alarms.append(alarm)
        await box.clock.move(box.clock.now() + timedelta(hours=1))
        assert follower.fired == [alarm]
        await socket.close()
        await task


async def test_a_move_to_the_present_lets_followers_do_what_is_due(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(box.clock_url)
        await _answer(socket, await socket.receive_json(), None)
        moving = asyncio.create_task(box.clock.move(box.clock.now()))
        said = await socket.receive_json()
        assert not moving.done()
        await _answer(socket, said, None)
        await asyncio.wait_for(moving, 30)
        await socket.close()


async def test_the_clock_begins_at_the_given_time_or_at_the_real_one() -> None:
    before = datetime.now(UTC)
    real, other = Clock(), Clock(begin=datetime(2031, 3, 30, 0, 59, tzinfo=UTC))
    assert before <= real.now() <= datetime.now(UTC)
    assert timedelta() <= other.now() - datetime(2031, 3, 30, 0, 59, tzinfo=UTC) < timedelta(seconds=1)


async def test_time_never_goes_back(box: Sandbox) -> None:
    before = box.clock.now()
    await box.clock.move(before - timedelta(hours=1))
    assert box.clock.now() >= before


async def _answer(socket: aiohttp.ClientWebSocketResponse, said: Any, after: float | None) -> None:
    at = None if after is None else said["at"] + after
    await socket.send_json({"op": "alarm", "at": at, "tick": said["tick"]})


async def test_a_move_does_not_wait_for_a_follower_that_has_disconnected(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(box.clock_url)
        await _answer(socket, await socket.receive_json(), None)
        moving = asyncio.create_task(box.clock.move(box.clock.now() + timedelta(hours=1)))
        assert (await socket.receive_json())["tick"] == 1
        assert not moving.done()
        await socket.close()
        await asyncio.wait_for(moving, 30)


async def test_a_move_stops_waiting_for_a_silent_follower_after_a_timeout(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.state.clock.FOLLOWER_TIMEOUT_SECONDS", 0.05)
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(box.clock_url)
        await socket.receive_json()
        await asyncio.wait_for(box.clock.move(box.clock.now() + timedelta(hours=1)), 30)
        await socket.close()


async def test_time_stops_while_a_follower_has_an_alarm_that_is_still_due(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(box.clock_url)
        said = await socket.receive_json()
        await _answer(socket, said, 600)
        moving = asyncio.create_task(box.clock.move(box.clock.now() + timedelta(hours=1)))
        await _answer(socket, await socket.receive_json(), 600)
        at_alarm = await socket.receive_json()
        assert at_alarm["at"] == pytest.approx(said["at"] + 600, abs=1)
        await _answer(socket, at_alarm, -1)  # an alarm in the past is still due
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive_json(), 0.05)
        await _answer(socket, at_alarm, None)
        await _answer(socket, await socket.receive_json(), None)
        await asyncio.wait_for(moving, 30)
        await socket.close()
