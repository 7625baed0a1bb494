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


@pytest.mark.parametrize(("late_seconds", "is_merged"), [(0, True), (1, False)])
def test_a_line_is_merged_until_it_expires(late_seconds: int, is_merged: bool, path: Path) -> None:
    log, copy = ErasureLog(path), ErasureLog(path.with_name("copy.db"))
    add(log, WHOLE[:1], MONDAY_NOON + timedelta(days=1))
    copy.merge(log, MONDAY_NOON)
    add(log, WHOLE[1:2])
    copy.merge(log, MONDAY_NOON + LOG_KEPT_FOR + timedelta(seconds=late_seconds))
    assert (copy.mark(WHOLE[1]) in copy.entries_after(LogPosition())) == is_merged


def lines_of(log: ErasureLog) -> list[tuple[int, int, str]]:
    """Return the number, the moment and the hash of each line, as the file has them."""
    lines = log.path.read_text(encoding="ascii").splitlines()[1:]
    return [(int(number), int(seconds), mark) for number, seconds, mark in map(str.split, lines)]


def in_both(path: Path) -> tuple[ErasureLog, ErasureLog]:
    """Return a log and a copy of it, each with lines of its own, some at the same moments."""
    log, copy = ErasureLog(path), ErasureLog(path.with_name("copy.db"))
    add(log, WHOLE[:1])
    copy.merge(log, MONDAY_NOON)
    for each, scopes in ((log, (WHOLE[1], WHOLE[2])), (copy, (WHOLE[2], WHOLE[3]))):
        for minutes, scope in enumerate(scopes, 1):
            add(each, [scope], MONDAY_NOON + timedelta(minutes=minutes + (each is copy)))
    return log, copy


def test_merged_lines_are_numbered_again_by_their_moments_and_none_comes_twice(path: Path) -> None:
    log, copy = in_both(path)
    log.merge(copy, MONDAY_NOON + timedelta(hours=1))
    noon = int(MONDAY_NOON.timestamp())
    marks = [log.mark(each) for each in WHOLE]
    assert lines_of(log) == [
        (number, noon + 60 * (number - 1), marks[number - 1]) for number in range(1, 5)
    ]
    end, other_end = log.end(), copy.end()
    assert end is not None
    assert other_end is not None
    assert end.number == 4
    assert end.identity != other_end.identity
    assert log.entries_after(LogPosition(3, end.identity)) == {marks[3]: noon + 180}


def test_an_erasure_that_both_logs_have_at_different_moments_is_replayed_up_to_the_newest(
    path: Path,
) -> None:
    log, copy = ErasureLog(path), ErasureLog(path.with_name("copy.db"))
    add(log, WHOLE[:1])
    copy.merge(log, MONDAY_NOON)
    later = MONDAY_NOON + timedelta(minutes=1)
    add(copy, WHOLE[:1], later)
    log.merge(copy, later)
    assert len(lines_of(log)) == 2
    assert log.entries_after(LogPosition()) == {log.mark(WHOLE[0]): later.timestamp()}
    copy.merge(log, later)
    assert len(lines_of(copy)) == 2


def test_a_merge_with_a_log_that_was_started_again_keeps_the_later_start(path: Path) -> None:
    """What was erased between a copy and that start may be in no log."""
    old, new = ErasureLog(path), ErasureLog(path.with_name("new.db"))
    add(old, WHOLE[:2])
    end = old.end()
    assert end is not None
    new.key_path.write_bytes(old.key_path.read_bytes())
    start = MONDAY_NOON + timedelta(minutes=9)
    new.append(WHOLE[2:3], start, LogPosition(end.number + 5, end.identity))
    for log, other in ((old, new), (new, old)):
        log.merge(other, start)
        assert [number for number, _, _ in lines_of(log)] == [8, 9, 10]  # after all that were used
        made_at = MONDAY_NOON + timedelta(minutes=3)
        assert log.missing_since(made_at, LogPosition(2, end.identity)) == start
        assert log.missing_since(start, LogPosition(2, end.identity)) is None
        assert log.missing_since(made_at, LogPosition(7, end.identity)) is None


def test_a_log_that_takes_anothers_place_uses_its_key_from_then_on(path: Path) -> None:
    log, here = ErasureLog(path), ErasureLog(path.with_name("here.db"))
    add(log, WHOLE[:1])
    assert here.mark(WHOLE[0]) != log.mark(WHOLE[0])  # with the key of its own that it has made
    here.merge(log, MONDAY_NOON)
    assert here.mark(WHOLE[0]) == log.mark(WHOLE[0])
    assert add(here, WHOLE[1:2]) == 2


def test_a_log_without_another_beside_it_stays_as_it_is(path: Path) -> None:
    log = ErasureLog(path)
    add(log, WHOLE)
    before = log.path.read_bytes()
    log.merge(ErasureLog(path.with_name("none.db")), MONDAY_NOON)
    assert log.path.read_bytes() == before
    nothing = ErasureLog(path.with_name("nothing.db"))
    nothing.merge(ErasureLog(path.with_name("none.db")), MONDAY_NOON)
    assert not nothing.path.exists()


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
