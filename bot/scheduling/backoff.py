"""ExponentialBackoff between attempts that grow while attempts fail."""

from datetime import timedelta

STEADY = timedelta(minutes=10)  # a connection that lasted this long starts the pauses from the beginning
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=10)


class ExponentialBackoff:
    """ExponentialBackoff that double after each failed attempt, up to a longest one."""

    def __init__(self, first: timedelta = _FIRST_PAUSE, longest: timedelta = _LONGEST_PAUSE) -> None:
        self._first = self._next = first
        self._longest = longest

    def after(self, stood: timedelta) -> timedelta:
        """Return the pause after a connection that lasted `stood` (zero: there was none)."""
        if stood >= STEADY:
            self._next = self._first
        pause = self._next
        self._next = min(pause * 2, self._longest)
        return pause
