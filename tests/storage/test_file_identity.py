"""Files of an open database that are lost or overwritten: the bot never says that lost data is saved."""

import gzip
import shutil
from contextlib import closing
from pathlib import Path
from sqlite3 import DatabaseError, OperationalError, connect

import pytest
from pydantic import SecretStr

from bot.errors import UnfitDatabaseError
from bot.storage.database import Statements
from bot.storage.sqlite import backup
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.errors import DAMAGED, MOVED, to_operator_error
from bot.storage.sqlite.file_identity import FileMovedError
from tests.storage.test_backup import KEY, NOW, quietly


async def save(statements: Statements) -> None:
    await statements.run("set_deployment", name="a note", value="1")


async def load(statements: Statements) -> object:
    return await statements.value("get_deployment", name="a note")


def replace(path: Path) -> None:
    """Put a copy in the file's place, as `mv` does with a restored backup."""
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.rename(path)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
@pytest.mark.parametrize("harm", [Path.unlink, replace])
async def test_after_a_file_is_deleted_or_replaced_nothing_is_saved_and_the_bot_must_end(
    database: SqliteDatabase, path: Path, suffix: str, harm: object
) -> None:
    assert callable(harm)
    await database.write(save)
    assert not database.damaged.is_set()
    harm(path.with_name(path.name + suffix))
    with pytest.raises(FileMovedError) as raised:
        await database.write(save)
    assert database.damaged.is_set()
    assert database.damage == MOVED
    assert isinstance(to_operator_error(raised.value, "it fails"), UnfitDatabaseError)
    with pytest.raises(FileMovedError):
        await database.read(load)


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def overwrite(path: Path, content: bytes) -> None:
    """Write into the file itself, as `cp` does with a copy."""
    inode = path.stat().st_ino
    path.write_bytes(content)
    assert path.stat().st_ino == inode


def newest_backup(path: Path, key: SecretStr | None) -> bytes:
    """Back up the database, which may be open, and return the copy."""
    made = backup.write(path, key, path.parent / "backups", 14, NOW, quietly)
    return gzip.decompress(made.path.read_bytes()) if key is None else made.path.read_bytes()


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("is_of_an_earlier_run", [False, True])
async def test_after_its_file_is_overwritten_with_a_copy_nothing_is_saved_and_the_bot_must_end(
    path: Path, key: SecretStr | None, *, is_of_an_earlier_run: bool
) -> None:
    opened = await SqliteDatabase.open(path, key=key)
    await opened.write(save)
    if is_of_an_earlier_run:
        await opened.close()
        copy = content_of(path)
        opened = await SqliteDatabase.open(path, key=key)
    else:
        copy = newest_backup(path, key)
    await opened.write(save)
    overwrite(path, copy)
    for unit in (opened.write(save), opened.read(load)):
        with pytest.raises(FileMovedError):
            await unit
    assert opened.damaged.is_set()
    assert opened.damage == MOVED
    await opened.close()


@pytest.mark.parametrize(("content", "damage"), [(b"", MOVED), (b"no database" * 1000, DAMAGED)])
async def test_after_its_file_is_emptied_or_is_no_database_any_more_the_bot_must_end(
    database: SqliteDatabase, path: Path, content: bytes, damage: str
) -> None:
    await database.write(save)
    overwrite(path, content)
    for unit in (database.write(save), database.read(load)):
        with pytest.raises(DatabaseError):
            await unit
    assert database.damaged.is_set()
    assert database.damage == damage


async def test_a_file_that_cannot_be_opened_for_a_moment_is_not_mistaken_for_another(
    database: SqliteDatabase, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(save)
    await database.truncate_wal()
    with monkeypatch.context() as broken:
        broken.setattr("bot.storage.sqlite.file_identity.open_alone", fail_to_open)
        with pytest.raises(OperationalError, match="unable to open"):
            await database.write(save)
    assert not database.damaged.is_set()
    await database.write(save)


def fail_to_open(*_: object) -> None:
    raise OperationalError("unable to open database file")


async def test_a_read_notices_a_replaced_file_too(database: SqliteDatabase, path: Path) -> None:
    Path.unlink(path)
    with pytest.raises(FileMovedError):
        await database.read(load)
    assert database.damaged.is_set()


async def test_a_file_that_goes_while_a_unit_runs_takes_that_unit_with_it(
    database: SqliteDatabase, path: Path
) -> None:
    async def work(statements: Statements) -> None:
        await save(statements)
        Path.unlink(path)

    with pytest.raises(FileMovedError):
        await database.write(work)


async def test_a_lost_database_is_not_replaced_by_an_empty_one_where_its_erasure_log_is_left(
    path: Path,
) -> None:
    log = path.with_name(f"{path.name}.deletions")
    log.write_text("made at the first erasure")
    with pytest.raises(UnfitDatabaseError, match="its erasure log"):
        await SqliteDatabase.open(path)
    assert not Path.exists(path)
    log.unlink()
    await (await SqliteDatabase.open(path)).close()


async def test_vacuums_truncation_and_other_programs_that_read_are_not_mistaken_for_a_replaced_file(
    database: SqliteDatabase, path: Path
) -> None:
    for _ in range(3):
        await database.write(save)
        await database.truncate_wal()
        assert await database.vacuum()
        with closing(connect(path)) as other:
            other.execute("SELECT * FROM deployment").fetchall()
    assert await database.read(load) == "1"
    assert not database.damaged.is_set()
