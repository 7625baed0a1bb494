"""A row with a value that cannot be read takes only itself out of service, whatever the value is."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import get_type_hints

import pytest
import pytest_asyncio

from bot.app.compose import SAVED_MODELS, wire
from bot.rooms.model import Room
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY
from bot.services import Services
from bot.storage.database import Work
from bot.storage.record import UnreadableRowError
from bot.storage.sqlite.database import SqliteDatabase
from tests.services.worker_actions import LEASE, T, add, due_at
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, rooms_in_both, settle
from tests.storage.scratch import query

LOST_ZONE = "America/Coyhaique_lost"
_TEXTS = [LOST_ZONE, "", "2026-02-31", "9999-12-31", "\N{SNOWMAN}"]
_DATES = (
    "local_date",
    "moved_date",
    "first_date",
    "last_date",
    "from_date",
    "until_date",
    "begins_on",
    "last_sent_on",
)
_ANY_VALUE = {int, str, bool, int | None, str | None}
_NUMBERS = [-1, 0, 1 << 20, 1 << 40, (1 << 63) - 1, -(1 << 63)]


_OF_ROOM = {
    "schedule_change": "schedule_id IN (SELECT schedule_id FROM schedule WHERE room_id = 1)",
    "native_event": "schedule_id IN (SELECT schedule_id FROM schedule WHERE room_id = 1)",
    "seat": "session_id IN (SELECT session_id FROM session WHERE room_id = 1)",
    "consent": "purpose = 'show_name'",  # a member has one of each
    "due": "kind = 'close_session'",
    "outbox": "key LIKE 'checkin:%'",
    **dict.fromkeys(("room", "schedule", "session"), "room_id = 1"),
}


def corrupt(path: Path, table: str, column: str, value: object) -> bool:
    """Change a column in the rows of room 1 or its server; return whether there was a row."""
    where = _OF_ROOM.get(table, f"guild_id = {HERE}")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        command = f"UPDATE {table} SET {column} = ? WHERE {where}"  # noqa: S608 - names of the schema
        return connection.execute(command, (value,)).rowcount > 0


async def furnish(services: Services, path: Path) -> Room:
    """Put rows into every table for room 1; return a second room of the same server."""
    here, _ = await rooms_in_both(services)
    other = await services.rooms.add(HERE, 73, "Other", 99)
    for room in (here, other):
        schedule = await services.schedules.add(
            HERE, room.room_id, MONDAY_TO_SUNDAY, 1200, "Europe/Berlin", 50
        )
        occurrence = services.schedules.upcoming(
            await services.schedules.get(HERE, schedule.schedule_id), 3
        )[2]
        await services.schedules.skip(HERE, schedule.schedule_id, occurrence.local_date)
    await services.days_off.add(HERE, date(2027, 12, 24), date(2027, 12, 26))
    await settle(services, ANN, here)
    await services.server_settings.set_zone(HERE, "Europe/Berlin")
    query(
        path,
        "INSERT INTO native_event (schedule_id, guild_id, event_id, occurs_at, local_date, problem)"
        " VALUES (1, ?, 5, 1900000000, '2026-03-02', 'limit')",
        HERE,
    )
    await services.outages.choose_channel(HERE, 74)
    query(path, "INSERT INTO outage VALUES (?, 'room:1', 1, 1700000000, 1700000000, 1)", HERE)
    return other


async def exercise(services: Services, clock: ManualClock, other: Room) -> None:
    """Do what members and moderators do in the server, except with the rows of room 1."""
    assert other in await services.rooms.of_guild(HERE)
    assert other in [each.room for each in await services.sessions.listing(HERE)]
    plans = await services.schedules.of_guild(HERE)
    (own,) = [plan for room, plan in plans if room == other]
    await services.server_settings.get(HERE)
    await services.events.blocked(HERE)
    await services.events.ids_in_guild(HERE)
    await services.channel_checkins.of_guild(HERE)
    looks = Due(DueKind.OUTAGES, HERE, clock.now())
    await services.outages.prepare(looks, {"room:1": False, "room:2": True}, can_send=True)
    await services.timezone_updates.catch_up()
    sat = await services.sessions.sit(HERE, BEN, lambda rooms: {each.room_id for each in rooms}, 25)
    await services.seats.leave(HERE, sat.card.session.session_id, BEN)
    if sat.card.room == other:
        await services.sessions.close(sat.card.session.session_id)
    await services.consents.of_member(ANN, HERE)
    await services.weekly_counts.all_weeks(ANN, HERE)
    await services.member_data.export(ANN, HERE)
    at = services.schedules.upcoming(own, 1)[0].at
    clock.move_to(at)
    await services.worker.run_due()
    (session,) = [each.session for each in await services.sessions.listing(HERE) if each.room == other]
    assert session is not None
    assert session.schedule_id == own.schedule.schedule_id


def saved_columns() -> list[tuple[str, str]]:
    """Return every column that is read as a field of a model, with its table."""
    models = SAVED_MODELS
    return [
        (table, column.name)
        for table, model in models.items()
        for column in fields(model)  # type: ignore[arg-type]  # each is a dataclass
        if not column.name.endswith("_id")
    ]


def let_act(services: Services) -> None:
    """Let the worker do what needs no Discord, and end every other row."""

    async def rest(due: Due) -> None:
        await services.database.write(
            lambda statements: due_queue.cancel(statements, due.kind, due.subject_id)
        )

    for kind in set(DueKind) - {DueKind.RETENTION, DueKind.OPEN_SESSION}:
        services.worker.on(kind, rest)
    services.worker.on(DueKind.OPEN_SESSION, services.sessions.open_scheduled)


@asynccontextmanager
async def opened(path: Path, clock: ManualClock) -> AsyncIterator[Services]:
    """Open a database with the services."""
    database = await SqliteDatabase.open(path)
    services = wire(database, clock)
    let_act(services)
    try:
        yield services
    finally:
        await database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def furnished(new_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Room]:
    """Return a file with rows in every table, to be copied, and the second room."""
    path = tmp_path_factory.mktemp("furnished") / "alongside.db"
    shutil.copy(new_database, path)
    async with opened(path, ManualClock()) as services:
        return path, await furnish(services, path)


@pytest.mark.parametrize(("table", "column"), saved_columns())
async def test_an_unreadable_row_takes_only_itself_out_of_service(
    table: str, column: str, furnished: tuple[Path, Room], tmp_path: Path
) -> None:
    made, other = furnished
    is_text = type(query(made, f"SELECT {column} FROM {table}")[0][0]) is str  # noqa: S608 - of the schema
    named = 0
    for number, value in enumerate(_TEXTS if is_text or column in _DATES else _NUMBERS):
        shutil.copy(made, path := tmp_path / f"{number}.db")
        async with opened(path, clock := ManualClock()) as services:
            assert corrupt(path, table, column, value)
            found = await services.saved_rows.unreadable(HERE)
            assert {(each.table, each.column) for each in found} <= {(table, column)}
            named += bool(found)
            if column in {"removed_at", "paused_at"} and not found:
                continue  # the bot was removed or paused then, and opens nothing in the server
            await exercise(services, clock, other)
    assert named or get_type_hints(SAVED_MODELS[table], include_extras=True)[column] in _ANY_VALUE


@pytest.mark.parametrize("is_moved", [False, True])
async def test_an_unreadable_row_waits_for_a_day_unless_it_was_set_again_meanwhile(
    services: Services, path: Path, *, is_moved: bool
) -> None:
    later = MONDAY_NOON + timedelta(hours=2)

    async def act(due: Due) -> None:
        if is_moved:
            await add(services, due.subject_id, later)
        raise UnreadableRowError(Due, "occurs_at")

    services.worker.on(DueKind.CHECKIN, act)
    await add(services, 1)
    await services.worker.run_due()
    expected = later if is_moved else MONDAY_NOON + timedelta(days=1)
    assert due_at(path) == [int(expected.timestamp())]


async def test_an_unreadable_row_that_cannot_be_put_aside_is_logged_and_tried_again(
    services: Services, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(_: Due) -> None:
        monkeypatch.setattr(services.database, "write", refuse)
        raise UnreadableRowError(Due, "occurs_at")

    async def refuse(_: Work[T]) -> T:
        monkeypatch.undo()
        raise sqlite3.OperationalError("database is locked")

    services.worker.on(DueKind.CHECKIN, act)
    await add(services, 1)
    await services.worker.run_due()
    assert due_at(path) == [int((MONDAY_NOON + LEASE).timestamp())]
    assert [each.levelname for each in caplog.records] == ["WARNING", "ERROR"]
