"""Opening direct messages: a few at once, the others one after another, each when it is their turn."""

from __future__ import annotations

from datetime import timedelta

from sandbox.client.actor import Actor
from tests.process.bot_process import OPEN_DM, BotProcess, agree
from tests.process.launching import free_port
from tests.process.test_checkins import leave
from tests.process.test_metrics import scrape

WAITS = "The first one comes by direct message. It can take a while"


async def _agree_at_once(process: BotProcess, count: int) -> tuple[list[Actor], list[Actor]]:
    """Let new members agree; return those whose first check-in came, and those who wait."""
    came: list[Actor] = []
    waiting: list[Actor] = []
    for guest in process.welcome(count):
        text = (await agree(guest)).text
        assert "Check-ins are on" in text
        (waiting if WAITS in text else came).append(guest)
        assert bool(guest.dm()) is (WAITS not in text)
    return came, waiting


async def test_five_are_opened_at_once_and_the_others_one_every_twelve_seconds(process: BotProcess) -> None:
    came, waiting = await _agree_at_once(process, 8)
    assert (len(came), len(waiting)) == (5, 3)
    assert process.count(OPEN_DM) == 5
    me = await waiting[0].run("me", channel="general")
    assert WAITS in me.text
    status = await waiting[0].run("checkins", channel="general")
    assert WAITS in status.text
    assert status.text.count("by direct message") == 1
    for number, guest in enumerate(waiting, 1):
        await process.wait(seconds=13)
        assert len(guest.dm()) == 1
        assert process.count(OPEN_DM) == 5 + number
    me = await waiting[0].run("me", channel="general")
    assert "Check-ins are on. The next one comes" in me.text
    assert (await waiting[0].click(waiting[0].dm()[0], "Here")).kind == "update"
    await process.wait(days=9)
    assert process.count(OPEN_DM) == 8


async def test_slots_survive_restarts_and_missed_ones_are_spread_again(process: BotProcess) -> None:
    _, waiting = await _agree_at_once(process, 10)
    await process.kill()
    await process.wait(minutes=3)
    since = process.mark
    await process.start()
    await process.settle()
    assert process.count(OPEN_DM, since) == 5 == len(waiting)
    assert [len(guest.dm()) for guest in waiting] == [1] * 5


async def test_a_member_who_turns_check_ins_off_while_waiting_gets_none(process: BotProcess) -> None:
    _, (first, second, third) = await _agree_at_once(process, 8)
    await first.run("pause", channel="general")
    await leave(second)
    since = process.mark
    await process.wait(minutes=5)
    assert (first.dm(), second.dm(), len(third.dm())) == ([], [], 1)
    assert process.count(OPEN_DM, since) == 1
    await first.run("resume", channel="general")
    await process.wait(days=9)
    assert len(first.dm()) == 1
    assert process.count(OPEN_DM, since) == 2
    assert process.rows("SELECT * FROM due WHERE kind = 'open_dm'") == []


async def test_when_discord_says_too_fast_no_direct_messages_are_opened_for_ten_minutes(
    process: BotProcess,
) -> None:
    process.box.faults.fail(*OPEN_DM, status=400, code=40003)
    came, waiting = await _agree_at_once(process, 2)
    assert (came, len(waiting)) == ([], 2)
    since = process.mark
    await process.wait(minutes=9)
    assert process.count(OPEN_DM, since) == 0
    await process.wait(minutes=2)
    assert [len(guest.dm()) for guest in waiting] == [1, 1]
    assert process.count(OPEN_DM, since) == 2


async def test_a_failed_opening_is_tried_in_a_later_slot(process: BotProcess) -> None:
    _, (guest,) = await _agree_at_once(process, 6)
    process.box.faults.fail(*OPEN_DM, status=429, times=2)
    await process.wait(minutes=2)
    assert len(guest.dm()) == 1
    assert not any(" ERROR " in line for line in process.log)


async def test_a_member_whose_direct_messages_turn_out_closed_is_told(process: BotProcess) -> None:
    _, (guest,) = await _agree_at_once(process, 6)
    guest.close_dms()
    await process.wait(minutes=1)
    assert "Discord couldn't deliver the last one" in (await guest.run("me", channel="general")).text
    guest.open_dms()
    await guest.run("resume", channel="general")
    await process.wait(days=9)
    assert len(guest.dm()) == 1


async def test_direct_messages_that_are_open_for_another_server_cost_no_slot(process: BotProcess) -> None:
    ada = process.person("Ada")
    await agree(ada)
    options = {"zone": "Europe/Berlin", "days": "daily", "window": "morning", "per_week": 2}
    proposal = await ada.run("checkins", channel="front-desk", options=options)
    await (await ada.click(proposal.messages[-1], "Yes, begin")).settled()
    assert len(ada.dm()) == 2
    assert process.count(OPEN_DM) == 1


async def test_openings_are_counted_beside_what_is_allowed(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    port = free_port()
    process.settings |= {"HEALTH_PORT": str(port), "DM_OPENINGS_PER_MINUTE": "2"}
    await process.start()
    came, waiting = await _agree_at_once(process, 4)
    assert (len(came), len(waiting)) == (2, 2)
    found = await scrape(f"http://127.0.0.1:{port}")
    assert found.value("alongside_dm_openings_total") == 2
    assert found.value("alongside_deployment_dm_openings_per_minute") == 2
    (row,) = process.rows("SELECT name, used_until_us FROM shared_limit")
    assert row[0] == "dm_openings"
    assert row[1] <= (process.box.clock.now() + timedelta(minutes=3)).timestamp() * 1_000_000
