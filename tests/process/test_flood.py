"""Floods of one member, and answers that Discord does not accept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from sandbox.state.models import Interaction
from tests.process.bot_process import CALLBACK, BotProcess
from tests.process.launching import free_port
from tests.process.test_metrics import scrape

_GIVEN_UP_SECONDS = 3.0
_AT_RATE = 400  # a second
_SECONDS = 3


async def answered(interactions: Sequence[Interaction]) -> list[Interaction]:
    """Wait until each has an answer or Discord gave up; return the answered ones."""
    await asyncio.gather(*(each.answered for each in interactions))
    return [each for each in interactions if each.callback is not None]


@pytest.fixture
async def page(unstarted_process: BotProcess) -> tuple[BotProcess, str]:
    """Return a connected process that logs as operators have it, and its health endpoints' address."""
    port = free_port()
    unstarted_process.settings |= {"HEALTH_PORT": str(port), "LOG_LEVEL": "INFO"}
    await unstarted_process.start()
    return unstarted_process, f"http://127.0.0.1:{port}"


async def test_one_member_at_four_hundred_taps_a_second_slows_nobody_and_is_told_once(
    page: tuple[BotProcess, str],
) -> None:
    process, address = page
    await process.add_room()
    ada, bo = process.person("Ada"), process.person("Bo")
    await ada.run("sit", channel="general", room="Library", minutes=10)
    card = await process.card()
    begun: list[Interaction] = []

    async def flood() -> None:
        loop = asyncio.get_running_loop()
        since = loop.time()
        for number in range(_AT_RATE * _SECONDS):
            begun.append(bo.begin_click(card, "Sit" if number % 2 else "Slip out"))
            await asyncio.sleep(max(0.0, since + number / _AT_RATE - loop.time()))

    flooding = asyncio.create_task(flood())
    for _ in range(_SECONDS * 3):
        reply = await ada.click(card, "Nod")
        assert reply.error is None
        assert reply.acknowledged_after is not None
        assert reply.acknowledged_after < 1.0
        await asyncio.sleep(0.25)
    await flooding
    served = await answered(begun)
    assert 15 <= len(served) <= 15 + 5 * (_SECONDS + 2)
    told = [each for each in served if each.original and "more than I can answer" in str(each.original)]
    assert len(told) <= 1
    seen = await scrape(address)
    assert seen.value("alongside_interactions_dropped_total", reason="member") >= 1000
    assert seen.value("alongside_errors_total") == 0


async def test_another_process_with_the_same_token_is_named_in_one_line(
    page: tuple[BotProcess, str],
) -> None:
    process, address = page
    process.allowed.append("40060")
    process.box.faults.fail(*CALLBACK, status=400, code=40060, times=30)
    await asyncio.gather(*(guest.run("help", channel="general") for guest in process.welcome(30)))
    lines = [line for line in process.log if "does another process run with the same token?" in line]
    assert len(lines) == 1
    assert not any("Traceback" in line for line in process.log)
    assert sum(" ERROR " in line for line in process.log) == 1
    seen = await scrape(address)
    assert seen.value("alongside_answers_undelivered_total", reason="elsewhere") == 30


async def test_answers_that_come_too_late_are_counted_and_are_no_errors(
    page: tuple[BotProcess, str],
) -> None:
    process, address = page
    process.allowed.append("10062")
    await process.add_room()
    process.box.faults.hang(*CALLBACK, _GIVEN_UP_SECONDS + 0.3, times=1000)
    guests = process.welcome(20)
    begun = [guest.begin_run("help", "general", {}) for guest in guests]
    typing = asyncio.create_task(guests[0].complete("sit", "room", "lib", channel="general"))
    assert await answered(begun) == []
    assert await typing == []
    await process.box.until(lambda: not process.box.faults.is_hanging(*CALLBACK))
    seen = await scrape(address)
    async with asyncio.timeout(40):
        while seen.value("alongside_answers_undelivered_total", reason="late") < 21:
            await asyncio.sleep(0.05)
            seen = await scrape(address)
    assert seen.value("alongside_errors_total") == 0
    assert sum("an answer came too late" in line for line in process.log) == 1
    assert not any("Traceback" in line for line in process.log)
