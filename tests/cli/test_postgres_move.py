"""Moving a deployment from SQLite to PostgreSQL."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.storage.sqlite.database import SqliteDatabase
from tests.cli.postgres_commands import Run, execute, rows
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, rooms_in_both, settle
from tests.storage.scratch import query

pytestmark = pytest.mark.usefixtures("logging_as_before")
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


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
