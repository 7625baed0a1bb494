"""A timer for the next time at which the world changes on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

MAX_WAIT_SECONDS = 86_400


class Alarm:
    """Let parts of the world change in real time when the sandbox's clock reaches their next due time.

    Each of `sources` has a function that returns that time, or None, and one that does what is due. Call
    `rearm` after every change of what is due.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._handle: asyncio.TimerHandle | None = None
        self.sources: Sequence[tuple[Callable[[], datetime | None], Callable[[], None]]] = []

    def rearm(self) -> None:
        """Set the timer to the next due time, or stop it if there is none."""
        self.stop()
        times = [next_due() for next_due, _ in self.sources]
        due = min((one for one in times if one is not None), default=None)
        if due is not None:
            seconds = (due - self._now()).total_seconds()
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(min(seconds, MAX_WAIT_SECONDS), self.ring)

    def ring(self) -> None:
        """Do what is due now, then wait for the next due time."""
        for _, advance in self.sources:
            advance()
        self.rearm()

    def stop(self) -> None:
        """Cancel the timer."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
