"""A disk that is full, a database that is locked or damaged: waited out, or ended with one line."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.process.bot_process import SYNC, BotProcess

UNREADY = "trying again in"


async def test_a_file_that_cannot_grow_is_reported_in_one_line_and_waited_out(process: BotProcess) -> None:
    await _without_room(process, process.fill_disk, process.empty_disk)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for the data on a disk of three megabytes."""
    folder = tmp_path / "data"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "alongside-test", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


async def test_a_full_disk_is_reported_in_one_line_and_waited_out(
    small_disk: Path, process: BotProcess
) -> None:
    filler = small_disk / "filler"

    def fill() -> None:
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    await _without_room(process, fill, filler.unlink)
    assert any("the disk is full" in line for line in process.log)


async def _without_room(process: BotProcess, fill: Callable[[], None], empty: Callable[[], None]) -> None:
    """Run a session while the database cannot be written, then make it writable again."""
    await process.add_room()
    await process.person("Ada").run("sit", channel="general", minutes=10)
    card = await process.card()
    await process.settle()
    fill()
    moving = asyncio.create_task(process.box.clock.move(process.box.clock.now() + timedelta(minutes=1)))
    line = await process.says("due actions cannot run: the disk")
    assert UNREADY in line
    sat = await process.person("Bo").click(card, "Sit")
    await sat.settled()
    assert "Something went wrong on my side." in sat.text
    empty()
    await moving
    await process.shows(card, "Quiet until")
    assert (await process.person("Bo").click(card, "Sit")).error is None
    await process.shows(card, "2 of 8 seats are taken.")
    assert await process.stop() == 0


async def test_a_disk_that_is_full_at_the_start_is_waited_out(process: BotProcess) -> None:
    await process.stop()
    await process.launch(file_bytes=0)
    line = await process.says("the disk")
    assert UNREADY in line
    assert process.is_running
    process.empty_disk()
    await process.box.until_ready()


@pytest.mark.parametrize("asked", [("GET", "/gateway/bot"), SYNC])
async def test_a_disk_that_is_full_just_after_the_start_is_waited_out(
    unstarted_process: BotProcess, asked: tuple[str, str]
) -> None:
    process = unstarted_process
    process.box.faults.hang(*asked, seconds=1.0)
    await process.launch()
    await process.box.until(lambda: process.box.faults.is_hanging(*asked))
    process.fill_disk()
    line = await process.says("the disk")
    assert UNREADY in line
    assert process.is_running
    process.empty_disk()
    await process.box.until_ready()
    await process.settle()
    assert await process.stop() == 0
    assert [line for line in process.log if "Traceback" in line] == []


async def test_a_database_that_another_program_locks_is_waited_out(process: BotProcess) -> None:
    await process.stop()
    with contextlib.closing(sqlite3.connect(process.database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        await process.launch()
        line = await process.says("another program holds the database locked")
        assert UNREADY in line
        other.execute("ROLLBACK")
    await process.box.until_ready()


async def test_damage_found_while_running_ends_the_bot_before_more_is_written(
    process: BotProcess,
) -> None:
    await process.restart()  # so that the write-ahead log is empty
    await process.settle()
    ((page,),) = process.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'consent'")
    with process.database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    asking = asyncio.create_task(process.person("Ada").run("me", channel="general"))
    assert await process.ended() == 3
    assert "the database is damaged: restore the newest backup" in process.log[-1]
    asking.cancel()
