"""Slots that processes reserve in the database they share: none is given twice."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.scheduling.slots import Reservation, SharedLimit, SharedSlots, hold_slots, reserve_slots
from bot.storage.database import Database, Statements
from bot.storage.postgres.database import PostgresDatabase
from tests.storage.engines import new_postgres_database

LIMIT = SharedLimit("requests", interval_us=25_000)
LATER = SharedLimit("identify 0", interval_us=5_000_000)


async def _reserve(database: Database, count: int, limit: SharedLimit = LIMIT) -> Sequence[int]:
    """Reserve slots as `SharedSlots` does; return their times, by the database's clock."""
    return await database.write_apart(
        lambda statements, now_us: reserve_slots(statements, limit, now_us, count)
    )


async def test_no_slot_is_given_twice_to_processes_that_reserve_at_the_same_moment(
    postgres_server: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as opened:
        first = await opened.enter_async_context(new_postgres_database(postgres_server, tmp_path))
        databases = [first]
        for number in range(3):
            another = await _open_again(first, tmp_path / str(number))
            opened.push_async_callback(another.close)
            databases.append(another)
        given = await asyncio.gather(
            *(_reserve(each, 1 + number % 4) for number in range(12) for each in databases)
        )
    slots = sorted(slot for each in given for slot in each)
    assert len(slots) == sum(4 * (1 + number % 4) for number in range(12))
    assert min(after - before for before, after in pairwise(slots)) >= LIMIT.interval_us


async def _open_again(database: PostgresDatabase, folder: Path) -> PostgresDatabase:
    """Open the same database a second time, as another process does."""
    async with database.connection() as connection:
        name = await connection.fetchval("SELECT current_database()")
        port = await connection.fetchval("SELECT inet_server_port()")
    url = SecretStr(f"postgresql://alongside@127.0.0.1:{port}/{name}")
    return await PostgresDatabase.open(url, folder / "alongside.db")


async def test_slots_are_reserved_one_after_another(database: Database) -> None:
    slots = [*await _reserve(database, 3, LATER), *await _reserve(database, 2, LATER)]
    assert [slot - slots[0] for slot in slots] == [0, 5_000_000, 10_000_000, 15_000_000, 20_000_000]


async def test_the_first_slot_is_now_by_the_databases_clock(database: Database) -> None:
    (slot,) = await _reserve(database, 1)
    assert abs(slot / 1_000_000 - time.time()) < 60
    assert await SharedSlots(database, 2, lambda: 0.0).reserve(Reservation(LATER)) == [0.0]


async def test_how_long_a_reservation_took_is_not_waited_for_again(database: Database) -> None:
    times = iter([100.0, 100.4, 200.0, 200.1])
    slots = SharedSlots(database, 2, lambda: next(times))
    passed, second = await slots.reserve(Reservation(LATER, 2))
    assert (round(passed, 3), round(second, 3)) == (-0.4, 4.6)
    (third,) = await slots.reserve(Reservation(LATER))
    assert 8.0 < third <= 9.9


async def test_a_slot_that_is_too_far_away_is_left_for_others(database: Database) -> None:
    slots = SharedSlots(database, 2)
    await slots.reserve(Reservation(LATER, 2))
    assert await slots.reserve(Reservation(LATER, within_seconds=4.0)) == []
    (seconds,) = await slots.reserve(Reservation(LATER, within_seconds=11.0))
    assert 8.0 < seconds <= 10.0


async def test_a_slot_that_is_asked_for_later_is_not_sooner(database: Database) -> None:
    slots = SharedSlots(database, 2, lambda: 0.0)
    assert await slots.reserve(Reservation(LATER, after_seconds=1.5)) == [1.5]
    (seconds,) = await slots.reserve(Reservation(LATER, after_seconds=1.5))
    assert 3.5 < seconds <= 6.5


async def test_no_slot_is_given_before_the_end_of_a_hold(database: Database) -> None:
    async def hold(statements: Statements, now_us: int) -> int:
        await hold_slots(statements, LIMIT, now_us + 60_000_000)
        return now_us

    held_at = await database.write_apart(hold)
    assert (await _reserve(database, 1))[0] == held_at + 60_000_000


async def test_a_row_that_a_wrong_clock_left_far_ahead_is_not_believed(database: Database) -> None:
    async def hold(statements: Statements, now_us: int) -> int:
        await hold_slots(statements, LIMIT, now_us + LIMIT.furthest_us + 60_000_000)
        return now_us

    held_at = await database.write_apart(hold)
    assert held_at <= (await _reserve(database, 1))[0] < held_at + 60_000_000


async def test_a_unit_apart_that_fails_saves_nothing(database: Database) -> None:
    async def fail(statements: Statements, now_us: int) -> None:
        await reserve_slots(statements, LATER, now_us, 2)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write_apart(fail)
    assert await SharedSlots(database, 2, lambda: 0.0).reserve(Reservation(LATER)) == [0.0]
