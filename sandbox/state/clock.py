"""The sandbox's clock: real time plus an offset, and the processes that follow it.

A follower is sent the time after every change and answers with the time of its next alarm. `move` steps
from alarm to alarm, so that everything happens in the order in which it is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

FOLLOWER_TIMEOUT_SECONDS = 20.0


class FollowerConnection(Protocol):
    """How the clock reaches a follower."""

    async def send_time(self, unix_seconds: float, tick: int) -> None:
        """Send the time and the number of the change; raises `ConnectionError` when disconnected."""

    async def close(self) -> None:
        """Close the connection."""


@dataclass(eq=False)
class Follower:
    """A process that follows the clock: its next alarm in unix seconds, the last change it handled."""

    connection: FollowerConnection
    alarm: float | None = None
    tick: int = -1


class Clock:
    """Return the time, move it forward, and wait for the followers to catch up.

    It begins at `begin`, an aware time, or at the real time if that is None. Between moves it runs at
    real speed.
    """

    def __init__(self, begin: datetime | None = None) -> None:
        self._offset = begin - datetime.now(UTC) if begin else timedelta()
        self._tick = 0
        self._followers: list[Follower] = []
        self._follower_answered = asyncio.Event()
        self._move_lock = asyncio.Lock()
        self.scheduled_times: Callable[[], list[datetime]] = list  # changes that need no follower
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
        """Whether a move is in progress."""
        return self._move_lock.locked()

    @property
    def followers(self) -> int:
        """How many processes follow this clock."""
        return len(self._followers)

    def next_event(self) -> datetime | None:
        """Return the next scheduled time or alarm after now, None if there is none."""
        now = self.now()
        later = [moment for moment in self.scheduled_times() if moment > now]
        alarms = [f.alarm for f in self._followers if f.alarm is not None]
        later += [moment for moment in map(_from_unix, alarms) if moment > now]
        return min(later, default=None)

    async def move(self, to: datetime) -> None:
        """Move time forward to an aware time, one alarm at a time.

        Before the first step and after each, send every follower the time and wait until it has handled
        it and has no alarm that is still due, for at most 20 real seconds. A `to` in the past moves
        nothing, but still lets the followers do what is due.
        """
        async with self._move_lock:
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
            await self._send_time(follower)

    async def _send_time(self, follower: Follower) -> None:
        try:
            await follower.connection.send_time(self.unix(), self._tick)
        except ConnectionError:
            self._remove(follower)

    async def _wait_for_followers(self) -> None:
        try:
            async with asyncio.timeout(FOLLOWER_TIMEOUT_SECONDS):
                while any(self._is_busy(f) for f in self._followers):
                    self._follower_answered.clear()
                    await self._follower_answered.wait()
        except TimeoutError:
            return

    def _is_busy(self, follower: Follower) -> bool:
        due = follower.alarm is not None and follower.alarm <= self.unix()
        return due or follower.tick < self._tick

    async def add_follower(self, follower: Follower) -> None:
        """Add a follower and send it the time."""
        self._followers.append(follower)
        self.on_change()
        await self._send_time(follower)

    def set_alarm(self, follower: Follower, alarm: float | None, tick: int) -> None:
        """Record a follower's answer: its next alarm in unix seconds, and the change it has handled."""
        follower.alarm = alarm
        follower.tick = tick
        self._follower_answered.set()
        self.on_change()

    def remove_follower(self, follower: Follower) -> None:
        """Stop waiting for a follower that has disconnected."""
        self._remove(follower)
        self.on_change()

    def _remove(self, follower: Follower) -> None:
        if follower in self._followers:
            self._followers.remove(follower)
        self._follower_answered.set()

    async def close(self) -> None:
        """Disconnect every follower."""
        for follower in list(self._followers):
            await follower.connection.close()


def _from_unix(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
