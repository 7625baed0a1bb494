"""The command line on a database in PostgreSQL, as an operator uses it."""

import asyncio
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from bot import cli
from bot.app.compose import wire
from bot.settings import StoredSettings
from bot.storage.backup_files import sha256_of
from bot.storage.engine import engine_for
from bot.storage.postgres.address import Address
from bot.storage.postgres.database import PostgresDatabase
from bot.storage.schema import newest_version
from bot.storage.sqlite.database import SqliteDatabase
from tests import postgres
from tests.storage.engines import postgres_server
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, rooms_in_both, settle
from tests.storage.scratch import query

__all__ = ["postgres_server"]
pytestmark = pytest.mark.usefixtures("logging_as_before")
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def url(postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the URL of an empty database, which the settings name."""
    name = f"cli_{tmp_path.name.replace('-', '_')}".lower()
    asyncio.run(execute(postgres_server, f'CREATE DATABASE "{name}"'))
    own = f"{postgres_server.rsplit('/', 1)[0]}/{name}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", own)
    monkeypatch.setenv("PATH", str(programs_folder()), prepend=":")
    yield own
    asyncio.run(execute(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def run(url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command and returns its exit code and what it printed."""
    assert url

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ending:
            cli.main(arguments)
        said = capsys.readouterr()
        return int(ending.value.code or 0), said.err + said.out

    return run


def programs_folder() -> Path:
    folder = postgres.programs()
    assert folder is not None
    return folder


async def execute(url: str, command: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(command)
    finally:
        await connection.close()


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    async def fetch() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(each.values()) for each in await connection.fetch(query)]
        finally:
            await connection.close()

    return asyncio.run(fetch())


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


def count(url: str, table: str, member_id: int) -> int:
    query = f"SELECT COUNT(*) FROM {table} WHERE member_id = {member_id}"  # noqa: S608 - our own names
    return int(rows(url, query)[0][0])


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
    turn = engine.turn(lambda _: None)
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


def test_a_key_is_refused_with_what_to_do_instead(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE_KEY", "0" * 64)
    code, said = run("migrate")
    assert code == 2
    assert "sslmode" in said


@pytest.mark.parametrize(
    ("url_of", "part"),
    [
        (lambda url: url.replace("127.0.0.1", "no-such-host.invalid"), "cannot be reached"),
        (lambda url: re.sub(r":\d+/", ":1/", url), "cannot be reached"),
        (lambda url: f"{url}x", "does not exist"),
        (lambda url: url.replace("alongside@", "stranger:hunter2@"), "does not exist"),
        (lambda url: url.replace("alongside@", "alongside:hunter/2@"), "cannot be read"),
        (lambda url: url.replace("alongside@", "alongside:hunter#2@"), "cannot be read"),
        (lambda url: url.replace("alongside@", "alongside:hunter?2@"), "cannot be read"),
        (lambda url: re.sub(r":\d+/", ":port/", url), "cannot be read"),
        (lambda url: f"{url}?sslmode=perhaps", "sslmode"),
        (lambda url: f"{url}?sslmode=require", "SSL"),
        (lambda url: url.replace("postgresql:", "mysql:"), "use sqlite"),
        (lambda _: "postgresql://[", "cannot be read"),
    ],
)
def test_a_wrong_url_is_one_line_without_the_password(
    url_of: Callable[[str], str], part: str, run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", url_of(url))
    code, said = run("export-user", str(ANN))
    assert code != 0
    assert len(said.splitlines()) <= 2, said
    assert part in said
    assert "hunter" not in said
    assert "Traceback" not in said


def test_a_url_can_name_several_hosts_for_every_program() -> None:
    url = SecretStr("postgresql://al%40:p%2Fw@db1:5433,[::1]/alongside?target_session_attrs=read-write")
    address = Address.read(url)
    assert address.location == "postgresql://db1,::1/alongside"
    assert address.environment == {
        "PGHOST": "db1,::1",
        "PGPORT": "5433,5432",
        "PGUSER": "al@",
        "PGPASSWORD": "p/w",
        "PGTARGETSESSIONATTRS": "read-write",
    }


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


def location(url: str) -> str:
    """Return how messages name a database."""
    return re.sub(r"alongside@|:\d+", "", url)


@pytest.mark.parametrize("times", [1, 2])
def test_a_deployment_in_sqlite_is_moved_with_every_row_once(
    run: Run, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    file = tmp_path / "data" / "alongside.db"

    async def fill() -> None:
        database = await SqliteDatabase.open(file)
        services = wire(database, ManualClock())
        for room in await rooms_in_both(services):
            for member_id in (ANN, BEN):
                await settle(services, member_id, room)
        await services.erasure.erase_member(BEN, HERE)
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("ALONGSIDE_DATA_FOLDER", str(tmp_path / "elsewhere"))
    results = [run("move", str(file)) for _ in range(times)]
    assert results[0][0] == 0, results
    assert all("is not empty" in said for _, said in results[1:])
    for table in [str(name) for (name,) in query(file, TABLES)]:
        in_file = Counter(query(file, f"SELECT * FROM {table}"))  # noqa: S608 - names of the schema
        assert Counter(rows(url, f"SELECT * FROM {table}")) == in_file, table  # noqa: S608 - the same
    newest_room = max(rows(url, "SELECT room_id FROM room"))[0]
    add = "INSERT INTO room (guild_id, channel_id, name, capacity) VALUES (1, 1, 'a', 1)"
    asyncio.run(execute(url, add))
    assert max(rows(url, "SELECT room_id FROM room"))[0] == newest_room + 1
    assert (tmp_path / "elsewhere" / "alongside.db.deletions").exists()
