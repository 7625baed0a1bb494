"""Publishing a server's weekly totals, and showing what was published."""

import asyncio
import random
from dataclasses import dataclass

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements
from bot.weeks.counts.picture import draw
from bot.weeks.counts.rules import weeks_until
from bot.weeks.totals.model import SharedCounts, WeeklyTotal
from bot.weeks.totals.rules import MOST_PER_MEMBER, Chance, begins_at, columns, newest_over, publish, shown

_unpredictable = random.SystemRandom().random


@dataclass(frozen=True, slots=True)
class PublishedTotals:
    """The totals of the newest twelve weeks that are over (`weeks`), oldest first."""

    weeks: list[int]
    totals: list[WeeklyTotal]


class WeeklyTotals:
    """Publishes each week once, at the first request after its end. Published totals never change."""

    def __init__(self, database: Database, clock: Clock, chance: Chance = _unpredictable) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance

    async def publish(self, guild_id: int) -> PublishedTotals:
        """Return what is published, after publishing the weeks that are over by now."""
        weeks = weeks_until(newest_over(self._clock.now()))

        async def find(statements: Statements) -> list[WeeklyTotal]:
            return await _published(statements, guild_id, weeks[0])

        async def complete(statements: Statements) -> list[WeeklyTotal]:
            known = await _published(statements, guild_id, weeks[0])
            await statements.run("delete_weekly_totals_before", guild_id=guild_id, week=weeks[0])
            for week in sorted(set(weeks) - {each.week for each in known}):
                await _publish(statements, guild_id, week, self._chance)
            return await _published(statements, guild_id, weeks[0])

        known = await self._database.read(find)
        if len(known) < len(weeks):
            known = await self._database.write(complete)
        return PublishedTotals(weeks, shown(known))

    async def picture(self, published: PublishedTotals) -> bytes | None:
        """Return the totals as a PNG, drawn in a thread, or None if there are none."""
        if not published.totals:
            return None
        return await asyncio.to_thread(draw, columns(published.weeks, published.totals))


async def _published(statements: Statements, guild_id: int, week: int) -> list[WeeklyTotal]:
    return await statements.all(WeeklyTotal, "weekly_totals_since", guild_id=guild_id, week=week)


async def _publish(statements: Statements, guild_id: int, week: int, chance: Chance) -> None:
    counts = await statements.one(
        SharedCounts,
        "sum_shared_counts",
        guild_id=guild_id,
        week=week,
        shares_version=VERSIONS[Purpose.SHARE_COUNTS],
        keeps_version=VERSIONS[Purpose.WEEKLY_COUNTS],
        before=begins_at(week),
        most=MOST_PER_MEMBER,
    )
    total = publish(week, counts or SharedCounts(0, 0, 0), chance)
    await statements.run(
        "add_weekly_total", guild_id=guild_id, week=week, sits=total.sits, checkins=total.checkins
    )
