"""Publishing a server's totals, and showing what was published."""

import asyncio
import random
from dataclasses import dataclass

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.scheduling.clock import Clock
from bot.storage.database import Database
from bot.weeks.counts.picture import draw
from bot.weeks.counts.rules import weeks_until
from bot.weeks.totals.model import Shared, Total
from bot.weeks.totals.rules import MOST, Chance, begins_at, columns, last_over, publish, shown

_unforeseen = random.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Published:
    """The totals of the newest twelve weeks that are over (`weeks`), oldest first."""

    weeks: list[int]
    totals: list[Total]


class Totals:
    """Publishes each week once, at the first look after it is over. What is published never changes."""

    def __init__(self, database: Database, clock: Clock, chance: Chance = _unforeseen) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance

    async def look(self, guild_id: int) -> Published:
        """Return what is published, after publishing what is over by now."""
        weeks = weeks_until(last_over(self._clock.now()))
        known = await self._known(guild_id, weeks)
        if len(known) < len(weeks):
            await self._publish(guild_id, weeks)
            known = await self._known(guild_id, weeks)
        return Published(weeks, shown(known))

    async def picture(self, published: Published) -> bytes | None:
        """Return the totals as a PNG, drawn beside the loop, or None where there are none."""
        if not published.totals:
            return None
        return await asyncio.to_thread(draw, columns(published.weeks, published.totals))

    async def _known(self, guild_id: int, weeks: list[int]) -> list[Total]:
        return await self._database.legacy_read.all(
            Total, "weekly_totals_since", guild_id=guild_id, week=weeks[0]
        )

    async def _publish(self, guild_id: int, weeks: list[int]) -> None:
        async with self._database.legacy_write() as tx:
            known = await tx.all(Total, "weekly_totals_since", guild_id=guild_id, week=weeks[0])
            await tx.run("delete_weekly_totals_before", guild_id=guild_id, week=weeks[0])
            for week in sorted(set(weeks) - {each.week for each in known}):
                shared = await tx.one(
                    Shared,
                    "sum_shared_counts",
                    guild_id=guild_id,
                    week=week,
                    shares_version=VERSIONS[Purpose.SHARE_COUNTS],
                    keeps_version=VERSIONS[Purpose.WEEKLY_COUNTS],
                    before=begins_at(week),
                    most=MOST,
                )
                total = publish(week, shared or Shared(0, 0, 0), self._chance)
                await tx.run(
                    "add_weekly_total",
                    guild_id=guild_id,
                    week=week,
                    sits=total.sits,
                    checkins=total.checkins,
                )
