"""When stopped, the bot finishes running work within ten seconds and loses nothing."""

from __future__ import annotations

import asyncio
from itertools import cycle

import pytest

from sandbox.state import messages
from tests.process.bot_process import CALLBACK, EDIT, POST, BotProcess

WEBHOOK = ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")


async def test_an_answer_and_a_phase_that_are_under_way_are_finished(process: BotProcess) -> None:
    await process.add_room()
    await process.person("Ada").run("sit", channel="general", minutes=10)
    card = await process.card()
    process.box.faults.hang(*CALLBACK, seconds=1.0)
    process.box.faults.hang(*WEBHOOK, seconds=1.5)  # the tap carries the phase
    since = process.mark
    tapping = asyncio.create_task(process.person("Bo").click(card, "Sit"))
    await process.box.until(lambda: process.rows("SELECT COUNT(*) FROM seat") == [(2,)])
    moving = asyncio.create_task(process.wait(minutes=1))
    await process.box.until(lambda: process.box.faults.is_hanging(*WEBHOOK))
    assert await process.stop() == 0
    assert (await tapping).error is None
    await asyncio.wait({moving})
    assert "2 of 8 seats are taken." in messages.plain_text(card)
    assert "Quiet until" in messages.plain_text(card)
    assert process.count(EDIT, since) == 0
    assert process.rows("SELECT 1 FROM card WHERE shown_revision < revision") == []
    assert [line for line in process.log if " ERROR " in line] == []
    await process.start()
    await process.settle()
    assert process.count(EDIT, since) == 0


async def test_taps_that_wait_for_the_card_are_shown_before_the_end(process: BotProcess) -> None:
    guests = process.welcome(3)
    await process.add_room()
    await process.person("Ada").run("sit", channel="general", minutes=10)
    card = await process.card()
    process.box.faults.hang(*CALLBACK, seconds=1.0)
    first = asyncio.create_task(process.person("Bo").click(card, "Sit"))
    await process.box.until(lambda: process.box.faults.is_hanging(*CALLBACK))
    others = [asyncio.create_task(guest.click(card, "Sit")) for guest in guests]
    await process.box.until(lambda: process.rows("SELECT COUNT(*) FROM seat") == [(5,)])
    assert await process.stop() == 0
    assert [one.error for one in await asyncio.gather(first, *others)] == [None] * 4
    assert "5 of 8 seats are taken." in messages.plain_text(card)


async def test_slow_work_is_left_to_the_next_start_and_done_once(process: BotProcess) -> None:
    await process.add_room()
    process.box.faults.hang(*POST, seconds=30.0)
    await process.person("Ada").run("sit", channel="general", minutes=10)
    await process.box.until(lambda: process.box.faults.is_hanging(*POST))
    assert await process.stop() == 0
    await process.start()
    card = await process.card()
    assert "One of 8 seats is taken." in messages.plain_text(card)


# A farewell that Discord does not answer: the shipped bot, with discord.py's own made that slow
SLOW = """
import asyncio
from discord.gateway import DiscordWebSocket
from bot import cli
from bot.app import run
DiscordWebSocket.close = lambda self, code=4000: asyncio.sleep(60)
run._READY_TIMEOUT_SECONDS, run._SECONDS_PER_SHARD = {patience}, 0.0
cli.main()
"""


@pytest.mark.parametrize("shards", [0, 2])
async def test_a_close_handshake_without_an_answer_is_cut_short(
    unstarted_process: BotProcess, shards: int
) -> None:
    process = unstarted_process
    if shards:
        process.settings["SHARD_COUNT"] = str(shards)
    await process.launch(code=SLOW.format(patience=600))
    await process.box.until_ready()
    await process.settle()
    assert await process.stop() == 0
    assert [line for line in process.log if "Traceback" in line or " ERROR " in line] == []


async def test_a_connection_that_does_not_get_ready_is_closed_and_made_again(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    process.box.faults.invalidate_sessions(1)
    await process.launch(code=SLOW.format(patience=4))
    assert "trying again in" in await process.says("Discord did not list the bot's servers in time")
    await process.box.until_ready()
    await process.settle()
    assert await process.stop() == 0
    assert [line for line in process.log if "Traceback" in line or " ERROR " in line] == []


@pytest.mark.parametrize("shards", [0, 2])
async def test_taps_that_discord_sent_before_it_heard_of_the_end_are_answered(
    unstarted_process: BotProcess, shards: int
) -> None:
    process = unstarted_process
    if shards:
        process.settings["SHARD_COUNT"] = str(shards)
    await process.start(shards=shards or 1)
    guests = process.welcome(80)
    await process.add_room()
    await process.person("Ada").run("sit", channel="general", minutes=10)
    card = await process.card()
    taps = []
    stopping = asyncio.create_task(process.stop())
    for guest in cycle(guests):
        if not process.box.bot_connected:
            break
        taps.append(guest.begin_click(card, "How this works"))
        await asyncio.sleep(0.01)
    assert await stopping == 0
    assert [tap.id for tap in taps if tap.callback is None] == []
