"""Commands on an empty database in PostgreSQL, and what they left in it."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot import cli
from tests import postgres

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


def count(url: str, table: str, member_id: int) -> int:
    query = f"SELECT COUNT(*) FROM {table} WHERE member_id = {member_id}"  # noqa: S608 - our own names
    return int(rows(url, query)[0][0])


def location(url: str) -> str:
    """Return how messages name a database."""
    return re.sub(r"alongside@|:\d+", "", url)
