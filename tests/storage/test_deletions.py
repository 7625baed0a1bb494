"""The list of deletions: keyed, whole after a crash, gone after its time, heeded by a restored backup."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.consent.model import MARKS_KEPT_FOR, Purpose
from bot.errors import ConfigurationError
from bot.runner import Due, Kind
from bot.storage.connection import connect
from bot.storage.copying import LIVE_TABLES, copy_to
from bot.storage.database import Database
from bot.storage.deletions import Deletions, Scope
from bot.storage.personal_data import PERSONAL
from bot.wiring import Services, wire
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree, rooms_in_both, settle
from tests.storage.scratch import query
from tests.storage.test_scrub import traces

WHOLE = [Scope(ANN, HERE), Scope(ANN, None), Scope(None, HERE), Scope(ANN, HERE, Purpose.CHECKINS)]


async def backed_up(path: Path) -> Path:
    """Return a copy of the database as it stands, made as backups are."""
    copy = path.with_name("backup.db")
    connection = await connect(path)
    await copy_to(connection, copy)
    await connection.close()
    return copy


@asynccontextmanager
async def started(path: Path, clock: ManualClock, copy: Path | None = None) -> AsyncIterator[Services]:
    """Start, and end; a backup is put in the place of the database before, if one is given."""
    if copy is not None:
        shutil.copyfile(copy, path)
    database = await Database.open(path)
    try:
        services = wire(database, clock)
        await services.retention.begin()
        yield services
    finally:
        await database.close()


def members(path: Path) -> set[tuple[object, ...]]:
    """Return who has rows, where and for what."""
    return set(query(path, "SELECT member_id, guild_id, purpose FROM consent"))


def test_numbers_go_on_and_marks_tell_scopes_apart(path: Path) -> None:
    listed = Deletions(path)
    assert listed.last() == 0
    assert listed.append(WHOLE[:1], MONDAY_NOON) == (0, 1)
    assert listed.append(WHOLE[1:], MONDAY_NOON + timedelta(seconds=1)) == (1, 4)
    again = Deletions(path)
    assert again.last() == 4
    assert set(again.beyond(0)) == set(map(again.mark, WHOLE))
    assert len(again.beyond(0)) == 4
    assert set(again.beyond(1)) == set(map(again.mark, WHOLE[1:]))
    assert again.beyond(4) == {}


def test_the_list_names_nobody_and_the_key_is_nobody_elses(path: Path) -> None:
    listed = Deletions(path)
    listed.append(WHOLE, MONDAY_NOON)
    held = listed.path.read_bytes() + listed.key_path.read_bytes()
    assert not any(each in held for each in (str(ANN).encode(), str(HERE).encode()))
    assert {each.stat().st_mode & 0o777 for each in (listed.path, listed.key_path)} == {0o600}
    other = Deletions(path.with_name("other.db"))
    other.append(WHOLE, MONDAY_NOON)
    assert set(listed.beyond(0)) & set(other.beyond(0)) == set()


@pytest.mark.parametrize("left", range(1, 60, 7))
def test_a_line_that_a_crash_cut_short_counts_for_nothing(left: int, path: Path) -> None:
    listed = Deletions(path)
    listed.append(WHOLE[:1], MONDAY_NOON)
    whole = listed.path.read_bytes()
    listed.append(WHOLE[1:2], MONDAY_NOON)
    listed.path.write_bytes(listed.path.read_bytes()[: len(whole) + left])
    assert listed.last() == 1
    assert len(listed.beyond(0)) == 1
    assert listed.append(WHOLE[1:2], MONDAY_NOON) == (1, 2)
    assert set(listed.beyond(1)) == {listed.mark(WHOLE[1])}


def test_lines_go_after_their_time_and_numbers_are_not_used_again(path: Path) -> None:
    listed = Deletions(path)
    listed.append(WHOLE[:2], MONDAY_NOON)
    later = MONDAY_NOON + MARKS_KEPT_FOR
    assert not listed.expire(later)
    listed.append(WHOLE[2:3], later)
    assert listed.expire(later + timedelta(seconds=1))
    assert set(listed.beyond(0)) == {listed.mark(WHOLE[2])}
    assert listed.expire(later + MARKS_KEPT_FOR + timedelta(seconds=1))
    assert (listed.last(), listed.beyond(0)) == (3, {})
    assert listed.append(WHOLE, later) == (3, 7)


def test_another_key_is_one_clear_line_and_so_is_none(path: Path) -> None:
    Deletions(path).append(WHOLE, MONDAY_NOON)
    key = Deletions(path).key_path
    key.write_text("another key that nobody made\n", encoding="ascii")
    with pytest.raises(ConfigurationError, match="was made with another key"):
        Deletions(path).last()
    key.unlink()
    with pytest.raises(ConfigurationError, match="key is missing"):
        Deletions(path).last()
    assert not key.exists()
    Deletions(path).path.write_text("something else\n", encoding="ascii")
    with pytest.raises(ConfigurationError, match="no list of deletions"):
        Deletions(path).last()


async def test_what_is_live_is_in_no_copy(services: Services, path: Path) -> None:
    assert set(LIVE_TABLES) == {each.table for each in PERSONAL if each.is_live}
    here, _ = await rooms_in_both(services)
    await settle(services, ANN, here)
    sat = await services.sessions.sit(here, BEN, None)
    await services.sessions.arrive(sat.session.session_id, BEN)
    copy = await backed_up(path)
    assert traces(path, BEN)
    assert traces(copy, BEN) == []
    assert traces(copy, ANN) == ["backup.db"]
    assert query(copy, "SELECT COUNT(*) FROM cadence") == [(1,)]
    assert not copy.with_name("backup.db-journal").exists()


@pytest.mark.parametrize("how", ["withdrawn", "deleted here", "deleted everywhere", "forgotten"])
async def test_a_restored_backup_is_deleted_again(how: str, clock: ManualClock, path: Path) -> None:
    async with started(path, clock) as services:
        for room in await rooms_in_both(services):
            for member_id in (ANN, BEN):
                await settle(services, member_id, room)
        copy, before = await backed_up(path), members(path)
        clock.move(minutes=1)
        if how == "withdrawn":
            await services.consents.withdraw(ANN, HERE, Purpose.KEEP_RHYTHM)
        elif how == "forgotten":
            await services.removals.note_removed(HERE)
            await services.removals.forget(Due(Kind.FORGET, HERE, clock.now()))
        else:
            await services.consents.erase(ANN, HERE if how == "deleted here" else None)
        after = members(path)
        assert after < before
    async with started(path, clock, copy) as services:
        assert members(path) == after
        cadences = {(row[0], row[1]) for row in query(path, "SELECT member_id, guild_id FROM cadence")}
        assert cadences == {(who, where) for who, where, what in after if what == "checkins"}
        weeks = {(row[0], row[1]) for row in query(path, "SELECT member_id, guild_id FROM rhythm")}
        assert weeks == {(who, where) for who, where, what in after if what == "keep_rhythm"}
        assert (traces(path, ANN) == []) == (how == "deleted everywhere")
        assert await services.consents.standing(BEN, THERE)


async def test_what_was_agreed_to_after_a_deletion_stays(clock: ManualClock, path: Path) -> None:
    async with started(path, clock) as services:
        await agree(services, ANN, HERE, Purpose.LISTED_NAME)
        first = (await backed_up(path)).rename(path.with_name("first.db"))
        clock.move(minutes=1)
        await services.consents.erase(ANN, None)
        clock.move(minutes=1)
        await agree(services, ANN, HERE, Purpose.KEEP_RHYTHM)
        second = await backed_up(path)
    async with started(path, clock, second):
        assert members(path) == {(ANN, HERE, "keep_rhythm")}
    async with started(path, clock, first):
        assert members(path) == set()


async def test_a_deletion_that_was_noted_and_not_carried_out_is_carried_out_at_the_next_start(
    services: Services, clock: ManualClock, path: Path
) -> None:
    """The process died between the two: nothing had been said to be done, and it was wanted."""
    await agree(services, ANN, HERE, Purpose.LISTED_NAME)
    clock.move(minutes=1)
    services.database.deletions.append([Scope(ANN, None)], clock.now())
    clock.move(minutes=1)
    await agree(services, ANN, THERE, Purpose.LISTED_NAME)  # it went on, and they chose anew
    await services.consents.erase(BEN, None)
    await services.retention.begin()
    assert members(path) == {(ANN, THERE, "listed_name")}


async def test_nothing_is_noted_where_nothing_was_kept(services: Services) -> None:
    await services.consents.erase(ANN, None)
    await services.consents.withdraw(ANN, HERE, Purpose.CHECKINS)
    assert not services.database.deletions.path.exists()
    assert not services.database.deletions.key_path.exists()


async def test_a_deletion_is_on_the_list_before_it_is_committed(
    services: Services, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    await agree(services, ANN, HERE, Purpose.LISTED_NAME)
    seen: list[set[tuple[object, ...]]] = []
    append = Deletions.append

    def note(self: Deletions, *given: object) -> object:
        seen.append(members(path))  # as others see it: not deleted yet
        return append(self, *given)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(Deletions, "append", note)
    await services.consents.erase(ANN, None)
    assert seen == [{(ANN, HERE, "listed_name")}]
    assert members(path) == set()
