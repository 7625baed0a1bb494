"""Pauses between attempts, which grow while the attempts fail."""

from datetime import timedelta

STEADY = timedelta(minutes=10)
"""After a connection that lasted this long, the pauses start from the shortest again."""
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=10)


class ExponentialBackoff:
    """Pauses that double after each failed attempt, from `first` up to `longest`."""

    def __init__(self, first: timedelta = _FIRST_PAUSE, longest: timedelta = _LONGEST_PAUSE) -> None:
        self._first = self._next_pause = first
        self._longest = longest

    def after(self, connected_for: timedelta) -> timedelta:
        """Return the pause after a connection that lasted `connected_for` (zero: there was none)."""
        if connected_for >= STEADY:
            self._next_pause = self._first
        pause = self._next_pause
        self._next_pause = min(pause * 2, self._longest)
        return pause
