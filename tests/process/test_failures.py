"""What goes wrong around the bot: each is one clear line and the right exit code, or waited out."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.sqlite import lock
from tests.process.house import SYNC, House, launch, run_to_its_end

UNREADY = "trying again in"


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (4010, "ALONGSIDE_SHARD_COUNT"),
        (4011, "ALONGSIDE_SHARD_COUNT"),
        (4012, "newer Alongside"),
        (4013, "intents"),
        (4014, "intents"),
    ],
)
async def test_what_discord_will_never_accept_ends_the_process_with_one_line(
    empty_house: House, code: int, named: str
) -> None:
    house = empty_house
    house.box.faults.refuse_identify(code)
    ended, _, complained = await run_to_its_end(house.folder, house.settings | {"LOG_LEVEL": "INFO"})
    assert ended == 2
    last = complained.splitlines()[-1]
    assert last.startswith("alongside: ")
    assert named in last
    assert "Traceback" not in complained
    assert len(house.box.gateway.identifies) == 1


async def test_session_starts_are_never_spent_to_the_end(empty_house: House) -> None:
    house = empty_house
    house.box.faults.spend_starts(880)
    await house.launch()
    line = await house.says("connected too often today (120 of 1000 session starts are left)")
    assert UNREADY in line
    assert await house.stop() == 0
    assert house.box.gateway.identifies_left == 120


async def test_a_gateway_that_takes_no_session_costs_two_session_starts_in_ten_minutes(
    empty_house: House,
) -> None:
    house = empty_house
    house.box.faults.invalidate_sessions(1000)
    await house.launch()
    await house.says("too many session starts in a short time")
    assert house.is_running
    assert await house.stop() == 0
    assert len(house.box.gateway.identifies) == 2


async def test_a_gateway_that_closes_every_session_is_tried_with_growing_pauses(empty_house: House) -> None:
    house = empty_house
    house.box.faults.refuse_identify(4000 + 4, times=2)
    await house.start()
    pauses = [line.rpartition(" ")[2] for line in house.log if UNREADY in line]
    assert pauses == ["0:00:02", "0:00:04"]
    assert len(house.box.gateway.identifies) == 3


async def test_a_wrong_clock_is_waited_out_before_anything_is_done(empty_house: House) -> None:
    house = empty_house
    del house.settings["CLOCK_URL"]
    house.box.faults.shift_date(3600)
    await house.launch()
    line = await house.says("behind Discord's: nothing is done by a wrong clock")
    assert UNREADY in line
    assert house.box.gateway.identifies == []
    house.box.faults.shift_date(0)
    await house.box.until_ready()
    assert await house.stop() == 0


async def test_two_bots_never_work_on_one_database(house: House) -> None:
    ended, _, complained = await run_to_its_end(house.folder, house.settings, "migrate")
    assert ended == 4
    assert complained.splitlines()[-1].startswith("alongside: another process of Alongside works on")
    second = await launch(house.folder, house.settings, "run")
    begun = len(house.box.gateway.identifies)
    assert await house.stop() == 0  # as at an update: the next one waits for the end of the one before
    await house.box.until(lambda: len(house.box.gateway.identifies) == begun + 1)
    second.terminate()
    assert await second.wait() == 0


async def test_a_bot_that_waits_for_another_ones_end_still_hears_that_it_is_to_stop(
    empty_house: House,
) -> None:
    house = empty_house
    with lock.held(house.database):
        await house.launch()
        await house.says("another process works on this database: waiting for its end")
        assert await house.stop() == 0


async def test_a_file_that_may_not_grow_is_said_in_one_line_and_waited_out(house: House) -> None:
    await _without_room(house, house.fill_disk, house.empty_disk)


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


async def test_a_full_disk_is_said_in_one_line_and_waited_out(small_disk: Path, house: House) -> None:
    filler = small_disk / "filler"

    def fill() -> None:
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    await _without_room(house, fill, filler.unlink)
    assert any("the disk is full" in line for line in house.log)


async def _without_room(house: House, fill: Callable[[], None], empty: Callable[[], None]) -> None:
    """Let a session go on while nothing can be written, and then again."""
    await house.add_room()
    await house.person("Ada").run("sit", channel="general", minutes=10)
    card = await house.card()
    await house.settle()
    fill()
    moving = asyncio.create_task(house.box.clock.move(house.box.clock.now() + timedelta(minutes=1)))
    line = await house.says("due actions cannot run: the disk")
    assert UNREADY in line
    sat = await house.person("Bo").click(card, "Sit")
    await sat.settled()
    assert "Something went wrong on our side." in sat.text
    empty()
    await moving
    await house.shows(card, "Quiet until")
    assert (await house.person("Bo").click(card, "Sit")).error is None
    await house.shows(card, "2 people are here.")
    assert await house.stop() == 0


async def test_a_disk_that_is_full_at_the_start_is_waited_out(house: House) -> None:
    await house.stop()
    await house.launch(file_bytes=0)
    line = await house.says("the disk")
    assert UNREADY in line
    assert house.is_running
    house.empty_disk()
    await house.box.until_ready()


@pytest.mark.parametrize("asked", [("GET", "/gateway/bot"), SYNC])
async def test_a_disk_that_is_full_just_after_the_start_is_waited_out(
    empty_house: House, asked: tuple[str, str]
) -> None:
    house = empty_house
    house.box.faults.hang(*asked, seconds=1.0)
    await house.launch()
    await house.box.until(lambda: house.box.faults.is_hanging(*asked))
    house.fill_disk()
    line = await house.says("the disk")
    assert UNREADY in line
    assert house.is_running
    house.empty_disk()
    await house.box.until_ready()
    await house.settle()
    assert await house.stop() == 0
    assert [line for line in house.log if "Traceback" in line] == []


async def test_a_database_that_another_program_locks_is_waited_out(house: House) -> None:
    await house.stop()
    with contextlib.closing(sqlite3.connect(house.database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        await house.launch()
        line = await house.says("another program holds the database locked")
        assert UNREADY in line
        other.execute("ROLLBACK")
    await house.box.until_ready()


async def test_damage_that_is_met_while_running_ends_the_bot_before_more_is_written(house: House) -> None:
    await house.restart()  # so that nothing of it is in the write-ahead log
    await house.settle()
    ((page,),) = house.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'consent'")
    with house.database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    asking = asyncio.create_task(house.person("Ada").run("me", channel="general"))
    assert await house.ended() == 3
    assert "the database is damaged: restore the newest backup" in house.log[-1]
    asking.cancel()
