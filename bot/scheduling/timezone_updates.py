"""Recompute due times after an update of the tz database: governments change time zone rules."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.scheduling.timezone_data import TimezoneData
from bot.storage.database import Database, Statements

log = logging.getLogger(__name__)

_NOTED_AS = "tz_database"  # in the table `deployment`

ApplyUpdate = Callable[[], Awaitable[None]]


class TimezoneUpdates:
    """Notices at a start that the tz database is newer, and lets each subject recompute its due rows."""

    def __init__(self, database: Database, subjects: Sequence[ApplyUpdate]) -> None:
        self._database = database
        self._subjects = subjects

    async def catch_up(self) -> None:
        """Recompute due times if this tz database is newer than the one that they were computed by.

        Call it before the worker runs. If it is interrupted or raises, the next start does all of it
        again. If several processes start together, one does it. A process with an older tz database
        changes nothing.
        """
        found = await asyncio.to_thread(TimezoneData.read)
        if not _is_news(found, await self._database.read(_find_noted)):
            return
        async with self._database.alone(_NOTED_AS):
            known = await self._database.read(_find_noted)
            if not _is_news(found, known):
                return
            if known is None or found.replaces(known):
                for apply_update in self._subjects:
                    await apply_update()
            await self._database.write(
                lambda statements: statements.run("set_deployment", name=_NOTED_AS, value=str(found))
            )
        if known is not None and found.replaces(known):
            log.info("the tz database is newer (%s): what is due follows it", found.version or "unknown")


def _is_news(found: TimezoneData, known: TimezoneData | None) -> bool:
    """Return whether `found` is to be noted: it has newer rules, or the same ones in a newer version."""
    if known is None or found.replaces(known):
        return True
    return found.digest == known.digest and found.version > known.version


async def _find_noted(statements: Statements) -> TimezoneData | None:
    return TimezoneData.parse(await statements.value("get_deployment", name=_NOTED_AS))
