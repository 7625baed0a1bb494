"""Told to stop, the bot finishes what is under way, within ten seconds, and loses nothing."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.state import messages
from tests.process.house import CALLBACK, EDIT, POST, House

WEBHOOK = ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")


async def test_an_answer_and_a_phase_that_are_under_way_are_finished(house: House) -> None:
    await house.add_room()
    await house.person("Ada").run("sit", channel="general", minutes=10)
    card = await house.card()
    house.box.faults.hang(*CALLBACK, seconds=1.0)
    house.box.faults.hang(*EDIT, seconds=1.5)
    since = house.mark
    tapping = asyncio.create_task(house.person("Bo").click(card, "Sit"))
    await house.box.until(lambda: house.rows("SELECT COUNT(*) FROM seat") == [(2,)])
    moving = asyncio.create_task(house.wait(minutes=1))
    await house.box.until(lambda: house.box.faults.is_hanging(*EDIT))
    assert await house.stop() == 0
    assert (await tapping).error is None
    await asyncio.wait({moving})
    assert "2 people are here." in messages.plain_text(card)
    assert "Quiet until" in messages.plain_text(card)
    assert house.count(EDIT, since) == 1
    assert house.rows("SELECT shown_phase, requests_spent FROM session") == [("quiet", 2)]
    assert [line for line in house.log if " ERROR " in line] == []
    await house.start()
    await house.settle()
    assert house.count(EDIT, since) == 1


async def test_taps_that_wait_for_the_card_are_shown_before_the_end(house: House) -> None:
    guests = house.welcome(3)
    await house.add_room()
    await house.person("Ada").run("sit", channel="general", minutes=10)
    card = await house.card()
    house.box.faults.hang(*CALLBACK, seconds=1.0)
    first = asyncio.create_task(house.person("Bo").click(card, "Sit"))
    await house.box.until(lambda: house.box.faults.is_hanging(*CALLBACK))
    others = [asyncio.create_task(guest.click(card, "Sit")) for guest in guests]
    await house.box.until(lambda: house.rows("SELECT COUNT(*) FROM seat") == [(5,)])
    assert await house.stop() == 0
    assert [one.error for one in await asyncio.gather(first, *others)] == [None] * 4
    assert "5 people are here." in messages.plain_text(card)


async def test_what_takes_too_long_is_left_to_the_next_start_and_done_once(house: House) -> None:
    await house.add_room()
    house.box.faults.hang(*POST, seconds=30.0)
    await house.person("Ada").run("sit", channel="general", minutes=10)
    await house.box.until(lambda: house.box.faults.is_hanging(*POST))
    assert await house.stop() == 0
    await house.start()
    card = await house.card()
    assert "One person is here." in messages.plain_text(card)


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
async def test_a_farewell_that_is_not_answered_is_cut_short(empty_house: House, shards: int) -> None:
    house = empty_house
    if shards:
        house.settings["SHARD_COUNT"] = str(shards)
    await house.launch(code=SLOW.format(patience=600))
    await house.box.until_ready()
    await house.settle()
    assert await house.stop() == 0
    assert [line for line in house.log if "Traceback" in line or " ERROR " in line] == []


async def test_a_connection_that_does_not_get_ready_is_left_and_made_anew(empty_house: House) -> None:
    house = empty_house
    house.box.faults.invalidate_sessions(1)
    await house.launch(code=SLOW.format(patience=4))
    assert "trying again in" in await house.says("Discord did not list the bot's servers in time")
    await house.box.until_ready()
    await house.settle()
    assert await house.stop() == 0
    assert [line for line in house.log if "Traceback" in line or " ERROR " in line] == []
