"""Keeps what the bot sends by itself below a rate, so that there is room left for everything else."""

import asyncio


class RateLimiter:
    """Gives turns, evenly apart: so many a second, in the order in which they were asked for."""

    def __init__(self, per_second: float) -> None:
        self._apart_seconds = 1 / per_second
        self._next_at = 0.0

    async def acquire(self) -> None:
        """Wait until the next send is within the rate; callers go in the order in which they called."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_at)
        self._next_at = at + self._apart_seconds
        await asyncio.sleep(at - now)
