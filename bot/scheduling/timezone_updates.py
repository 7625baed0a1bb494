"""Recompute due times after an update of the tz database: governments change time zone rules."""

import asyncio
import logging
import zoneinfo
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path

from bot.storage.database import Database, Statements
from bot.storage.record import Stored

log = logging.getLogger(__name__)

_NOTED_AS = "tz_database"  # in the table `deployment`

ApplyUpdate = Callable[[], Awaitable[None]]


class TimezoneUpdates:
    """Notices at a start that the tz database changed, and lets each subject recompute its due rows."""

    def __init__(self, database: Database, subjects: Sequence[ApplyUpdate]) -> None:
        self._database = database
        self._subjects = subjects

    async def catch_up(self) -> None:
        """Recompute due times if the tz database has changed since they were computed.

        Call it before the worker runs. If it is interrupted or raises, the next start does all of it again.
        """
        found = await asyncio.to_thread(fingerprint)
        known = await self._database.read(_find_noted)
        if known == found:
            return
        for apply_update in self._subjects:
            await apply_update()
        await self._database.write(
            lambda statements: statements.run("set_deployment", name=_NOTED_AS, value=found)
        )
        if known is not None:
            log.info("the tz database changed: what is due follows it")


def fingerprint() -> str:
    """Return a digest of all time zones' rules: not every system has the tz database's version.

    They are read where `zoneinfo` finds them: in the system's tz database, or else in the package tzdata.
    """
    digest = sha256()
    for name in sorted(zoneinfo.available_timezones()):
        digest.update(name.encode() + b"\0" + sha256(_rules(name)).digest())
    return digest.hexdigest()


def _rules(name: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        file = Path(folder) / name
        if file.is_file():
            return file.read_bytes()
    package = resources.files("tzdata").joinpath("zoneinfo")
    return package.joinpath(*name.split("/")).read_bytes()


async def _find_noted(statements: Statements) -> Stored:
    return await statements.value("get_deployment", name=_NOTED_AS)
