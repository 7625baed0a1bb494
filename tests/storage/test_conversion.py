"""Encrypting and decrypting lose no data, leave no old bytes, and may be killed at any line."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.exits import Exit
from bot.errors import ConfigurationError
from bot.privacy.export import PersonalRows
from bot.storage.sqlite import conversion
from bot.storage.sqlite.connection import Shape, shape
from bot.storage.sqlite.conversion import convert
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.killed_conversions import kill_conversions
from tests.storage.members import ANN, begin
from tests.storage.scratch import ADD_MOTTO, migrations, newest
from tests.storage.test_encryption import KEY, OTHER, fill, opened
from tests.storage.test_traces import traces

_ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"ALONGSIDE_DATABASE_KEY": KEY.get_secret_value()}


async def data_of(path: Path) -> list[PersonalRows]:
    async with opened(path, KEY if shape(path) is Shape.ENCRYPTED else None) as services:
        return await services.member_data.rows(ANN, None)


@pytest.fixture
async def before(path: Path) -> list[PersonalRows]:
    """Fill a plain database; return its personal data."""
    async with opened(path, None) as services:
        await fill(services)
        found = await services.member_data.rows(ANN, None)
    assert all(each.rows for each in found)
    return found


async def test_converting_loses_nothing_and_an_encrypted_file_shows_nothing(
    path: Path, before: list[PersonalRows]
) -> None:
    assert convert(path, KEY, Shape.ENCRYPTED)
    assert [each.name for each in path.parent.iterdir()] == ["alongside.db"]
    assert traces(path, ANN) == []
    assert await data_of(path) == before
    assert not convert(path, KEY, Shape.ENCRYPTED)
    assert convert(path, KEY, Shape.PLAIN)
    assert shape(path) is Shape.PLAIN
    assert await data_of(path) == before


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_nobody_else_can_read_the_new_file_before_it_has_the_permissions_of_the_old_one(
    path: Path, before: list[PersonalRows], mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[int]()
    write = conversion._write  # noqa: SLF001 - while it runs, the file is there

    def look(source: sqlite3.Connection, copy: Path, key: str) -> None:
        write(source, copy, key)
        seen.append(copy.stat().st_mode & 0o777)

    assert before
    path.chmod(mode)
    monkeypatch.setattr(conversion, "_write", look)
    convert(path, KEY, Shape.ENCRYPTED)
    assert (seen, path.stat().st_mode & 0o777) == ([0o600], mode)


async def test_the_old_file_is_zeros_though_another_process_has_it_open(
    path: Path, before: list[PersonalRows]
) -> None:
    with path.open("rb") as old:
        convert(path, KEY, Shape.ENCRYPTED)
        left = old.read()
    assert before
    assert left
    assert not any(left)


async def test_the_copy_of_a_migration_is_removed_with_the_old_file(path: Path, tmp_path: Path) -> None:
    for steps in (migrations(tmp_path / "first"), migrations(tmp_path / "steps", ADD_MOTTO)):
        await (await SqliteDatabase.open(path, steps)).close()
    copy = path.with_name(f"alongside.db.v{newest()}")
    assert copy.exists()
    convert(path, KEY, Shape.ENCRYPTED)
    assert not copy.exists()


async def test_an_id_that_was_used_is_not_used_again(path: Path) -> None:
    async with opened(path, None) as services:
        used = (await begin(services)).cadence_id
        await services.erasure.erase_member(ANN, None)
    convert(path, KEY, Shape.ENCRYPTED)
    async with opened(path, KEY) as services:
        assert (await begin(services)).cadence_id == used + 1


async def test_a_conversion_is_refused_while_the_bot_runs(path: Path) -> None:
    async with opened(path, None) as services:
        done = subprocess.run(  # noqa: ASYNC221 - the test has nothing else to do meanwhile
            [sys.executable, "-m", "bot", "encrypt"],
            cwd=_ROOT,
            env=ENVIRONMENT | {"ALONGSIDE_DATABASE_URL": f"sqlite:///{path}"},
            capture_output=True,
            text=True,
            check=False,
        )
        await fill(services)
    assert done.returncode == Exit.IN_USE
    assert done.stderr.endswith("\nalongside: the database is in use: stop the bot first\n")
    assert shape(path) is Shape.PLAIN


async def test_a_database_that_cannot_be_converted_is_one_line_and_unchanged(
    path: Path, before: list[PersonalRows]
) -> None:
    with pytest.raises(ConfigurationError, match="there is no database yet"):
        convert(path.with_name("another.db"), KEY, Shape.ENCRYPTED)
    convert(path, KEY, Shape.ENCRYPTED)
    for wanted in (Shape.PLAIN, Shape.ENCRYPTED):
        with pytest.raises(ConfigurationError, match="does not open with ALONGSIDE_DATABASE_KEY"):
            convert(path, OTHER, wanted)
    assert await data_of(path) == before


@pytest.mark.parametrize(
    "spoil",
    ["DELETE FROM copy.seat", "UPDATE copy.weekly_count SET sits = 9", "PRAGMA copy.user_version = 7"],
)
@pytest.mark.parametrize("wanted", [Shape.ENCRYPTED, Shape.PLAIN])
async def test_a_copy_that_differs_is_not_used(
    path: Path, before: list[PersonalRows], monkeypatch: pytest.MonkeyPatch, wanted: Shape, spoil: str
) -> None:
    if wanted is Shape.PLAIN:
        convert(path, KEY, Shape.ENCRYPTED)
    there, compare = shape(path), conversion.compare

    def spoilt(source: sqlite3.Connection) -> None:
        source.execute(spoil)
        compare(source)

    monkeypatch.setattr(conversion, "compare", spoilt)
    with pytest.raises(ConfigurationError, match="the copy differs from the database"):
        convert(path, KEY, wanted)
    assert shape(path) is there
    assert [each.name for each in path.parent.iterdir()] == ["alongside.db"]
    assert await data_of(path) == before


async def test_a_full_disk_is_one_line_and_leaves_everything_as_it_was(
    path: Path, before: list[PersonalRows], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ConfigurationError, match=r"left as it was: .*No space left on device"):
        convert(path, KEY, Shape.ENCRYPTED)
    monkeypatch.undo()
    assert [each.name for each in path.parent.iterdir()] == ["alongside.db"]
    assert await data_of(path) == before


@pytest.mark.parametrize("wanted", [Shape.ENCRYPTED, Shape.PLAIN])
async def test_a_process_killed_at_any_moment_leaves_one_of_the_two_complete(
    path: Path, before: list[PersonalRows], wanted: Shape
) -> None:
    if wanted is Shape.PLAIN:
        convert(path, KEY, Shape.ENCRYPTED)
    killed = kill_conversions(path, wanted, every=9)
    assert {shape(each) for each in killed} == {Shape.ENCRYPTED, Shape.PLAIN}
    for each in killed:
        assert await data_of(each) == before
        assert [file.name for file in each.parent.iterdir()] == ["alongside.db"]
