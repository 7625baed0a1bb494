"""The clocks. No other module reads the time; rules take `now` as an argument."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import aiohttp

_LONGEST_SLEEP_SECONDS = 60.0  # within this it is noticed that the machine slept or its clock was set
_RECONNECT_SECONDS = 0.5


class Clock(Protocol):
    """The source of the time."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        """Sleep until `when` (None: no limit) or until the event `wake` is set, then clear `wake`.

        May return early; the caller looks again at what is due. `busy` says that actions are still running.
        """
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        """See `Clock`."""
        del busy
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), sleep_seconds(when, self.now()))
        wake.clear()


def sleep_seconds(when: datetime | None, now: datetime) -> float:
    """Return how many seconds to sleep before reading the clock again: until `when`, a minute at most.

    The event loop's timer stops while the machine sleeps, and ignores changes of the system clock.
    """
    left = _LONGEST_SLEEP_SECONDS if when is None else (when - now).total_seconds()
    return max(0.0, min(left, _LONGEST_SLEEP_SECONDS))


class FollowedClock:
    """The clock of a test server, followed over a WebSocket, so that a demo can skip through a day.

    The server sends `{"op": "now", "at": <unix seconds>, "tick": n}` whenever its clock is moved. The
    follower answers `{"op": "alarm", "at": <unix seconds or null>, "tick": n}` once it has done everything
    that was due, so the server never moves past an alarm. In between, both run at real speed.
    """

    def __init__(self, url: str) -> None:
        self.on_time: Callable[[datetime], None] = lambda _: (
            None
        )  # called with the time that the server sent
        self._url = url
        self._ahead_seconds = 0.0
        self._tick = 0
        self._moved = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    def now(self) -> datetime:
        """Return the server's time, aware, in UTC."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self._ahead_seconds, UTC)

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        """See `Clock`; returns also when the server's clock was moved."""
        if wake.is_set() or self._moved.is_set():
            wake.clear()
            self._moved.clear()
            return
        if not busy:
            await self._send_alarm(when)
        seconds = sleep_seconds(when, self.now())
        either = [asyncio.create_task(event.wait()) for event in (wake, self._moved)]
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in either:
            task.cancel()
        wake.clear()
        self._moved.clear()

    async def follow(self, known: asyncio.Event) -> None:
        """Follow the server until cancelled; `known` is set once its time is known."""
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    async with session.ws_connect(self._url) as socket:
                        self._socket = socket
                        async for message in socket:
                            self._apply(json.loads(message.data))
                            known.set()
                self._socket = None
                await asyncio.sleep(_RECONNECT_SECONDS)

    def _apply(self, message: dict[str, float]) -> None:
        self._ahead_seconds = message["at"] - datetime.now(UTC).timestamp()
        self._tick = int(message["tick"])
        self.on_time(self.now())
        self._moved.set()

    async def _send_alarm(self, alarm: datetime | None) -> None:
        if self._socket is None:
            return
        at = None if alarm is None else alarm.timestamp()
        with contextlib.suppress(aiohttp.ClientError, OSError):
            await self._socket.send_json({"op": "alarm", "at": at, "tick": self._tick})
