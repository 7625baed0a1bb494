"""A timer for the next time at which the world changes on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

MAX_WAIT_SECONDS = 86_400


class Alarm:
    """Call `on_ring` in real time when the sandbox's clock reaches `next_due()`.

    Call `rearm` after every change of what is due.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._handle: asyncio.TimerHandle | None = None
        self.next_due: Callable[[], datetime | None] = lambda: None
        self.on_ring: Callable[[], None] = lambda: None

    def rearm(self) -> None:
        """Set the timer to the next due time, or stop it if there is none."""
        self.stop()
        due = self.next_due()
        if due is not None:
            seconds = (due - self._now()).total_seconds()
            loop = asyncio.get_running_loop()
            self._handle = loop.call_later(min(seconds, MAX_WAIT_SECONDS), self.ring)

    def ring(self) -> None:
        """Do what is due now, then wait for the next due time."""
        self.on_ring()
        self.rearm()

    def stop(self) -> None:
        """Cancel the timer."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
