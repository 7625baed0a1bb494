"""A restored backup, with an erasure log beside the database, beside the backup, none, or another one."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.errors import ConfigurationError
from bot.privacy.consent.model import Purpose
from bot.privacy.erasure_replay import replay_erasures
from bot.storage.erasure_log import MARKS_KEPT_FOR, ErasureLog, LogPosition, Scope
from bot.storage.sqlite.database import SqliteDatabase
from tests.services.test_erasures import WHOLE, add
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, agree
from tests.storage.test_backup import NOW, backed_up, kept_in, lives_in, restored


def test_one_log_takes_in_what_another_knows(path: Path) -> None:
    listed, copy = ErasureLog(path), ErasureLog(path.with_name("copy.db"))
    add(listed, WHOLE[:1])
    copy.take_in(listed, MONDAY_NOON)
    assert copy.end() == listed.end()  # the same list
    assert {each.stat().st_mode & 0o777 for each in (copy.path, copy.key_path)} == {0o600}
    add(listed, WHOLE[1:2])
    known = listed.end()
    listed.take_in(copy, MONDAY_NOON)
    assert listed.end() == known  # nothing new
    add(copy, WHOLE[2:3])
    listed.take_in(copy, MONDAY_NOON)
    assert set(listed.beyond(LogPosition())) == set(map(listed.mark, WHOLE[:3]))
    assert known is not None
    assert len(listed.beyond(known)) == 3  # another list: all of it is carried out
    assert add(listed, WHOLE[3:]) == 4


def test_what_has_expired_is_not_taken_in(path: Path) -> None:
    listed, copy = ErasureLog(path), ErasureLog(path.with_name("copy.db"))
    add(listed, WHOLE[:1])
    copy.take_in(listed, MONDAY_NOON)
    later = MONDAY_NOON + MARKS_KEPT_FOR + timedelta(seconds=1)
    listed.expire(later)
    listed.take_in(copy, later)
    assert listed.beyond(LogPosition()) == {}


async def erased(path: Path, member_id: int, at: datetime) -> None:
    """Let a member agree to something and delete all there is."""
    clock = ManualClock()
    clock.move_to(at)
    database = await SqliteDatabase.open(path)
    services = wire(database, clock)
    await agree(services, member_id, HERE, Purpose.SHOW_NAME)
    await services.erasure.erase_member(member_id, None)
    await database.close()


async def brought_up(path: Path) -> list[object]:
    """Return what is kept once deletions were carried out again, as the command does."""
    database = await SqliteDatabase.open(path)
    await replay_erasures(database)
    await database.close()
    return await kept_in(path)


async def test_where_no_erasure_log_is_known_the_restore_says_so(path: Path, tmp_path: Path) -> None:
    before = await lives_in(path)
    made = backed_up(path)
    await erased(path, ANN, NOW + timedelta(minutes=1))
    done = restored(made.path, tmp_path / "elsewhere" / "alongside.db")
    assert done.doubt is not None
    assert "no list of deletions" in done.doubt
    assert "after 2026-11-25 03:00 UTC" in done.doubt
    assert await brought_up(tmp_path / "elsewhere" / "alongside.db") == before


async def test_where_the_log_was_begun_after_the_backup_the_restore_says_so(path: Path) -> None:
    await lives_in(path)
    made = backed_up(path)
    for member_id, minutes in ((BEN, 1), (ANN, 2)):
        await erased(path, member_id, NOW + timedelta(minutes=minutes))
        if member_id == BEN:
            ErasureLog(path).path.unlink()
    done = restored(made.path, path)
    assert done.doubt is not None
    assert "between 2026-11-25 03:00 UTC and 2026-11-25 03:02 UTC" in done.doubt
    assert await brought_up(path) == []
    assert restored(made.path, path).doubt == done.doubt


async def test_the_first_deletion_of_all_leaves_no_doubt(path: Path) -> None:
    await lives_in(path)
    made = backed_up(path)
    await erased(path, ANN, NOW + timedelta(minutes=1))
    assert restored(made.path, path).doubt is None
    assert await brought_up(path) == []


async def test_the_logs_beside_the_database_and_beside_the_backup_both_count(
    path: Path, tmp_path: Path
) -> None:
    """Two machines went on from one list, and the backup of one is restored on the other."""
    await lives_in(path)
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
    assert await brought_up(path) == []


@pytest.mark.parametrize("lacking", ["the key of both", "the key"])
async def test_a_log_that_cannot_be_read_is_refused_and_nothing_changes(path: Path, lacking: str) -> None:
    before = await lives_in(path)
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
    assert await kept_in(path) == before
