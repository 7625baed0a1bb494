"""The tz database changes while times are kept: what is ahead follows it, once, at the next start."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.scheduling.tzdata import fingerprint
from bot.storage.database import Database, Statements
from bot.storage.record import Stored

log = logging.getLogger(__name__)

_KNOWN = "tz_database"

CarryOver = Callable[[], Awaitable[None]]


class TimezoneUpdates:
    """Notices that the rules of zones are others than before, and lets each of `followers` carry over."""

    def __init__(self, database: Database, followers: Sequence[CarryOver]) -> None:
        self._database = database
        self._followers = followers

    async def catch_up(self) -> None:
        """Let what is ahead follow the zones' rules where they changed.

        To be called before the worker runs. What is cut short or raises is done whole at the next start.
        """
        found = await asyncio.to_thread(fingerprint)
        known = await self._database.read(_find_fingerprint)
        if known == found:
            return
        for carry_over in self._followers:
            await carry_over()
        await self._database.write(
            lambda statements: statements.run("set_deployment", name=_KNOWN, value=found)
        )
        if known is not None:
            log.info("the tz database is another than before: times that are ahead follow it")


async def _find_fingerprint(statements: Statements) -> Stored:
    return await statements.value("get_deployment", name=_KNOWN)
