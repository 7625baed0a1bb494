"""The clock of a process: this machine's, or that of a test server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bot.app import preflight
from bot.errors import ConfigurationError
from bot.scheduling.checked_clock import CheckedClock
from bot.scheduling.clock import FollowedClock, SystemClock
from bot.settings import Settings

_CLOCK_TIMEOUT_SECONDS = 10.0


@asynccontextmanager
async def running_clock(settings: Settings) -> AsyncIterator[CheckedClock]:
    """Yield this machine's clock, or a test server's once its time is known. Raises ConfigurationError."""
    if settings.clock_url is None:
        yield CheckedClock(SystemClock(), partial(preflight.ask_time, settings))
        return
    clock = FollowedClock(str(settings.clock_url))
    known = asyncio.Event()
    following = asyncio.create_task(clock.follow(known))
    try:
        await asyncio.wait_for(known.wait(), _CLOCK_TIMEOUT_SECONDS)
        checked = CheckedClock(clock)
        clock.on_time = checked.note_time
        yield checked
    except TimeoutError:
        raise ConfigurationError("ALONGSIDE_CLOCK_URL: no clock answers there") from None
    finally:
        following.cancel()
