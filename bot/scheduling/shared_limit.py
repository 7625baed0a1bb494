"""Rate limits that all processes can share: callers reserve slots in the database, one after another.

A caller that reserves slots gets the times, now or later, at each of which it may act once. Times are in
milliseconds since 1970, by whichever clock the callers of a limit share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.storage.database import Statements

_WEEK_MS = 7 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class SharedLimit:
    """One slot every `interval_ms`, and after a pause `burst` of them at once.

    `name` identifies the limit in the database. A row that is more than `furthest_ms` ahead was written
    by a clock that was wrong, and is ignored.
    """

    name: str
    interval_ms: int
    burst: int = 1
    furthest_ms: int = _WEEK_MS

    @property
    def burst_ms(self) -> int:
        """How long the extra slots of a burst would take at the normal interval."""
        return self.interval_ms * (self.burst - 1)

    def slots(self, used_until_ms: int, now_ms: int, count: int) -> list[int]:
        """Return the times of the last `count` slots that were reserved, none earlier than `now_ms`. Pure.

        `used_until_ms` is when all slots reserved so far would end if there were no bursts.
        """
        first = used_until_ms - count * self.interval_ms - self.burst_ms
        return [max(now_ms, first + number * self.interval_ms) for number in range(count)]


def per_second(name: str, count: int, burst: int = 1) -> SharedLimit:
    """Return a limit that gives at most `count` slots in any second, `burst` of them at once."""
    return SharedLimit(name, -(-1000 // max(1, count - burst + 1)), burst, furthest_ms=60_000)


def used_after(
    limit: SharedLimit, used_until_ms: int, now_ms: int, count: int, latest_ms: int | None = None
) -> int | None:
    """Return the new `used_until_ms` after `count` slots, or None if the first is after `latest_ms`. Pure.

    The statement `reserve_slots` follows the same rule.
    """
    if not now_ms <= used_until_ms <= now_ms + limit.furthest_ms:
        used_until_ms = now_ms
    if latest_ms is not None and used_until_ms - limit.burst_ms > latest_ms:
        return None
    return used_until_ms + count * limit.interval_ms


async def reserve_slots(
    statements: Statements, limit: SharedLimit, now_ms: int, count: int = 1, latest_ms: int | None = None
) -> Sequence[int]:
    """Reserve the next `count` slots; return their times, `now_ms` or later.

    Reserves and returns none if the first of them is after `latest_ms`.
    """
    furthest_ms = now_ms + limit.furthest_ms
    taken_ms = count * limit.interval_ms
    used_until = await statements.value(
        "reserve_slots",
        name=limit.name,
        now_ms=now_ms,
        furthest_ms=furthest_ms,
        latest_ms=furthest_ms if latest_ms is None else latest_ms + limit.burst_ms,
        taken_ms=taken_ms,
        from_now_ms=now_ms + taken_ms,
    )
    return [] if used_until is None else limit.slots(int(used_until), now_ms, count)


async def hold_slots(statements: Statements, limit: SharedLimit, until_ms: int) -> None:
    """Give out no slot before `until_ms`; slots that are reserved already stay."""
    await statements.run("extend_used_until", name=limit.name, used_until_ms=until_ms + limit.burst_ms)


def to_ms(moment: datetime) -> int:
    """Return an aware datetime in milliseconds since 1970."""
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """Return milliseconds since 1970 as an aware datetime in UTC."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
