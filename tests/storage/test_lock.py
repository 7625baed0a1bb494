"""One process at a time holds the lock of a database in SQLite; another one can wait for it."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import InUseError
from bot.storage.sqlite import lock


@contextlib.contextmanager
def another_process_holds(place: Path) -> Iterator[None]:
    code = (
        "import sys, pathlib; from bot.storage.sqlite import lock\n"
        f"with lock.held(pathlib.Path({str(place)!r})): print('held', flush=True); input()"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield
        other.communicate(b"\n")
    assert other.returncode == 0


def test_a_process_waits_for_the_end_of_another_and_then_holds_the_lock(path: Path) -> None:
    said = list[str]()

    async def take_over(holding: contextlib.ExitStack) -> None:
        with another_process_holds(path):
            waiting = asyncio.create_task(lock.wait_for(path, holding, said.append))
            await asyncio.sleep(0)
            assert said == ["another process works on this database"]
        await waiting

    with contextlib.ExitStack() as holding:
        asyncio.run(take_over(holding))
        with pytest.raises(AssertionError), another_process_holds(path):
            pass
    with another_process_holds(path):
        pass


def test_only_one_process_holds_the_lock_of_a_database(path: Path) -> None:
    with another_process_holds(path), pytest.raises(InUseError), lock.held(path):
        pass
    with lock.held(path):
        pass
