"""A clock that is compared with Discord's time, so that nothing is deleted or sent at a wrong time.

`CheckedClock.is_plausible` and `confirm` are what everything asks that acts by the time of day on its own:
the worker (and with it retention and all that is due), the start, and the health endpoints.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from bot.scheduling.clock import Clock
from bot.scheduling.plausibility import Reference, clock_offset, describe_offset, is_plausible

log = logging.getLogger(__name__)

_ASK_EVERY_SECONDS = 10.0

AskTime = Callable[[], Awaitable[datetime | None]]
"""Asks Discord for the time, and returns it (aware), or None if Discord does not answer."""


class ClockCheck(Protocol):
    """What is asked before acting by the clock."""

    @property
    def is_plausible(self) -> bool:
        """Whether the clock agrees with what is known, as far as can be said without asking Discord."""
        ...

    async def confirm(self) -> bool:
        """Return whether the clock is right; if it does not seem so, ask Discord first."""
        ...


class Unchecked:
    """A `ClockCheck` for a clock that nobody doubts, as in tests."""

    is_plausible = True

    async def confirm(self) -> bool:
        """Return True."""
        return True


class CheckedClock:
    """The clock `inner`, checked. While it is wrong, `now` is Discord's time, as far as it is known.

    So what members do meanwhile is saved with the right time. Until Discord has answered for the first
    time, the time of the start counts as right.
    """

    def __init__(
        self, inner: Clock, ask: AskTime | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = inner
        self._ask = ask
        self._monotonic = monotonic
        self._reference = Reference(inner.now(), monotonic())
        self._is_doubted = False
        self._is_said = False
        self._asked_at: float | None = None

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        now, monotonic = self._inner.now(), self._monotonic()
        if is_plausible(now, monotonic, self._reference):
            return now
        return self._reference.time_at(monotonic)

    async def sleep_until(self, when: datetime | None, wake: asyncio.Event, *, busy: bool = False) -> None:
        """See `Clock`."""
        shown = None if when is None else when + (self._inner.now() - self.now())
        await self._inner.sleep_until(shown, wake, busy=busy)

    @property
    def is_plausible(self) -> bool:
        """See `ClockCheck`."""
        return not self._is_doubted and is_plausible(self._inner.now(), self._monotonic(), self._reference)

    def note_time(self, discord: datetime) -> None:
        """Learn Discord's time, which an answer told just now.

        If neither the clock nor what was known agrees, `confirm` asks once more before it is believed: an
        answer may have been under way for long.
        """
        reference = Reference(discord, self._monotonic())
        known = (self._inner.now(), self._reference.time_at(reference.monotonic))
        self._is_doubted = not any(is_plausible(each, reference.monotonic, reference) for each in known)
        if not self._is_doubted:
            self._reference = reference

    def note_date(self, header: str | None) -> None:
        """Learn Discord's time from the header Date of an answer, if it can be read.

        Ignored where Discord cannot be asked: a followed clock is told the time by its server.
        """
        found = parse_date(header)
        if found is not None and self._ask is not None:
            self.note_time(found)

    async def confirm(self) -> bool:
        """See `ClockCheck`. Logs when the clock becomes wrong, and when it is right again."""
        if not self.is_plausible:
            await self._ask_again()
        is_right = self.is_plausible
        if not is_right and not self._is_said:
            ahead = clock_offset(self._inner.now(), self._monotonic(), self._reference)
            log.error(
                "this machine's clock is %s: nothing is deleted or sent by schedule until it is right",
                describe_offset(ahead),
            )
        elif is_right and self._is_said:
            log.warning("this machine's clock is right again: what is due is done")
        self._is_said = not is_right
        return is_right

    async def _ask_again(self) -> None:
        """Ask Discord for the time and believe it, once in ten seconds at most."""
        begun = self._monotonic()
        if self._ask is None or (
            self._asked_at is not None and begun - self._asked_at < _ASK_EVERY_SECONDS
        ):
            return
        self._asked_at = begun
        told = await self._ask()
        if told is not None:
            self._reference, self._is_doubted = Reference(told, self._monotonic()), False


def parse_date(header: str | None) -> datetime | None:
    """Return the time (aware) in an HTTP header Date, or None if there is none that can be read."""
    try:
        found = None if header is None else parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return None if found is None or found.tzinfo is None else found
