"""A rate limit for messages that no member is waiting for, so that they do not delay answers."""

import asyncio


class RateLimiter:
    """Spaces calls evenly: `per_second` of them, in the order in which they came."""

    def __init__(self, per_second: float) -> None:
        self._interval_seconds = 1 / per_second
        self._next_at = 0.0

    async def acquire(self) -> None:
        """Wait until the caller may go ahead."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_at)
        self._next_at = at + self._interval_seconds
        await asyncio.sleep(at - now)
