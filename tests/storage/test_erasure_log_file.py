"""The erasure log's file: its lines, numbers, hashes and key."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.privacy.consent.model import Purpose
from bot.storage.erasure_log import LOG_KEPT_FOR, ErasureLog, LogPosition, Scope
from tests.storage.manual_clock import MONDAY_NOON
from tests.storage.members import ANN, HERE

WHOLE = [Scope(ANN, HERE), Scope(ANN, None), Scope(None, HERE), Scope(ANN, HERE, Purpose.CHECKINS)]


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
