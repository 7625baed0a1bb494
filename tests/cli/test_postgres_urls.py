"""Settings for a database in PostgreSQL: wrong URLs, a URL with several hosts, and a key."""

import asyncio
import re
import sys
from collections.abc import Callable, Sequence

import asyncpg
import pytest
from pydantic import SecretStr

from bot.storage.postgres.address import Address
from tests.cli.postgres_commands import Run, execute
from tests.storage.members import ANN

_EVERYONE = "host all all 127.0.0.1/32 trust"

pytestmark = pytest.mark.usefixtures("logging_as_before")


def test_a_key_is_refused_with_what_to_do_instead(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE_KEY", "0" * 64)
    code, said = run("migrate")
    assert code == 2
    assert "sslmode" in said


def test_without_the_package_for_postgresql_the_command_says_how_to_install_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bot.storage.postgres.engine", None)
    code, said = run("migrate")
    assert code == 2
    assert "pip install 'alongside-bot[postgres]'" in said


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


def test_a_wrong_password_is_one_line_without_it(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(execute(url, "CREATE ROLE guarded LOGIN PASSWORD 'melon'"))
    write_access_rules(url, ["host all guarded 127.0.0.1/32 scram-sha-256", _EVERYONE])
    try:
        for password, is_wrong in (("hunter2", True), ("melon", False)):
            monkeypatch.setenv("ALONGSIDE_DATABASE_URL", url.replace("alongside@", f"guarded:{password}@"))
            code, said = run("export-user", str(ANN))
            assert code != 0
            assert len(said.splitlines()) <= 2, said
            assert ("password authentication failed" in said) is is_wrong, said
            assert password not in said
    finally:
        write_access_rules(url, [_EVERYONE])
        asyncio.run(execute(url, "DROP ROLE guarded"))


def write_access_rules(url: str, lines: Sequence[str]) -> None:
    """Let the server decide by these lines who has to give a password."""

    async def write() -> None:
        connection = await asyncpg.connect(url)
        path = await connection.fetchval("SHOW hba_file")
        rules = "'), ('".join(lines)
        await connection.execute(f"COPY (VALUES ('{rules}')) TO '{path}'")
        before = await connection.fetchval("SELECT clock_timestamp()")
        await connection.execute("SELECT pg_reload_conf()")
        loaded_at = before
        while loaded_at <= before:  # the server's first process does it a moment later
            other = await asyncpg.connect(url)
            loaded_at = await other.fetchval("SELECT pg_conf_load_time()")
            await other.close()
        await connection.close()

    asyncio.run(write())


@pytest.mark.parametrize(
    ("places", "hosts", "ports"),
    # Newer Pythons, and so the driver, refuse an address in brackets beside another host.
    [("db1:5433,db2", "db1,db2", "5433,5432"), ("[::1]:5433", "::1", "5433")],
)
def test_a_url_can_name_several_hosts_for_every_program(places: str, hosts: str, ports: str) -> None:
    url = SecretStr(f"postgresql://al%40:p%2Fw@{places}/alongside?target_session_attrs=read-write")
    address = Address.read(url)
    assert address.location == f"postgresql://{hosts}/alongside"
    assert address.environment == {
        "PGHOST": hosts,
        "PGPORT": ports,
        "PGUSER": "al@",
        "PGPASSWORD": "p/w",
        "PGTARGETSESSIONATTRS": "read-write",
    }
