"""Rate limits that all processes share: callers reserve slots in the database, one after another.

A limit allows a number of actions a minute, and the same number at once after a quiet minute. A caller that
reserves a slot gets the time, now or later, at which it may act once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.storage.database import Statements

_FURTHEST = timedelta(days=7)  # a row that is further ahead was written by a clock that was wrong
_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class SharedLimit:
    """At most `per_minute` actions a minute (1 to 60). `name` identifies the limit in the database."""

    name: str
    per_minute: int

    @property
    def interval(self) -> timedelta:
        """The time between two slots, in whole seconds."""
        return timedelta(seconds=-(-_SECONDS_A_MINUTE // self.per_minute))

    @property
    def burst(self) -> timedelta:
        """How long the extra slots of a burst would take at the normal interval."""
        return self.interval * (self.per_minute - 1)


def next_slot(limit: SharedLimit, used_until: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the time of the next free slot, and the new `used_until`. Pure.

    `used_until` is when the slots reserved so far would end if there were no bursts.
    """
    if not now <= used_until <= now + _FURTHEST:
        used_until = now
    return max(now, used_until - limit.burst), used_until + limit.interval


async def reserve_slot(statements: Statements, limit: SharedLimit, now: datetime) -> datetime:
    """Reserve the next free slot; return its time, `now` or later."""
    used = await statements.value("get_used_until", name=limit.name)
    at, used_until = next_slot(limit, datetime.fromtimestamp(int(used or 0), UTC), now)
    await statements.run("set_used_until", name=limit.name, used_until=used_until)
    return at


async def hold_slots(statements: Statements, limit: SharedLimit, until: datetime) -> None:
    """Give out no slot before `until`; slots that are reserved already stay."""
    await statements.run("extend_used_until", name=limit.name, used_until=until + limit.burst)
