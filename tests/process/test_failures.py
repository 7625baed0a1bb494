"""Failures around the bot: it logs a clear line and exits with the right code, or waits and retries."""

from __future__ import annotations

from datetime import UTC, datetime

import aiohttp
import pytest

from bot.storage.sqlite import lock
from tests.process.bot_process import BotProcess
from tests.process.launching import free_port, launch, run_to_its_end

UNREADY = "trying again in"
_RUN_WITH_FEW_STARTS = """
from bot.cli import main
from bot.gateway import identify

identify.BURST = 2
main(["run"])
"""
_RUN_WITH_A_CLOCK_THAT_JUMPS = """
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli import main
from bot.scheduling.clock import SystemClock

right = SystemClock.now
SystemClock.now = lambda self: right(self) + timedelta(seconds=float(Path("{jump}").read_text() or 0))
main(["run"])
"""


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
async def test_a_permanent_refusal_by_discord_ends_the_process_with_one_line(
    unstarted_process: BotProcess, code: int, named: str
) -> None:
    process = unstarted_process
    process.box.faults.refuse_identify(code)
    ended, _, complained = await run_to_its_end(process.folder, process.settings | {"LOG_LEVEL": "INFO"})
    assert ended == 2
    last = complained.splitlines()[-1]
    assert last.startswith("alongside: ")
    assert named in last
    assert "Traceback" not in complained
    assert len(process.box.gateway.identifies) == 1


async def test_session_starts_are_never_used_up(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    process.box.faults.spend_starts(880)
    await process.launch()
    line = await process.says("connected too often today (120 of 1000 session starts are left)")
    assert UNREADY in line
    assert await process.stop() == 0
    assert process.box.gateway.identifies_left == 120


async def test_a_gateway_that_takes_no_session_is_not_asked_for_one_again_and_again(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    process.box.faults.invalidate_sessions(1000)
    await process.launch(code=_RUN_WITH_FEW_STARTS)
    await process.says("too many session starts in a short time")
    assert process.is_running
    assert await process.stop() == 0
    assert len(process.box.gateway.identifies) == 2


async def test_after_two_invalid_sessions_in_a_row_the_bot_is_back_within_a_minute(
    process: BotProcess,
) -> None:
    begun = len(process.box.gateway.identifies)
    process.box.faults.invalidate_sessions(2)
    process.box.faults.drop_gateway(resume=False)
    await process.box.until(lambda: len(process.box.gateway.identifies) == begun + 3, 60)
    await process.box.until_ready()
    assert (await process.person("Ada").run("rooms", channel="general")).error is None
    assert not [line for line in process.log if "AttributeError" in line]
    assert await process.stop() == 0


@pytest.mark.parametrize("code", [4004, 4009, 4000])
async def test_a_connection_that_is_closed_right_after_the_handshake_is_made_again(
    unstarted_process: BotProcess, code: int
) -> None:
    process = unstarted_process
    process.box.faults.close_after_hello(code, times=2)
    await process.start()
    assert not [line for line in process.log if "AttributeError" in line]
    assert await process.stop() == 0


async def test_a_gateway_that_refuses_the_first_connections_is_tried_again(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    process.box.faults.refuse_gateway(2)
    await process.start()
    assert await process.stop() == 0


async def test_a_token_that_discord_takes_back_while_the_bot_runs_ends_it_with_one_line(
    process: BotProcess,
) -> None:
    process.box.world.app.token = f"{process.box.token}x"
    await process.box.faults.close_gateway(4004)
    assert await process.ended() == 2
    assert process.log[-1] == "alongside: ALONGSIDE_DISCORD_TOKEN is not accepted by Discord"
    assert not [line for line in process.log if "Traceback" in line]


async def test_a_gateway_that_closes_every_session_is_tried_with_growing_pauses(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    process.box.faults.refuse_identify(4000 + 4, times=2)
    await process.start()
    pauses = [line.rpartition(" ")[2] for line in process.log if UNREADY in line]
    assert pauses == ["0:00:02", "0:00:04"]
    assert len(process.box.gateway.identifies) == 3


def go_by_this_machine(process: BotProcess, wrong_by: float = 0) -> None:
    """Let the bot use this machine's clock, and let Discord's time differ from it by so many seconds."""
    process.settings.pop("CLOCK_URL", None)
    real = datetime.now(UTC) - process.box.clock.now()
    process.box.faults.shift_date(real.total_seconds() + wrong_by)


async def test_a_wrong_clock_is_waited_out_before_anything_is_done(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    go_by_this_machine(process, wrong_by=3600)
    await process.launch()
    line = await process.says("behind Discord's: the bot does nothing until it is right")
    assert UNREADY in line
    assert process.box.gateway.identifies == []
    go_by_this_machine(process)
    await process.box.until_ready()
    assert await process.stop() == 0


async def test_a_clock_that_jumps_stops_what_is_scheduled_until_it_is_right_again(
    unstarted_process: BotProcess,
) -> None:
    process, jump = unstarted_process, unstarted_process.folder / "jump"
    port = free_port()
    process.settings |= {"HEALTH_PORT": str(port)}
    go_by_this_machine(process)
    jump.write_text("0")
    await process.launch(code=_RUN_WITH_A_CLOCK_THAT_JUMPS.format(jump=jump))
    await process.box.until_ready()
    await process.add_room()
    await process.person("Ada").run("sit", channel="general", minutes=10)
    await process.box.until(process.posted)
    kept = process.rows("SELECT * FROM session")
    jump.write_text(str(400 * 86_400))
    sat = await process.person("Bo").click(process.posted()[0], "Sit")
    assert sat.error is None
    await process.says("ahead of Discord's: nothing is deleted or sent by schedule until it is right")
    assert await _ready(port) == "not ready: this machine's clock seems to be wrong\n"
    assert [row[:4] for row in process.rows("SELECT * FROM session")] == [row[:4] for row in kept]
    jump.write_text("0")
    assert await _ready(port) == "ready\n"
    assert (await process.person("Cleo").click(process.posted()[0], "Sit")).error is None
    await process.says("clock is right again")
    assert len([line for line in process.log if "until it is right" in line]) == 1
    assert await process.stop() == 0


async def _ready(port: int) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return await answer.text()


async def test_two_bots_never_work_on_one_database(process: BotProcess) -> None:
    ended, _, complained = await run_to_its_end(process.folder, process.settings, "migrate")
    assert ended == 4
    assert complained.splitlines()[-1].startswith("alongside: another process of Alongside works on")
    second = await launch(process.folder, process.settings, "run")
    begun = len(process.box.gateway.identifies)
    assert await process.stop() == 0  # as at an update: the next one waits for the end of the one before
    await process.box.until(lambda: len(process.box.gateway.identifies) == begun + 1)
    second.terminate()
    assert await second.wait() == 0


async def test_a_bot_that_waits_for_another_to_end_can_still_be_stopped(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    with lock.held(process.database):
        await process.launch()
        await process.says("another process works on this database: waiting for its end")
        assert await process.stop() == 0
