"""Programs of neighbouring versions on one schema: older programs work after an expanding migration."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import TransientError, UnfitDatabaseError
from bot.shards import ShardLayout
from bot.storage.database import Database, Statements
from bot.storage.postgres import migration
from bot.storage.postgres.connecting import connect
from bot.storage.postgres.engine import PostgresEngine
from bot.storage.schema import newest_version, oldest_program, read_migrations
from bot.storage.sqlite.database import SqliteDatabase
from tests.postgres import Server
from tests.storage.own_server import Waiting, engine, hold, server, serving, url
from tests.storage.scratch import ADD_MOTTO, REAL, migrations, newest, query, version
from tests.storage.units import PATIENCE_SECONDS, note, saved

__all__ = ["engine", "server"]
EXPAND = f"-- Programs of version {newest()} and newer can serve with this.\n{ADD_MOTTO}"
CONTRACT = (
    f"-- Programs of version {newest() + 1} and newer can serve with this.\n"
    "CREATE INDEX guild_by_motto ON guild (motto);\n"
)


@asynccontextmanager
async def program(server: Server, folder: Path, steps: Path) -> AsyncIterator[Database]:
    """Serve some shards as a program with these migrations does, beside others."""
    found = PostgresEngine(SecretStr(url(server)), folder, steps)
    async with serving(found, layout=ShardLayout(count=8)) as (_, database):
        yield database


@pytest.fixture
def older(tmp_path: Path) -> Path:
    return migrations(tmp_path / "older")


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return migrations(tmp_path / "newer", EXPAND)


@pytest.fixture
def contracted(tmp_path: Path) -> Path:
    return migrations(tmp_path / "newest", EXPAND, CONTRACT)


async def test_a_newer_program_expands_the_schema_while_an_older_one_serves_and_both_go_on(
    engine: PostgresEngine, server: Server, tmp_path: Path, older: Path, newer: Path
) -> None:
    async with program(server, tmp_path, older) as before:
        await note(before, 1)
        assert await saved(before) == [1]
        async with program(server, tmp_path, newer) as after:
            await note(after, 2)
            await note(before, 3)
            assert await saved(before) == await saved(after) == [1, 2, 3]


async def rows_of_a_guild(statements: Statements) -> int:
    """Return how many rows a server has; the statement asks for all columns."""
    return len(await statements.rows("saved_guild", guild_id=1, most=9))


async def test_an_older_program_reads_whole_rows_that_got_a_column_meanwhile(
    engine: PostgresEngine, server: Server, tmp_path: Path, older: Path, newer: Path
) -> None:
    """PostgreSQL refuses a prepared statement once its result has another form."""
    async with program(server, tmp_path, older) as before:
        await note(before, 1)
        assert await before.read(rows_of_a_guild) == await before.write(rows_of_a_guild) == 1
        async with program(server, tmp_path, newer):
            assert await before.read(rows_of_a_guild) == 1
            assert await before.write(rows_of_a_guild) == 1


async def test_an_older_program_starts_on_a_schema_that_was_only_expanded(
    engine: PostgresEngine, server: Server, tmp_path: Path, older: Path, newer: Path
) -> None:
    async with program(server, tmp_path, newer), program(server, tmp_path, older) as before:
        await note(before, 1)
        assert await saved(before) == [1]


async def test_a_newer_program_waits_with_a_contraction_until_the_older_one_has_ended(
    engine: PostgresEngine, server: Server, tmp_path: Path, older: Path, contracted: Path
) -> None:
    """It leaves the free ranges to older programs meanwhile."""
    waiting, newest_program = Waiting(), PostgresEngine(SecretStr(url(server)), tmp_path, contracted)
    async with program(server, tmp_path, older) as before:
        starting = asyncio.create_task(hold(newest_program, waiting, ShardLayout(count=8)))
        await waiting.until("stop them")
        assert waiting.reasons[-1] == (
            f"programs of version {newest()} serve with the database, and cannot once this program has "
            f"updated it (that needs version {newest() + 1}): stop them"
        )
        held = await PostgresEngine(SecretStr(url(server)), tmp_path, older).inspect()
        assert len(held.served) == 1
        await note(before, 1)
    await asyncio.wait_for(starting, PATIENCE_SECONDS)
    async with program(server, tmp_path, contracted) as after:
        assert await saved(after) == [1]


async def test_a_program_that_was_about_to_update_when_an_older_one_began_to_serve_cannot_either(
    engine: PostgresEngine, server: Server, tmp_path: Path, older: Path, contracted: Path
) -> None:
    newest_program = PostgresEngine(SecretStr(url(server)), tmp_path, contracted)
    async with newest_program.turn(ShardLayout(count=8), lambda _: None), program(server, tmp_path, older):
        with pytest.raises(TransientError, match=f"programs of version {newest()} serve .* stop them"):
            await newest_program.open()


async def test_a_contraction_lets_the_programs_go_on_that_it_does_not_exclude(
    engine: PostgresEngine, server: Server, tmp_path: Path, newer: Path, contracted: Path
) -> None:
    async with program(server, tmp_path, newer) as before, program(server, tmp_path, contracted) as after:
        await note(before, 1)
        assert await saved(after) == [1]


async def test_an_older_program_refuses_a_schema_that_was_contracted(
    engine: PostgresEngine, server: Server, tmp_path: Path, older: Path, contracted: Path
) -> None:
    async with program(server, tmp_path, contracted):
        with pytest.raises(UnfitDatabaseError, match="newer than this program can serve"):
            async with program(server, tmp_path, older):
                pass


async def test_processes_that_start_together_migrate_once(
    engine: PostgresEngine, server: Server, tmp_path: Path, newer: Path
) -> None:
    async def start(guild_id: int) -> None:
        async with program(server, tmp_path, newer) as started:
            await note(started, guild_id)

    await asyncio.gather(*(start(number) for number in range(1, 5)))
    async with program(server, tmp_path, newer) as last:
        assert await saved(last) == [1, 2, 3, 4]


async def test_a_migration_does_not_hold_up_those_that_serve_behind_a_long_reader(
    engine: PostgresEngine, server: Server, tmp_path: Path, older: Path, newer: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(migration, "_LIMIT_WAITING", "SET LOCAL lock_timeout = '50ms'")
    async with program(server, tmp_path, older) as before:
        reader = await connect(SecretStr(url(server)))
        async with reader.transaction():
            await reader.fetch("SELECT * FROM guild")
            with pytest.raises(TransientError, match="cannot be changed now"):
                async with program(server, tmp_path, newer):
                    pass
            await note(before, 1)
        await reader.close()
        async with program(server, tmp_path, newer) as after:
            assert await saved(after) == [1]


async def test_an_older_program_opens_a_file_that_was_only_expanded_and_leaves_it_as_it_is(
    path: Path, older: Path, newer: Path
) -> None:
    for steps in (newer, older):
        opened = await SqliteDatabase.open(path, steps)
        await note(opened, newest_version(steps))
        await opened.close()
    assert version(path) == newest_version(newer)
    assert query(path, "SELECT DISTINCT motto FROM guild") == [("quiet",)]


async def test_an_older_program_refuses_a_file_that_was_contracted(
    path: Path, older: Path, newer: Path, contracted: Path
) -> None:
    await (await SqliteDatabase.open(path, contracted)).close()
    with pytest.raises(UnfitDatabaseError, match="newer than this program can serve"):
        await SqliteDatabase.open(path, older)
    await (await SqliteDatabase.open(path, newer)).close()


def test_a_schema_is_as_strict_as_its_strictest_migration(contracted: Path) -> None:
    found = read_migrations(contracted)
    assert found[newest() + 1].oldest_program == newest()
    assert oldest_program(found) == newest() + 1
    assert read_migrations(REAL)[1].oldest_program == 1
