"""The command line on a database in PostgreSQL, as an operator uses it."""

import asyncio
import json
import subprocess
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from bot.app.compose import wire
from bot.settings import StoredSettings
from bot.shards import ShardLayout
from bot.storage.backup_files import sha256_of
from bot.storage.engine import engine_for
from bot.storage.postgres.database import PostgresDatabase
from bot.storage.schema import newest_version
from tests.cli.postgres_commands import Run, count, execute, location, programs_folder, rows
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, rooms_in_both, settle

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture
def filled(url: str, tmp_path: Path) -> None:
    """Let two members turn on everything, in two servers, and take seats."""

    async def fill() -> None:
        database = await PostgresDatabase.open(SecretStr(url), tmp_path / "data" / "alongside.db")
        services = wire(database, ManualClock())
        for room in await rooms_in_both(services):
            for member_id in (ANN, BEN):
                await settle(services, member_id, room)
        await database.close()

    (tmp_path / "data").mkdir()
    asyncio.run(fill())


def test_migrate_makes_the_database_and_does_nothing_the_second_time(run: Run, url: str) -> None:
    for _ in range(2):
        code, said = run("migrate")
        assert (code, said.splitlines()[-1]) == (0, f"{location(url)} is up to date.")
    assert rows(url, "SELECT version FROM schema_version") == [(newest_version(),)]


@pytest.mark.usefixtures("filled")
def test_a_member_is_exported_and_erased(run: Run, url: str) -> None:
    code, said = run("export-user", str(ANN))
    assert code == 0
    tables = json.loads(said[said.index("{") :])["tables"]
    assert len(tables["consent"]) == count(url, "consent", ANN) > 0
    assert run("erase-user", str(ANN))[0] == 0
    assert count(url, "consent", ANN) == 0
    assert count(url, "consent", BEN) > 0


@pytest.mark.usefixtures("filled")
def test_a_restored_backup_lacks_seats_and_what_was_deleted_since(
    run: Run, url: str, tmp_path: Path
) -> None:
    consents, newest_room = count(url, "consent", BEN), max(rows(url, "SELECT room_id FROM room"))[0]
    code, said = run("backup")
    assert code == 0, said
    (backup,) = (tmp_path / "data" / "backups").glob("*.dump")
    assert str(ANN) not in seats_in(backup)

    assert run("erase-user", str(ANN))[0] == 0
    asyncio.run(execute(url, "DELETE FROM room"))
    code, said = run("restore", str(backup))
    assert code == 0, said
    assert "is deleted again" in said
    assert count(url, "consent", ANN) == 0
    assert count(url, "consent", BEN) == consents
    assert count(url, "seat", BEN) == 0
    asyncio.run(
        execute(url, "INSERT INTO room (guild_id, channel_id, name, capacity) VALUES (1, 1, 'a', 1)")
    )
    assert max(rows(url, "SELECT room_id FROM room"))[0] > newest_room + 100  # no number is used again
    (old,) = (tmp_path / "data").glob("alongside.before-*.dump")
    assert str(old) in said


def seats_in(backup: Path) -> str:
    """Return the seats in a backup, as SQL."""
    command = [
        str(programs_folder() / "pg_restore"),
        "--data-only",
        "--table=seat",
        "--file=-",
        str(backup),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.usefixtures("filled")
def test_without_postgresqls_own_programs_a_backup_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, said = run("backup")
    assert code == 2
    assert "pg_dump is not installed here; on Debian: apt-get install postgresql-client" in said


@pytest.mark.usefixtures("filled")
def test_a_damaged_or_foreign_backup_changes_nothing(run: Run, url: str, tmp_path: Path) -> None:
    assert run("backup")[0] == 0
    (backup,) = (tmp_path / "data" / "backups").glob("*.dump")
    backup.write_bytes(backup.read_bytes()[:-100])
    code, said = run("restore", str(backup))
    assert code != 0
    assert "checksum" in said
    other = tmp_path / "other.dump"
    other.write_bytes(b"something else")
    other.with_name("other.dump.sha256").write_text(f"{sha256_of(other)}  other.dump")
    code, said = run("restore", str(other))
    assert code != 0
    assert len(said.splitlines()) <= 3
    assert count(url, "consent", BEN) > 0


@pytest.mark.usefixtures("filled")
def test_nothing_is_migrated_or_restored_while_a_process_serves(run: Run, url: str, tmp_path: Path) -> None:
    assert run("backup")[0] == 0
    (backup,) = (tmp_path / "data" / "backups").glob("*.dump")
    engine = engine_for(StoredSettings(_env_file=None))
    serving = asyncio.Runner()
    turn = engine.turn(ShardLayout(), lambda _: None)
    serving.run(turn.__aenter__())
    try:
        for arguments in (("migrate",), ("restore", str(backup))):
            code, said = run(*arguments)
            assert code != 0
            assert "stop it first" in said
        assert run("backup")[0] == 0  # beside the bot
        assert run("export-user", str(BEN))[0] == 0
    finally:
        serving.run(turn.__aexit__(None, None, None))
        serving.close()


def test_another_programs_database_is_left_alone(run: Run, url: str) -> None:
    asyncio.run(execute(url, "CREATE TABLE diary (words TEXT)"))
    code, said = run("migrate")
    assert code != 0
    assert "something else" in said
    assert rows(url, "SELECT to_regclass('room')") == [(None,)]


async def test_the_right_to_serve_is_given_back_before_a_command_ends(url: str) -> None:
    engine = engine_for(StoredSettings())
    looking = await asyncpg.connect(url)
    try:
        for _ in range(10):
            await engine.migrate()
            assert not await looking.fetch("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")
    finally:
        await looking.close()


def test_a_newer_database_is_refused(run: Run, url: str) -> None:
    assert run("migrate")[0] == 0
    asyncio.run(execute(url, "INSERT INTO schema_version VALUES (9000)"))
    code, said = run("migrate")
    assert code != 0
    assert "newer than this program" in said
