"""The erasure log: keyed hashes, complete after a crash, removed in time, replayed in a restored backup."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.errors import ConfigurationError
from bot.privacy import erasure
from bot.privacy.consent.model import Purpose
from bot.privacy.personal_data import PERSONAL
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.erasure_log import LOG_KEPT_FOR, ErasureLog, LogPosition, Scope
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


def test_numbers_continue_and_each_scope_has_its_own_hash(path: Path) -> None:
    log = ErasureLog(path)
    assert log.end() is None
    first = log.append(WHOLE[:1], MONDAY_NOON, LogPosition())
    assert first.number == 1
    assert add(log, WHOLE[1:], MONDAY_NOON + timedelta(seconds=1)) == 4
    again = ErasureLog(path)
    assert again.end() == LogPosition(4, first.identity)
    assert set(again.entries_after(LogPosition())) == set(map(again.mark, WHOLE))
    assert len(again.entries_after(LogPosition())) == 4
    assert set(again.entries_after(first)) == set(map(again.mark, WHOLE[1:]))
    assert again.entries_after(LogPosition(4, first.identity)) == {}


def test_a_log_that_was_started_again_continues_the_numbers_with_another_identity(path: Path) -> None:
    log = ErasureLog(path)
    first = log.append(WHOLE[:3], MONDAY_NOON, LogPosition())
    log.path.unlink()
    second = log.append(WHOLE[3:], MONDAY_NOON, first)
    assert second.number == 4
    assert second.identity != first.identity
    assert log.entries_after(LogPosition(100, first.identity)) == {
        log.mark(WHOLE[3]): MONDAY_NOON.timestamp()
    }


def test_lines_that_wait_to_be_replayed_are_not_skipped(path: Path) -> None:
    log = ErasureLog(path)
    first = log.append(WHOLE[:1], MONDAY_NOON, LogPosition())
    log.append(WHOLE[1:2], MONDAY_NOON, first)  # the database does not have this position
    assert log.append(WHOLE[2:3], MONDAY_NOON, first) == first
    assert set(log.entries_after(first)) == set(map(log.mark, WHOLE[1:3]))


def test_a_log_that_lost_its_last_lines_uses_no_number_again(path: Path) -> None:
    log = ErasureLog(path)
    before = log.append(WHOLE[:1], MONDAY_NOON, LogPosition())
    old = log.path.read_bytes()
    lost = log.append(WHOLE[1:2], MONDAY_NOON, before)
    log.path.write_bytes(old)
    assert log.append(WHOLE[2:3], MONDAY_NOON, lost) == LogPosition(3, lost.identity)
    assert set(log.entries_after(lost)) == {log.mark(WHOLE[2])}


def test_the_log_has_no_member_ids_and_only_its_owner_can_read_its_key(path: Path) -> None:
    log = ErasureLog(path)
    add(log, WHOLE)
    held = log.path.read_bytes() + log.key_path.read_bytes()
    assert not any(each in held for each in (str(ANN).encode(), str(HERE).encode()))
    assert {each.stat().st_mode & 0o777 for each in (log.path, log.key_path)} == {0o600}
    other = ErasureLog(path.with_name("other.db"))
    add(other, WHOLE)
    assert set(log.entries_after(LogPosition())) & set(other.entries_after(LogPosition())) == set()


@pytest.mark.parametrize("complete", [1, 2, 3])
@pytest.mark.parametrize("left", range(1, 60, 7))
def test_an_incomplete_last_line_is_ignored(left: int, complete: int, path: Path) -> None:
    log = ErasureLog(path)
    add(log, WHOLE[:complete])
    first, whole = log.end(), log.path.read_bytes()
    assert first is not None
    add(log, WHOLE[3:])
    log.path.write_bytes(log.path.read_bytes()[: len(whole) + left])
    assert log.end() == first
    assert len(log.entries_after(LogPosition())) == complete
    assert add(log, WHOLE[3:]) == complete + 1
    assert set(log.entries_after(first)) == {log.mark(WHOLE[3])}


def test_old_lines_are_removed_and_their_numbers_not_used_again(path: Path) -> None:
    log = ErasureLog(path)
    add(log, WHOLE[:2])
    later = MONDAY_NOON + LOG_KEPT_FOR
    assert not log.expire(later)
    add(log, WHOLE[2:3], later)
    assert log.expire(later + timedelta(seconds=1))
    assert set(log.entries_after(LogPosition())) == {log.mark(WHOLE[2])}
    assert log.expire(later + LOG_KEPT_FOR + timedelta(seconds=1))
    assert log.entries_after(LogPosition()) == {}
    assert add(log, WHOLE, later) == 7


def test_processes_that_erase_at_once_lose_no_line(path: Path) -> None:
    count = 40
    script = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from bot.storage.erasure_log import ErasureLog, LogPosition, Scope\n"
        "for number in range(int(sys.argv[2])):\n"
        "    scope = Scope(int(sys.argv[3]) * 1000 + number, None)\n"
        "    at = datetime(2026, 11, 23, tzinfo=UTC)\n"
        "    ErasureLog(Path(sys.argv[1])).append([scope], at, LogPosition())\n"
    )
    command = [sys.executable, "-c", script, str(path), str(count)]
    processes = [subprocess.Popen([*command, str(number)]) for number in (1, 2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    log = ErasureLog(path)
    end = log.end()
    assert end is not None
    assert end.number == 2 * count
    scopes = [Scope(number * 1000 + each, None) for number in (1, 2) for each in range(count)]
    assert set(log.entries_after(LogPosition())) == set(map(log.mark, scopes))


def test_a_wrong_or_missing_key_is_reported_in_one_clear_line(path: Path) -> None:
    add(ErasureLog(path), WHOLE)
    key = ErasureLog(path).key_path
    key.write_text("another key\n", encoding="ascii")
    with pytest.raises(ConfigurationError, match="was made with another key"):
        ErasureLog(path).end()
    key.unlink()
    with pytest.raises(ConfigurationError, match="key is missing"):
        ErasureLog(path).end()
    assert not key.exists()
    for unknown in ("something else\n", "", "alongside-deletions-2 short\n"):
        ErasureLog(path).path.write_text(unknown, encoding="ascii")
        with pytest.raises(ConfigurationError, match="not an erasure log"):
            ErasureLog(path).end()


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
        assert "is another log" not in caplog.text
    log.path.unlink()
    log.key_path.unlink()
    ErasureLog(path).append([Scope(BEN, None)], clock.now(), LogPosition())
    async with started(path, clock):
        assert "is another log" in caplog.text
    caplog.clear()
    async with started(path, clock):
        assert "is another log" not in caplog.text


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
