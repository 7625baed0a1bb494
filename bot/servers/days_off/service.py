"""A server's days off: moderators add, list and remove them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import RefusalError
from bot.scheduling.clock import Clock
from bot.scheduling.days_off import DayOff, find_day_off
from bot.servers.days_off.checks import MOST_DAYS_OFF, check_days, find_overlap
from bot.servers.days_off.lookup import days_off_of_guild
from bot.servers.service import find_settings
from bot.storage.database import Database, Statements

Follow = Callable[[Statements, int, datetime], Awaitable[None]]
"""Sets what is due in a server by its days off; it is given the server's id and the current moment."""


class OverlapError(RefusalError):
    """Days off share a day with `known` ones."""

    def __init__(self, known: DayOff) -> None:
        super().__init__("refusals.days_off_overlap")
        self.known = known


@dataclass(frozen=True, slots=True)
class ServerDaysOff:
    """A server's days off that are not over, by date, and which of them it is now (None: none)."""

    ahead: Sequence[DayOff]
    now: DayOff | None


class DaysOff:
    """Adds, finds and removes days off. `followers` reschedule what takes place on them or no longer does.

    A session or a channel check-in that has begun is not affected.
    """

    def __init__(self, database: Database, clock: Clock, followers: Sequence[Follow]) -> None:
        self._database = database
        self._clock = clock
        self._followers = followers

    async def of_guild(self, guild_id: int) -> ServerDaysOff:
        """Return the server's days off that are not over."""
        now = self._clock.now()

        async def work(statements: Statements) -> ServerDaysOff:
            found = await days_off_of_guild(statements, guild_id)
            ahead = [each for each in found if not each.is_past(now)]
            return ServerDaysOff(ahead, find_day_off(ahead, now))

        return await self._database.read(work)

    async def add(self, guild_id: int, first: date, last: date) -> DayOff:
        """Add days off from `first` to `last`, both included, in the server's time zone.

        Raises RefusalError if they end before they begin, are over, too far ahead or too many, or if the
        server has too many already; OverlapError if they share a day with others.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> DayOff:
            zone = (await find_settings(statements, guild_id)).zone
            check_days(first, last, zone, now)
            known = await days_off_of_guild(statements, guild_id)
            for each in known:
                if each.is_past(now):
                    await statements.run("remove_day_off", guild_id=guild_id, day_off_id=each.day_off_id)
            ahead = [each for each in known if not each.is_past(now)]
            if (same := find_overlap(ahead, first, last)) is not None:
                raise OverlapError(same)
            if len(ahead) >= MOST_DAYS_OFF:
                raise RefusalError("refusals.days_off_full", most=MOST_DAYS_OFF)
            added = await statements.one(
                DayOff, "add_day_off", guild_id=guild_id, first_date=first, last_date=last, zone=zone
            )
            assert added is not None  # noqa: S101 - the statement returns its row
            await self._follow(statements, guild_id, now)
            return added

        return await self._database.write(work)

    async def remove(self, guild_id: int, day_off_id: int) -> DayOff:
        """Remove days off; what is scheduled then takes place again.

        Raises RefusalError if the server has no such days off.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> DayOff:
            which = {"guild_id": guild_id, "day_off_id": day_off_id}
            removed = await statements.one(DayOff, "remove_day_off", **which)
            if removed is None:
                raise RefusalError("refusals.days_off_gone")
            await self._follow(statements, guild_id, now)
            return removed

        return await self._database.write(work)

    async def _follow(self, statements: Statements, guild_id: int, now: datetime) -> None:
        for follow in self._followers:
            await follow(statements, guild_id, now)
