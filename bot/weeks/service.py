"""The weekly counts that a member agreed to save."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.scheduling.wall_time import iso_week
from bot.servers.service import find_settings
from bot.storage.database import Database, Statements
from bot.weeks.model import Column, Week
from bot.weeks.picture import draw
from bot.weeks.rules import columns, not_empty, recent

_MOST_PICTURES = 200  # in memory, of about 7 kB each


class WeeklyCounts:
    """Reads members' weekly counts. The unit that saves a seat or a tap counts it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pictures: dict[tuple[Column, ...], bytes] = {}  # by what they show

    async def all_weeks(self, member_id: int, guild_id: int) -> list[Week]:
        """Return the weeks that are saved about the member in a server, oldest first."""

        async def work(statements: Statements) -> list[Week]:
            return await _weeks(statements, member_id, guild_id)

        return await self._database.read(work)

    async def picture(self, weeks: Sequence[Week], locale: str) -> bytes | None:
        """Return the weeks as a PNG, drawn in a thread, or None if all are empty.

        Dates in it are written as in `locale`.
        """
        if not not_empty(weeks):
            return None
        shown = tuple(columns(weeks, locale))
        if shown not in self._pictures:
            drawn = await asyncio.to_thread(draw, shown)
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            self._pictures[shown] = drawn
        return self._pictures[shown]


async def recent_weeks(statements: Statements, member_id: int, guild_id: int, now: datetime) -> list[Week]:
    """Return the member's newest twelve weeks in a server, oldest first, the empty ones too."""
    saved = await _weeks(statements, member_id, guild_id)
    return recent(saved, iso_week(now, (await find_settings(statements, guild_id)).zone))


async def _weeks(statements: Statements, member_id: int, guild_id: int) -> list[Week]:
    return await statements.all(Week, "weeks_of_member", member_id=member_id, guild_id=guild_id)
