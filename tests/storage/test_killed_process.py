"""A process that is killed loses no write that it acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.scratch import query

_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("after", [1, 60, 333])
async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(after: int, path: Path) -> None:
    with subprocess.Popen(  # noqa: ASYNC220 - the test has nothing else to do meanwhile
        [sys.executable, "-m", "tests.storage.endless_writes", str(path)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        acknowledged = [int(child.stdout.readline()) for _ in range(after)]
        child.kill()
        acknowledged += [int(line) for line in child.stdout if line.endswith("\n")]
    assert child.returncode == -9
    database = await SqliteDatabase.open(path)
    saved = {row[0] for row in query(path, "SELECT guild_id FROM guild")}
    await database.close()
    assert len(acknowledged) >= after
    assert set(acknowledged) <= saved
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
