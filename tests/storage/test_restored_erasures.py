"""Restorations with an erasure log beside the database, beside the backup, with none or a different one."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.errors import ConfigurationError
from bot.privacy.consent.model import Purpose
from bot.privacy.erasure_replay import replay_erasures
from bot.storage.erasure_log import LOG_KEPT_FOR, ErasureLog, LogPosition, Scope
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, agree
from tests.storage.test_backup import NOW, backed_up, data_in, make_database, restored
from tests.storage.test_erasure_log import WHOLE, add


def test_a_log_is_merged_with_another(path: Path) -> None:
    log, copy = ErasureLog(path), ErasureLog(path.with_name("copy.db"))
    add(log, WHOLE[:1])
    copy.merge(log, MONDAY_NOON)
    assert copy.end() == log.end()  # the same log
    assert {each.stat().st_mode & 0o777 for each in (copy.path, copy.key_path)} == {0o600}
    add(log, WHOLE[1:2])
    known = log.end()
    log.merge(copy, MONDAY_NOON)
    assert log.end() == known  # nothing new
    add(copy, WHOLE[2:3])
    log.merge(copy, MONDAY_NOON)
    assert set(log.entries_after(LogPosition())) == set(map(log.mark, WHOLE[:3]))
    assert known is not None
    assert len(log.entries_after(known)) == 3  # a position of another log: all lines are replayed
    assert add(log, WHOLE[3:]) == 4


def test_expired_lines_are_not_merged(path: Path) -> None:
    log, copy = ErasureLog(path), ErasureLog(path.with_name("copy.db"))
    add(log, WHOLE[:1])
    copy.merge(log, MONDAY_NOON)
    later = MONDAY_NOON + LOG_KEPT_FOR + timedelta(seconds=1)
    log.expire(later)
    log.merge(copy, later)
    assert log.entries_after(LogPosition()) == {}


async def erased(path: Path, member_id: int, at: datetime) -> None:
    """Let a member agree to something and then delete all their data."""
    clock = ManualClock()
    clock.move_to(at)
    database = await SqliteDatabase.open(path)
    services = wire(database, clock)
    await agree(services, member_id, HERE, Purpose.SHOW_NAME)
    await services.erasure.erase_member(member_id, None)
    await database.close()


async def replayed(path: Path) -> list[object]:
    """Replay the erasures as a start does, and return what is saved after it."""
    database = await SqliteDatabase.open(path)
    await replay_erasures(database)
    await database.close()
    return await data_in(path)


async def test_a_restoration_without_any_log_says_so(path: Path, tmp_path: Path) -> None:
    before = await make_database(path)
    made = backed_up(path)
    await erased(path, ANN, NOW + timedelta(minutes=1))
    done = restored(made.path, tmp_path / "elsewhere" / "alongside.db")
    assert done.doubt is not None
    assert "no erasure log" in done.doubt
    assert "after 2026-11-25 03:00 UTC" in done.doubt
    assert await replayed(tmp_path / "elsewhere" / "alongside.db") == before


async def test_a_restoration_with_a_log_that_was_started_later_says_so(path: Path) -> None:
    await make_database(path)
    made = backed_up(path)
    for member_id, minutes in ((BEN, 1), (ANN, 2)):
        await erased(path, member_id, NOW + timedelta(minutes=minutes))
        if member_id == BEN:
            ErasureLog(path).path.unlink()
    done = restored(made.path, path)
    assert done.doubt is not None
    assert "between 2026-11-25 03:00 UTC and 2026-11-25 03:02 UTC" in done.doubt
    assert await replayed(path) == []
    assert restored(made.path, path).doubt == done.doubt


async def test_a_log_that_starts_with_the_first_erasure_ever_is_complete(path: Path) -> None:
    await make_database(path)
    made = backed_up(path)
    await erased(path, ANN, NOW + timedelta(minutes=1))
    assert restored(made.path, path).doubt is None
    assert await replayed(path) == []


async def test_the_logs_beside_the_database_and_beside_the_backup_are_both_replayed(
    path: Path, tmp_path: Path
) -> None:
    """Two machines continued from copies of one log, and a backup of one is restored on the other."""
    await make_database(path)
    await erased(path, BEN, NOW - timedelta(minutes=1))
    made = backed_up(path)
    there = tmp_path / "elsewhere" / "alongside.db"
    restored(made.path, there)
    await erased(there, ANN, NOW + timedelta(minutes=1))
    backed_up(there, at=NOW + timedelta(days=1))
    newest = there.parent / "backups"
    for name in ("alongside.db.deletions", "alongside.db.deletions.key"):
        (made.path.parent / name).write_bytes((newest / name).read_bytes())
    assert restored(made.path, path).doubt is None
    assert await replayed(path) == []


@pytest.mark.parametrize("lacking", ["the key of both", "the key"])
async def test_a_log_that_cannot_be_read_is_refused_and_nothing_changes(path: Path, lacking: str) -> None:
    before = await make_database(path)
    await erased(path, BEN, NOW)
    made = backed_up(path)
    key = made.path.parent / "alongside.db.deletions.key"
    if lacking == "the key":
        key.unlink()
    else:
        for name in ("alongside.db.deletions", "alongside.db.deletions.key"):
            (made.path.parent / name).unlink()
        other = ErasureLog(made.path.parent / "alongside.db")
        other.append([Scope(ANN, None)], NOW, LogPosition())
    with pytest.raises(ConfigurationError, match=r"key is missing|different keys"):
        restored(made.path, path)
    assert await data_in(path) == before
