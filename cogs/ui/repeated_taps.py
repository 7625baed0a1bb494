"""Taps that a hasty member repeats on one button before they see its answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Tap: TypeAlias = tuple[int, int, str]  # whose, on which message, on which button
_REPEATED_WITHIN_SECONDS = 3.0
_PRUNE_ABOVE = 1000


class RepeatedTaps:
    """Remembers the taps that are being answered, and those of the last three seconds, in memory alone."""

    def __init__(self) -> None:
        self._until: dict[Tap, float] = {}  # for how long a second tap is a repeated one

    @contextmanager
    def tap(self, tap: Tap, now: Callable[[], float]) -> Iterator[bool]:
        """Yield True for a first tap, False for a repeated one. After an error, the next is a first one.

        `now` returns seconds of a clock that never goes back.
        """
        if now() < self._until.get(tap, 0.0):
            yield False
            return
        self._forget_old(now())
        self._until[tap] = float("inf")
        try:
            yield True
        except BaseException:
            del self._until[tap]
            raise
        self._until[tap] = now() + _REPEATED_WITHIN_SECONDS

    def _forget_old(self, now: float) -> None:
        if len(self._until) >= _PRUNE_ABOVE:
            self._until = {tap: until for tap, until in self._until.items() if now < until}
