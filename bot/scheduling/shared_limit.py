"""Limits that hold for all processes together: slots that are reserved in the database, one after another.

A limit allows so many actions a minute, and as many at once after a quiet minute. Whoever reserves a slot
gets the moment at which to act, now or later, and acts once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.storage.database import Statements

_FURTHEST = timedelta(days=7)  # a row that is further ahead was written by a clock that was wrong
_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class SharedLimit:
    """At most `per_minute` actions a minute, by the name under which it is saved; 60 at most."""

    name: str
    per_minute: int

    @property
    def interval(self) -> timedelta:
        """The time between two slots, in whole seconds."""
        return timedelta(seconds=-(-_SECONDS_A_MINUTE // self.per_minute))

    @property
    def burst(self) -> timedelta:
        """How long the slots last that can be used at once."""
        return self.interval * (self.per_minute - 1)


def next_slot(limit: SharedLimit, used_until: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the moment of the next free slot, and until when the limit is used after that. Pure.

    `used_until`: until when the slots reserved so far would last, one after another without a burst.
    """
    if not now <= used_until <= now + _FURTHEST:
        used_until = now
    return max(now, used_until - limit.burst), used_until + limit.interval


async def reserve_slot(statements: Statements, limit: SharedLimit, now: datetime) -> datetime:
    """Reserve the next free slot; return its moment, `now` or later."""
    used = await statements.value("get_used_until", name=limit.name)
    at, used_until = next_slot(limit, datetime.fromtimestamp(int(used or 0), UTC), now)
    await statements.run("set_used_until", name=limit.name, used_until=used_until)
    return at


async def hold_slots(statements: Statements, limit: SharedLimit, until: datetime) -> None:
    """Let no slot be before `until`; slots that are reserved already stay."""
    await statements.run("use_at_least_until", name=limit.name, used_until=until + limit.burst)
