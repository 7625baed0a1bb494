"""A clock that is compared with Discord's time, so that nothing is deleted or sent at a wrong time.

Whatever acts at set times asks `CheckedClock.is_plausible` or `confirm` first: the worker (which also runs
retention and everything that is due), the start, and the health endpoints.
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
    """Says whether the clock can be trusted; asked before acting at a set time."""

    @property
    def is_plausible(self) -> bool:
        """Whether the clock agrees with the time that Discord sent last; Discord is not asked."""
        ...

    async def confirm(self) -> bool:
        """Return whether the clock is right; if it seems wrong, ask Discord before answering."""
        ...


class Unchecked:
    """A `ClockCheck` that trusts every clock, for tests."""

    is_plausible = True

    async def confirm(self) -> bool:
        """Return True."""
        return True


class CheckedClock:
    """The clock `inner`, compared with Discord's time. While it is wrong, `now` returns Discord's time.

    So what members do meanwhile is saved with the right time. Until Discord has answered for the first
    time, the time at which the process started counts as right.
    """

    def __init__(
        self, inner: Clock, ask: AskTime | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = inner
        self._ask = ask
        self._monotonic = monotonic
        self._reference = Reference(inner.now(), monotonic())
        self._contradicts_discord = False
        self._is_error_logged = False
        self._asked_at: float | None = None
        self._noted_header: str | None = None

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
        return not self._contradicts_discord and is_plausible(
            self._inner.now(), self._monotonic(), self._reference
        )

    def note_time(self, discord: datetime) -> None:
        """Note the time that Discord just sent.

        If neither this machine's clock nor the time known before agrees with it, `confirm` asks Discord
        again before believing it: the answer may have been delayed.
        """
        reference = Reference(discord, self._monotonic())
        known = (self._inner.now(), self._reference.time_at(reference.monotonic))
        self._contradicts_discord = not any(
            is_plausible(each, reference.monotonic, reference) for each in known
        )
        if not self._contradicts_discord:
            self._reference = reference

    def note_date(self, header: str | None) -> None:
        """Note the time in the header Date of an answer, if it can be read.

        Ignored if Discord cannot be asked: then the clock follows the sandbox's, which sends it the time.
        """
        if self._ask is None or header == self._noted_header:
            return  # many answers arrive within a second, to which the header is rounded
        found = parse_date(header)
        if found is not None:
            self.note_time(found)
        self._noted_header = header

    async def confirm(self) -> bool:
        """See `ClockCheck`. Logs when the clock becomes wrong, and when it is right again."""
        if not self.is_plausible:
            await self._ask_again()
        is_right = self.is_plausible
        if not is_right and not self._is_error_logged:
            ahead = clock_offset(self._inner.now(), self._monotonic(), self._reference)
            log.error(
                "this machine's clock is %s: nothing is deleted or sent by schedule until it is right",
                describe_offset(ahead),
            )
        elif is_right and self._is_error_logged:
            log.warning("this machine's clock is right again: everything that is due is done now")
        self._is_error_logged = not is_right
        return is_right

    async def _ask_again(self) -> None:
        """Ask Discord for the time and believe it, once in ten seconds at most."""
        begun = self._monotonic()
        if self._ask is None or (
            self._asked_at is not None and begun - self._asked_at < _ASK_EVERY_SECONDS
        ):
            return
        self._asked_at = begun
        answered = await self._ask()
        if answered is not None:
            self._reference, self._contradicts_discord = Reference(answered, self._monotonic()), False


def parse_date(header: str | None) -> datetime | None:
    """Return the time (aware) in an HTTP header Date, or None if there is none that can be read."""
    try:
        found = None if header is None else parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return None if found is None or found.tzinfo is None else found
