"""Units of work on PostgreSQL: the same rules as on SQLite, also while units contend for the same rows."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import chain
from pathlib import Path

import asyncpg
import pytest

from bot.app.compose import wire
from bot.errors import RefusalError
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements, Work
from bot.storage.postgres.database import PostgresDatabase
from tests.rooms import find_card, sit, take_seat
from tests.storage.engines import new_postgres_database, postgres_server
from tests.storage.manual_clock import ManualClock
from tests.storage.members import HERE
from tests.storage.units import insert, note, saved

__all__ = ["postgres_server"]


class OwnError(Exception):
    """An error of a unit's own."""


@pytest.fixture
async def database(postgres_server: str, tmp_path: Path) -> AsyncIterator[PostgresDatabase]:
    async with new_postgres_database(postgres_server, tmp_path) as opened:
        yield opened


async def test_a_unit_that_raises_is_rolled_back_alone(database: PostgresDatabase) -> None:
    async def fail(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=1, zone="UTC")
        raise OwnError

    outcomes = await asyncio.gather(
        database.write(fail), *(note(database, number) for number in (2, 3)), return_exceptions=True
    )
    assert isinstance(outcomes[0], OwnError)
    assert await saved(database) == [2, 3]


async def test_a_unit_that_catches_the_error_of_a_statement_fails_alone_and_saves_nothing(
    database: PostgresDatabase,
) -> None:
    """PostgreSQL refuses what follows a failed statement. Units of the same commit are saved."""

    async def carry_on(statements: Statements) -> None:
        with pytest.raises(asyncpg.NotNullViolationError):
            await statements.run("set_zone", guild_id=1, zone=None)

    async def go_on(statements: Statements) -> None:
        await carry_on(statements)
        await statements.run("set_zone", guild_id=2, zone="UTC")

    outcomes = await asyncio.gather(
        *(database.write(each) for each in (carry_on, go_on, insert(3), insert(4))), return_exceptions=True
    )
    assert isinstance(outcomes[0], asyncpg.NotNullViolationError)
    assert isinstance(outcomes[1], asyncpg.InFailedSQLTransactionError)
    assert outcomes[2:] == [3, 4]
    assert await saved(database) == [3, 4]


async def test_a_unit_whose_caller_is_cancelled_while_it_runs_completes_first(
    database: PostgresDatabase,
) -> None:
    begun = asyncio.Event()

    async def work(statements: Statements) -> None:
        await statements.run("set_zone", guild_id=1, zone="UTC")
        begun.set()
        await statements.run("set_zone", guild_id=2, zone="UTC")

    writing = asyncio.create_task(database.write(work))
    await begun.wait()
    writing.cancel()
    await asyncio.wait([writing])
    assert writing.cancelled()
    assert await saved(database) == [1, 2]


async def test_subscribers_are_called_after_the_commit_and_not_after_an_error(
    database: PostgresDatabase,
) -> None:
    called: list[str] = []
    database.subscribe("due", lambda: called.append("due"))

    def notifying(*, fails: bool) -> Work[None]:
        async def work(statements: Statements) -> None:
            await statements.run("set_zone", guild_id=1, zone="UTC")
            statements.notify("due")
            if fails:
                raise OwnError

        return work

    with pytest.raises(OwnError):
        await database.write(notifying(fails=True))
    assert called == []
    await database.write(notifying(fails=False))
    assert called == ["due"]


async def test_what_is_written_soon_is_written_with_the_next_write_or_at_the_end(
    postgres_server: str, tmp_path: Path
) -> None:
    async with new_postgres_database(postgres_server, tmp_path) as database:
        database.write_soon(insert(1))
        assert await saved(database) == []
        await note(database, 2)
        assert await saved(database) == [1, 2]


async def test_no_seat_is_taken_twice_when_a_hundred_members_tap_at_once(
    database: PostgresDatabase,
) -> None:
    services = wire(database, ManualClock())
    room = await services.rooms.add(HERE, 77, "Library", 8)
    opened = await sit(services, room, 1, 25)
    session_id = opened.card.session.session_id
    outcomes = await asyncio.gather(
        *(take_seat(services, opened.card, member) for member in range(2, 102)), return_exceptions=True
    )
    kinds = Counter(type(each).__name__ for each in outcomes)
    assert kinds == {"SeatResult": 7, "RefusalError": 93}
    assert all(isinstance(each, RefusalError) for each in outcomes if isinstance(each, Exception))
    card = await find_card(services, session_id)
    assert card is not None
    assert card.counted == 8


async def test_no_due_row_is_claimed_twice_by_units_at_the_same_time(database: PostgresDatabase) -> None:
    now = ManualClock().now()

    async def fill(statements: Statements) -> None:
        for number in range(1, 61):
            await due_queue.set(statements, DueKind.CHECKIN, number, HERE, now)

    async def claim(statements: Statements) -> list[int]:
        until = now + timedelta(minutes=1)
        claimed = await due_queue.claim(statements, 0, DueKind.CHECKIN, now, until, 10, ",")
        return [each.subject_id for each in claimed]

    await database.write(fill)
    claimed = await asyncio.gather(*(database.write(claim) for _ in range(12)))
    assert sorted(chain.from_iterable(claimed)) == list(range(1, 61))
