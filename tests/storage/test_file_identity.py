"""Files of an open database that are deleted or replaced: the bot never says that lost data is saved."""

import shutil
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from bot.errors import UnfitDatabaseError
from bot.storage.database import Statements
from bot.storage.sqlite.database import SqliteDatabase
from bot.storage.sqlite.errors import MOVED, to_operator_error
from bot.storage.sqlite.file_identity import FileMovedError


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
