"""Backups hold all data and nothing deleted; a backup that cannot be verified is not restored."""

import contextlib
import gzip
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.compose import wire
from bot.errors import ConfigurationError, InUseError, UnfitDatabaseError
from bot.privacy.erasure_replay import replay_erasures
from bot.services import Services
from bot.storage.erasure_log import LOG_KEPT_FOR
from bot.storage.reports import Backup, Restored
from bot.storage.sqlite import backup
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.restore import restore
from bot.storage.table_statements import LIVE_TABLES
from tests.rooms import sit
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, HERE, begin, rooms_in_both, settle
from tests.storage.scratch import query
from tests.storage.test_lock import another_process_holds

KEY = SecretStr("5a" * 32)
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


@contextlib.contextmanager
def quietly(_: str) -> Iterator[None]:
    yield


async def make_database(path: Path, key: SecretStr | None = None) -> list[object]:
    """Make a database with data about Ann in every table; return that data."""
    database = await SqliteDatabase.open(path, key=key)
    services = wire(database, ManualClock())
    for room in await rooms_in_both(services):
        await settle(services, ANN, room)
    kept = await data_of(services)
    await database.close()
    return kept


async def data_of(services: Services) -> list[object]:
    """Return the data about Ann that backups contain, so without seats in open sessions."""
    kept = await services.member_data.rows(ANN, None)
    return [each for each in kept if each.rows and each.table.table not in LIVE_TABLES]


async def data_in(path: Path, key: SecretStr | None = None) -> list[object]:
    database = await SqliteDatabase.open(path, key=key)
    try:
        return await data_of(wire(database, ManualClock()))
    finally:
        await database.close()


def backed_up(path: Path, key: SecretStr | None = None, keep: int = 7, at: datetime = NOW) -> Backup:
    return backup.write(path, key, path.parent / "backups", keep, at, quietly)


def restored(made: Path, path: Path, key: SecretStr | None = None) -> Restored:
    return restore(made, path, key, NOW, quietly)


def stamp(path: Path) -> None:
    """Update the checksum file to the backup's present content."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")


@pytest.mark.parametrize(("key", "ending"), [(None, ".db.gz"), (KEY, ".db")])
async def test_a_backup_can_be_restored_on_another_machine(
    path: Path, tmp_path: Path, key: SecretStr | None, ending: str
) -> None:
    before = await make_database(path, key)
    made = backed_up(path, key)
    assert made.path.name == f"alongside-20261125T030000Z{ending}"
    assert sorted(each.name for each in made.path.parent.iterdir()) == [
        made.path.name,
        f"{made.path.name}.sha256",
        "alongside.lock",
    ]
    assert made.encrypted == (key is not None)
    assert (made.path.stat().st_mode & 0o777, made.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    if key:
        assert str(ANN).encode() not in made.path.read_bytes()
    there = tmp_path / "elsewhere" / "alongside.db"
    assert restored(made.path, there, key).old is None
    assert await data_in(there, key) == before
    assert there.stat().st_mode & 0o777 == 0o600


async def used_ids(path: Path, key: SecretStr | None) -> tuple[int, int]:
    """Open and close a session, begin and end check-ins; return the ids that both had."""
    database = await SqliteDatabase.open(path, key=key)
    services = wire(database, ManualClock())
    room = await services.rooms.add(HERE, 71, "Quiet", 99)
    session_id = (await sit(services, room, ANN, 25)).card.session.session_id
    await services.sessions.close(session_id)
    await services.rooms.remove(HERE, room.room_id)
    cadence = await begin(services)
    await services.erasure.erase_member(ANN, None)
    await database.close()
    return session_id, cadence.cadence_id


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("given_before", [0, 1])
async def test_an_id_used_after_the_backup_is_never_used_again(
    path: Path, key: SecretStr | None, given_before: int
) -> None:
    await (await SqliteDatabase.open(path, key=key)).close()
    for _ in range(given_before):
        await used_ids(path, key)
    made = backed_up(path, key)
    after = [await used_ids(path, key) for _ in range(3)]
    restored(made.path, path, key)
    assert min(await used_ids(path, key)) > max(map(max, after))


async def test_deleted_data_is_in_no_backup(path: Path) -> None:
    await make_database(path)
    database = await SqliteDatabase.open(path)
    await wire(database, ManualClock()).erasure.erase_member(ANN, None)
    with gzip.open(backed_up(path).path) as packed:
        content = packed.read()
    await database.close()
    assert ANN.to_bytes(8, "big") not in content
    assert str(ANN).encode() not in content


async def test_a_backup_of_a_database_in_use_holds_what_was_committed(path: Path, tmp_path: Path) -> None:
    before = await make_database(path)
    database = await SqliteDatabase.open(path)
    await database.write(lambda statements: statements.run("set_deployment", name="committed", value="yes"))
    made = backed_up(path)
    await database.close()
    restored(made.path, tmp_path / "there.db")
    assert await data_in(tmp_path / "there.db") == before
    assert query(tmp_path / "there.db", "SELECT value FROM deployment WHERE name = 'committed'") == [
        ("yes",)
    ]


async def test_all_but_the_newest_are_removed_and_nothing_else_is_touched(path: Path) -> None:
    await make_database(path)
    folder = path.parent / "backups"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    (folder / "alongside-20200101T000000Z.db.gz.partial").write_text("left by a crash")
    made = [backed_up(path, keep=2, at=NOW + timedelta(days=day)) for day in range(4)]
    assert [each.removed for each in made] == [(), (), (made[0].path.name,), (made[1].path.name,)]
    names = sorted(each.name for each in folder.iterdir())
    kept = [name for each in made[2:] for name in (each.path.name, f"{each.path.name}.sha256")]
    assert names == [*kept, "alongside.lock", "letter.txt"]


async def test_the_old_database_stays_beside_the_restored_one(path: Path) -> None:
    before = await make_database(path)
    made = backed_up(path)
    database = await SqliteDatabase.open(path)
    await wire(database, ManualClock()).erasure.erase_member(ANN, None)
    await database.close()
    done = restored(made.path, path)
    assert await data_in(path) == before
    assert done.old == path.with_name("alongside.db.before-20261125T030000Z")
    assert await data_in(done.old) == []


async def test_the_restored_database_has_the_permissions_of_the_old_one(path: Path) -> None:
    await make_database(path)
    path.chmod(0o640)  # noqa: ASYNC240 - nothing else runs meanwhile
    done = restored(backed_up(path).path, path)
    assert [each.stat().st_mode & 0o777 for each in (path, done.old) if each] == [0o640, 0o640]


@pytest.mark.parametrize("harm", ["byte", "short", "no checksum", "not ours", "damaged", "newer", "key"])
async def test_a_backup_that_cannot_be_verified_is_refused(path: Path, harm: str) -> None:
    before = await make_database(path)
    made = backed_up(path).path
    content = bytearray(gzip.decompress(made.read_bytes()))
    key = None
    if harm == "byte":
        made.write_bytes(made.read_bytes()[:-9] + b"x" + made.read_bytes()[-8:])
    elif harm == "short":
        made.write_bytes(made.read_bytes()[:-100])
        stamp(made)
    elif harm == "no checksum":
        made.with_name(f"{made.name}.sha256").unlink()
    elif harm == "not ours":
        made.write_bytes(gzip.compress(b"SQLite format 3\0" + b"a letter" * 1000))
        stamp(made)
    elif harm == "damaged":
        content[4 * 4096 : 5 * 4096] = b"\xa5" * 4096
        made.write_bytes(gzip.compress(bytes(content)))
        stamp(made)
    elif harm == "newer":
        content[60:64] = (9999).to_bytes(4, "big")
        made.write_bytes(gzip.compress(bytes(content)))
        stamp(made)
    else:
        key = KEY
    wanted = ConfigurationError if harm == "key" else UnfitDatabaseError
    with pytest.raises(wanted, match=r"^alongside-20261125T030000Z.db.gz was not restored: ") as refused:
        restored(made, path, key)
    assert "\n" not in str(refused.value)
    assert sorted(each.name for each in path.parent.iterdir()) == ["alongside.db", "backups"]
    assert await data_in(path) == before


@pytest.mark.parametrize("command", ["PRAGMA user_version = 0", "DROP TABLE deployment"])
async def test_a_whole_database_of_another_program_is_no_backup(path: Path, command: str) -> None:
    await make_database(path)
    query(path, command)
    with pytest.raises(UnfitDatabaseError, match="not a backup of Alongside"):
        backup.check_copy(path, None)


async def test_at_every_moment_of_restoring_there_is_a_whole_database(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await make_database(path)
    made = backed_up(path).path
    looked: list[int] = []
    replace = Path.replace

    def looking(one: Path, other: Path) -> Path:
        looked.append(backup.check_copy(path, None).version)
        return replace(one, other)

    monkeypatch.setattr(Path, "replace", looking)
    restored(made, path)
    assert looked
    assert await data_in(path) == before


async def test_erasures_since_the_backup_are_repeated_also_on_another_machine(
    path: Path, tmp_path: Path
) -> None:
    before = await make_database(path)
    old = backed_up(path)
    database = await SqliteDatabase.open(path)
    await wire(database, ManualClock()).erasure.erase_member(ANN, None)
    await database.close()
    backed_up(path, at=NOW + timedelta(days=1))  # the erasure log is beside both
    there = tmp_path / "elsewhere" / "alongside.db"
    for place in (path, there):
        restored(old.path, place)
        assert await data_in(place) == before
        database = await SqliteDatabase.open(place)
        assert await replay_erasures(database) > 0
        await database.close()
        assert await data_in(place) == []


async def test_a_file_older_than_the_log_keeps_lines_or_not_a_backup_is_refused(
    path: Path,
) -> None:
    await make_database(path)
    made = backed_up(path, at=NOW - LOG_KEPT_FOR - timedelta(days=1)).path
    with pytest.raises(UnfitDatabaseError, match="more than 90 days old"):
        restored(made, path)
    stamp(path)
    with pytest.raises(UnfitDatabaseError, match="a database, but not a backup"):
        restored(path, path)


async def test_without_a_database_there_is_nothing_to_back_up(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no database"):
        backed_up(path)


async def test_two_backups_at_once_are_refused(path: Path) -> None:
    await make_database(path)
    folder = path.parent / "backups"
    folder.mkdir()
    with another_process_holds(folder / "alongside"), pytest.raises(InUseError):
        backed_up(path)
    assert backed_up(path).version
