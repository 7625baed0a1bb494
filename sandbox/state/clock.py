"""The sandbox's clock: real time, or one begun at another moment, and the protocol of its followers.

A follower connects to the clock's WebSocket, is told the time after every change, and says when it
next wants to be woken. `move` steps through those alarms, so that what falls due happens in order.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from collections.abc import Callable

FOLLOWER_PATIENCE_SECONDS = 20.0


@dataclass(eq=False)
class Follower:
    """One connected process that lives by this clock."""

    socket: web.WebSocketResponse
    alarm: float | None = None
    tick: int = -1


class Clock:
    """Tells the time, moves it forward, and waits for those who follow it.

    It begins at `begin`, an aware time; None: at the real one. It runs at real speed between moves.
    """

    def __init__(self, begin: datetime | None = None) -> None:
        self._offset = begin - datetime.now(UTC) if begin else timedelta()
        self._tick = 0
        self._followers: list[Follower] = []
        self._heard = asyncio.Event()
        self._moving = asyncio.Lock()
        self.native_events: Callable[[], list[datetime]] = list
        self.on_change: Callable[[], None] = lambda: None
        self.on_step: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        """Return the sandbox's time, aware UTC."""
        return datetime.now(UTC) + self._offset

    def unix(self) -> float:
        """Return the sandbox's time in seconds since 1970."""
        return self.now().timestamp()

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._moving.locked()

    @property
    def followers(self) -> int:
        """How many processes follow this clock."""
        return len(self._followers)

    def next_event(self) -> datetime | None:
        """Return the earliest thing that is going to happen after now, None for nothing."""
        now = self.now()
        later = [moment for moment in self.native_events() if moment > now]
        alarms = [f.alarm for f in self._followers if f.alarm is not None]
        later += [moment for moment in map(_moment, alarms) if moment > now]
        return min(later, default=None)

    async def move(self, to: datetime) -> None:
        """Move time forward to an aware time, one alarm at a time.

        Before the first step and after each, every follower is told the time and waited for until it has
        said that it is done and names no alarm that is still due, at most 20 real seconds. So a time that
        has passed moves nothing, and lets followers do what is due.
        """
        async with self._moving:
            await self._announce()
            await self._wait_for_followers()
            while (now := self.now()) < to:
                due = self.next_event()
                target = min(to, due) if due else to
                self._offset += max(target - now, timedelta())
                self.on_step()
                await self._announce()
                await self._wait_for_followers()
        self.on_change()

    async def _announce(self) -> None:
        self._tick += 1
        self.on_change()
        for follower in list(self._followers):
            await self._tell(follower)

    async def _tell(self, follower: Follower) -> None:
        try:
            await follower.socket.send_json({"op": "now", "at": self.unix(), "tick": self._tick})
        except ConnectionError:
            self._leave(follower)

    async def _wait_for_followers(self) -> None:
        try:
            async with asyncio.timeout(FOLLOWER_PATIENCE_SECONDS):
                while any(self._is_busy(f) for f in self._followers):
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            return

    def _is_busy(self, follower: Follower) -> bool:
        due = follower.alarm is not None and follower.alarm <= self.unix()
        return due or follower.tick < self._tick

    def _leave(self, follower: Follower) -> None:
        if follower in self._followers:
            self._followers.remove(follower)
        self._heard.set()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one follower until it leaves."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        follower = Follower(socket)
        self._followers.append(follower)
        self.on_change()
        await self._tell(follower)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(follower, message.json())
        finally:
            self._leave(follower)
            self.on_change()
        return socket

    def _take(self, follower: Follower, said: dict[str, Any]) -> None:
        if said.get("op") != "alarm":
            return
        alarm = said.get("at")
        follower.alarm = None if alarm is None else float(alarm)
        follower.tick = int(said.get("tick", -1))
        self._heard.set()
        self.on_change()

    async def close(self) -> None:
        """Let every follower go."""
        for follower in list(self._followers):
            await follower.socket.close()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
