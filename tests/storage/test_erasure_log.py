"""The erasure log: keyed hashes, complete after a crash, removed in time, replayed in a restored backup."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.privacy import erasure
from bot.privacy.consent.model import Purpose
from bot.privacy.personal_data import PERSONAL
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.erasure_log import ErasureLog, LogPosition, Scope
from bot.storage.sqlite.connection import connect
from bot.storage.sqlite.copying import copy_to
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.table_statements import LIVE_TABLES
from tests.rooms import answer, sit
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree, rooms_in_both, settle
from tests.storage.scratch import query
from tests.storage.test_traces import traces

WHOLE = [Scope(ANN, HERE), Scope(ANN, None), Scope(None, HERE), Scope(ANN, HERE, Purpose.CHECKINS)]


async def backed_up(path: Path) -> Path:
    """Return a copy of the database, made as backups are."""
    copy = path.with_name("backup.db")
    connection = await connect(path)
    await copy_to(connection, copy)
    await connection.close()
    return copy


@asynccontextmanager
async def started(path: Path, clock: ManualClock, copy: Path | None = None) -> AsyncIterator[Services]:
    """Start the services on the database, or on `copy` in its place, and close it afterwards."""
    if copy is not None:
        shutil.copyfile(copy, path)
    database = await SqliteDatabase.open(path)
    try:
        services = wire(database, clock)
        await services.retention.begin()
        yield services
    finally:
        await database.close()


def members(path: Path) -> set[tuple[object, ...]]:
    """Return who has consents, in which server and for what."""
    return set(query(path, "SELECT member_id, guild_id, purpose FROM consent"))


def add(
    log: ErasureLog, scopes: list[Scope], at: datetime = MONDAY_NOON, after: LogPosition | None = None
) -> int:
    """Add lines as if all others were replayed; return the number of the last."""
    place = log.append(scopes, at, after or log.end() or LogPosition())
    assert place == log.end()
    return place.number


async def test_no_copy_has_rows_about_what_is_open_now(services: Services, path: Path) -> None:
    assert set(LIVE_TABLES) == {each.table for each in PERSONAL if each.is_live}
    here, _ = await rooms_in_both(services)
    await settle(services, ANN, here)
    sat = await sit(services, here, BEN, None)
    await answer(services, sat.card, BEN)
    copy = await backed_up(path)
    assert traces(path, BEN)
    assert traces(copy, BEN) == []
    assert traces(copy, ANN) == ["backup.db"]
    assert query(copy, "SELECT COUNT(*) FROM cadence") == [(1,)]
    assert not copy.with_name("backup.db-journal").exists()


@pytest.mark.parametrize("how", ["withdrawn", "deleted here", "deleted everywhere", "forgotten"])
async def test_erasures_are_repeated_in_a_restored_backup(how: str, clock: ManualClock, path: Path) -> None:
    async with started(path, clock) as services:
        for room in await rooms_in_both(services):
            for member_id in (ANN, BEN):
                await settle(services, member_id, room)
        copy, before = await backed_up(path), members(path)
        clock.move(minutes=1)
        if how == "withdrawn":
            await services.consents.turn_off(ANN, HERE, Purpose.WEEKLY_COUNTS)
        elif how == "forgotten":
            await services.removals.note_removed(HERE)
            await services.removals.forget(Due(DueKind.FORGET_SERVER, HERE, clock.now()))
        else:
            await services.erasure.erase_member(ANN, HERE if how == "deleted here" else None)
        after = members(path)
        assert after < before
    async with started(path, clock, copy) as services:
        assert members(path) == after
        cadences = {(row[0], row[1]) for row in query(path, "SELECT member_id, guild_id FROM cadence")}
        assert cadences == {(who, where) for who, where, what in after if what == "checkins"}
        weeks = {(row[0], row[1]) for row in query(path, "SELECT member_id, guild_id FROM weekly_count")}
        assert weeks == {(who, where) for who, where, what in after if what == "weekly_counts"}
        assert (traces(path, ANN) == []) == (how == "deleted everywhere")
        assert await services.consents.in_force(BEN, THERE)


@pytest.mark.parametrize("key_too", [True, False])
async def test_erasures_are_repeated_in_a_backup_from_before_the_log_was_started_again(
    key_too: bool, clock: ManualClock, path: Path
) -> None:
    """The database moved to another machine without its log; the backup's position is in the old log."""
    async with started(path, clock) as services:
        for member_id in range(1, 6):
            await agree(services, member_id, HERE, Purpose.SHOW_NAME)
            await services.erasure.erase_member(member_id, None)
        await agree(services, ANN, HERE, Purpose.SHOW_NAME)
        copy = await backed_up(path)
        log = services.database.erasure_log
    log.path.unlink()
    if key_too:
        log.key_path.unlink()
    async with started(path, clock) as services:
        clock.move(minutes=1)
        await services.erasure.erase_member(ANN, None)
    async with started(path, clock, copy):
        assert members(path) == set()


async def test_a_log_that_is_gone_is_reported_if_it_had_lines(
    clock: ManualClock, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(path, clock):
        pass  # no log was ever made
    async with started(path, clock) as services:
        await agree(services, ANN, HERE, Purpose.SHOW_NAME)
        await services.erasure.erase_member(ANN, None)
        log = services.database.erasure_log
    async with started(path, clock):
        pass  # the log is there
    assert "is gone" not in caplog.text
    log.path.unlink()
    async with started(path, clock):
        assert f"{log.path.name} is gone" in caplog.text


async def test_a_host_with_a_log_of_its_own_says_so(
    clock: ManualClock, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A second host serves with the same database, and does not share the folder with the first one."""
    async with started(path, clock) as services:
        log = services.database.erasure_log
        await agree(services, ANN, HERE, Purpose.SHOW_NAME)
        await services.erasure.erase_member(ANN, None)
    async with started(path, clock):
        assert "is not the erasure log that this database used last" not in caplog.text
    log.path.unlink()
    log.key_path.unlink()
    ErasureLog(path).append([Scope(BEN, None)], clock.now(), LogPosition())
    async with started(path, clock):
        assert "is not the erasure log that this database used last" in caplog.text
    caplog.clear()
    async with started(path, clock):
        assert "is not the erasure log that this database used last" not in caplog.text


async def test_a_consent_given_after_an_erasure_stays(clock: ManualClock, path: Path) -> None:
    async with started(path, clock) as services:
        await agree(services, ANN, HERE, Purpose.SHOW_NAME)
        first = (await backed_up(path)).rename(path.with_name("first.db"))
        clock.move(minutes=1)
        await services.erasure.erase_member(ANN, None)
        clock.move(minutes=1)
        await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
        second = await backed_up(path)
    async with started(path, clock, second):
        assert members(path) == {(ANN, HERE, "weekly_counts")}
    async with started(path, clock, first):
        assert members(path) == set()


async def test_an_erasure_that_was_logged_and_not_committed_is_done_at_the_next_start(
    services: Services, clock: ManualClock, path: Path
) -> None:
    """The process died between the two steps: the member got no answer, but asked for the erasure."""
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    clock.move(minutes=1)
    services.database.erasure_log.append([Scope(ANN, None)], clock.now(), LogPosition())
    clock.move(minutes=1)
    await agree(services, ANN, THERE, Purpose.SHOW_NAME)  # the bot continued, and they agreed again
    await services.erasure.erase_member(BEN, None)
    await services.retention.begin()
    assert members(path) == {(ANN, THERE, "show_name")}


async def test_an_erasure_whose_unit_fails_is_repeated_at_the_next_start(
    services: Services, clock: ManualClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    clock.move(minutes=1)

    async def fail(*_: object) -> int:
        raise OSError("no space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(erasure, "erase_rows", fail)
        with pytest.raises(OSError, match="no space"):
            await services.erasure.erase_member(ANN, None)
    assert members(path) == {(ANN, HERE, "show_name")}
    await agree(services, BEN, HERE, Purpose.SHOW_NAME)
    await services.erasure.erase_member(BEN, None)  # does not pass over what is not carried out
    await services.retention.begin()
    assert members(path) == set()


async def test_erasures_at_once_are_all_carried_out_and_noted(services: Services, path: Path) -> None:
    for member_id in range(1, 6):
        await agree(services, member_id, HERE, Purpose.SHOW_NAME)
    await asyncio.gather(*(services.erasure.erase_member(member_id, None) for member_id in range(1, 6)))
    assert members(path) == set()
    noted = await services.database.read(erasure.carried_out)
    assert noted == services.database.erasure_log.end()
    assert noted.number == 5


async def test_nothing_is_logged_if_nothing_was_saved(services: Services) -> None:
    await services.erasure.erase_member(ANN, None)
    await services.consents.turn_off(ANN, HERE, Purpose.CHECKINS)
    assert not services.database.erasure_log.path.exists()
    assert not services.database.erasure_log.key_path.exists()


async def test_an_erasure_is_logged_before_it_is_committed(
    services: Services, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    seen: list[set[tuple[object, ...]]] = []
    append = ErasureLog.append

    def note(self: ErasureLog, *given: object) -> object:
        seen.append(members(path))  # as other connections see it: not deleted yet
        return append(self, *given)  # type: ignore[arg-type] # passed on

    monkeypatch.setattr(ErasureLog, "append", note)
    await services.erasure.erase_member(ANN, None)
    assert seen == [{(ANN, HERE, "show_name")}]
    assert members(path) == set()
