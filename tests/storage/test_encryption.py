"""With a key, nothing on the disk is readable; a wrong, missing or needless key gives one clear line."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.compose import wire
from bot.errors import ConfigurationError, UnfitDatabaseError
from bot.services import Services
from bot.storage.sqlite import backup, connection, inspection
from bot.storage.sqlite.connection import Shape, shape
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, HERE, rooms_in_both, settle
from tests.storage.scratch import ADD_MOTTO, migrations, newest
from tests.storage.test_traces import traces

KEY = SecretStr("5a" * 32)
OTHER = SecretStr("A5" * 32)


@asynccontextmanager
async def opened(path: Path, key: SecretStr | None) -> AsyncIterator[Services]:
    database = await SqliteDatabase.open(path, key=key)
    try:
        yield wire(database, ManualClock())
    finally:
        await database.close()


async def fill(services: Services) -> None:
    """Put data about a member into every table."""
    for room in await rooms_in_both(services):
        await settle(services, ANN, room)


@pytest.mark.parametrize(("key", "found"), [(None, ["alongside.db-wal"]), (KEY, [])])
async def test_no_member_no_name_and_no_table_is_readable_in_any_file(
    path: Path, key: SecretStr | None, found: list[str]
) -> None:
    async with opened(path, key) as services:
        await fill(services)
        assert traces(path, ANN) == found
        readable = b"".join(file.read_bytes() for file in path.parent.iterdir())
        for word in (b"CREATE TABLE", b"member_id", b"Quiet", b"Europe/Berlin", b"SQLite format 3"):
            assert (word in readable) == (key is None)
        await services.database.vacuum()
    assert (traces(path, ANN) == []) == (key is not None)
    assert shape(path) is (Shape.PLAIN if key is None else Shape.ENCRYPTED)


async def test_the_data_is_there_again_with_the_key(path: Path) -> None:
    async with opened(path, KEY) as services:
        await fill(services)
        before = await services.member_data.rows(ANN, None)
    async with opened(path, KEY) as services:
        assert await services.member_data.rows(ANN, None) == before
        assert await services.erasure.erase_member(ANN, HERE)


async def test_the_copy_before_a_migration_is_encrypted_with_the_same_key(
    path: Path, tmp_path: Path
) -> None:
    async with opened(path, KEY) as services:
        await fill(services)
    steps = migrations(tmp_path / "steps", ADD_MOTTO)
    later = await SqliteDatabase.open(path, steps, KEY)
    await later.close()
    copy = path.with_name(f"alongside.db.v{newest()}")
    assert shape(copy) is Shape.ENCRYPTED
    async with opened(copy, KEY) as services:
        assert await services.member_data.rows(ANN, None)


async def test_a_wrong_key_a_needless_key_and_a_missing_key_are_one_line_each(tmp_path: Path) -> None:
    locked, plain = tmp_path / "locked.db", tmp_path / "plain.db"
    for path, key in ((locked, KEY), (plain, None)):
        async with opened(path, key):
            pass
    before = [path.read_bytes() for path in (locked, plain)]
    for path, key, line in (
        (locked, OTHER, "does not open with ALONGSIDE_DATABASE_KEY"),
        (locked, None, "those need ALONGSIDE_DATABASE_KEY"),
        (plain, KEY, "the database is not encrypted, and a key is set"),
    ):
        with pytest.raises(ConfigurationError, match=line) as refused:
            await SqliteDatabase.open(path, key=key)
        assert "\n" not in str(refused.value)
    assert [path.read_bytes() for path in (locked, plain)] == before


READING: dict[str, Callable[[Path, SecretStr | None], object]] = {
    "inspect": inspection.inspect,
    "read a note": lambda path, key: inspection.read_note(path, key, "a note"),
    "check a copy": backup.check_copy,
}


@pytest.mark.parametrize("read", READING.values(), ids=READING)
async def test_what_reads_a_database_tells_a_wrong_key_from_damage(
    path: Path, read: Callable[[Path, SecretStr | None], object]
) -> None:
    async with opened(path, KEY):
        pass
    with pytest.raises(ConfigurationError, match="does not open with ALONGSIDE_DATABASE_KEY"):
        read(path, OTHER)
    damaged = path.with_name("damaged.db")
    damaged.write_bytes(b"SQLite format 3\0" + b"a letter" * 1000)
    with pytest.raises(UnfitDatabaseError, match="damaged"):
        read(damaged, None)


async def test_a_key_without_the_package_is_one_line_that_names_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "sqlcipher", lambda: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'alongside-bot\[encryption\]'"):
        await SqliteDatabase.open(path, key=KEY)
    async with opened(path, None) as services:
        await fill(services)


async def test_the_key_is_never_logged(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="aiosqlite")  # which logs what it executes
    async with opened(path, KEY) as services:
        await fill(services)
    assert "PRAGMA synchronous" in caplog.text
    assert KEY.get_secret_value() not in caplog.text
    assert "PRAGMA key" not in caplog.text
