"""What goes wrong around the bot: each is one clear line and the right exit code, or waited out."""

from __future__ import annotations

import pytest

from tests.process.house import House, launch, run_to_its_end

UNREADY = "trying again in"


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (4010, "ALONGSIDE_SHARD_IDS"),
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
    line = await house.says("this machine's clock is 1:00:00 behind Discord's")
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
