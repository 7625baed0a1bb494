"""The weeks that a member chose to keep."""

import asyncio
from collections.abc import Sequence

from bot.scheduling.clock import Clock
from bot.scheduling.wall_time import iso_week
from bot.servers.service import ServerSettings
from bot.storage.database import Database
from bot.weeks.counts.model import Week
from bot.weeks.counts.picture import draw
from bot.weeks.counts.rules import columns, recent, something


class Rhythm:
    """Reads members' weeks. They are counted where the sit or the tap is kept, in the same write."""

    def __init__(self, database: Database, clock: Clock, guilds: ServerSettings) -> None:
        self._database = database
        self._clock = clock
        self._guilds = guilds

    async def weeks(self, member_id: int, guild_id: int) -> list[Week]:
        """Return the weeks that are kept of the member in a server, oldest first."""
        return await self._database.legacy_read.all(
            Week, "weeks_of_member", member_id=member_id, guild_id=guild_id
        )

    async def newest(self, member_id: int, guild_id: int) -> list[Week]:
        """Return the member's newest twelve weeks in a server, oldest first, the empty ones too."""
        kept = await self.weeks(member_id, guild_id)
        guild = await self._guilds.get(guild_id)
        return recent(kept, iso_week(self._clock.now(), guild.zone))

    async def picture(self, weeks: Sequence[Week]) -> bytes | None:
        """Return the weeks as a PNG, drawn beside the loop, or None where they hold nothing."""
        if not something(weeks):
            return None
        return await asyncio.to_thread(draw, columns(weeks))
