"""Check-ins while they are being sent: crashes, delays and refusals at the worst moments."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sandbox.client.actor import Actor
from sandbox.state import messages
from sandbox.state.models import Message
from tests.process.bot_process import CALLBACK, DELETE, LOOK, POST, BotProcess, agree
from tests.process.native_events import confirmed, write
from tests.process.test_checkins import leave, next_monday

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _begun(process: BotProcess) -> Actor:
    """Return a guest with a check-in every day, who tapped the first one."""
    await process.wait_until(next_monday(process))
    (guest,) = process.welcome(1)
    await agree(guest, per_week=7)
    await guest.click(guest.dm()[0], "Here")
    return guest


async def _killed_before_the_note(process: BotProcess, guest: Actor) -> int:
    """Kill the bot between sending the next check-in and getting the answer; return the message's id."""
    process.box.faults.lose_answer(*POST)
    await process.wait_for_next()
    await process.kill()
    assert process.rows("SELECT sent, prompt_message_id FROM cadence") == [(1, None)]
    return guest.dm()[-1].id


@pytest.mark.parametrize("minutes", [7, 40])
async def test_a_checkin_that_was_sent_but_not_recorded_is_not_sent_again_however_long_the_bot_was_down(
    shared_process: BotProcess, minutes: int
) -> None:
    process = shared_process
    guest = await _begun(process)
    sent = await _killed_before_the_note(process, guest)
    await process.wait(minutes=minutes)
    await process.start()
    await process.settle()
    assert [message.id for message in guest.dm()][1:] == [sent]
    assert process.rows("SELECT sent, unanswered, prompt_message_id FROM cadence") == [(2, 1, sent)]
    await process.wait_for_next()
    assert sent not in [message.id for message in guest.dm()]  # one in view at a time
    assert len(guest.dm()) == 2
    await leave(guest)


@pytest.mark.parametrize("minutes", [7, 40])
async def test_a_checkin_that_was_tapped_before_it_was_recorded_is_not_sent_again(
    shared_process: BotProcess, minutes: int
) -> None:
    process = shared_process
    guest = await _begun(process)
    sent = await _killed_before_the_note(process, guest)
    await process.wait(minutes=minutes)
    process.box.faults.hang(*LOOK, seconds=60)  # the bot looks for it; meanwhile its buttons go
    await process.start()
    await process.box.until(lambda: process.box.faults.is_hanging(*LOOK))
    await guest.click(guest.dm()[-1], "Here")
    process.box.faults.let_go(*LOOK)
    await process.settle()
    assert [message.id for message in guest.dm()][1:] == [sent]
    assert process.rows("SELECT sent, unanswered, prompt_message_id FROM cadence") == [(2, 0, None)]
    await process.wait_for_next()
    assert len(guest.dm()) == 3  # the next one, and the two that had a tap
    await leave(guest)


async def test_a_checkin_whose_answer_was_never_shown_is_deleted_when_the_next_comes(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    guest = await _begun(process)
    await process.wait_for_next()
    old = guest.dm()[-1]
    process.box.faults.hang(*CALLBACK, seconds=60)
    guest.begin_click(old, "Here")
    await process.box.until(lambda: process.box.faults.is_hanging(*CALLBACK))
    await process.kill()  # the tap is noted, and Discord showed nothing
    process.box.faults.let_go(*CALLBACK)  # its connection is gone
    await process.start()
    await process.wait_for_next()
    assert old.deleted
    assert len(guest.dm()) == 2  # the first, with its answer, and the next
    assert process.rows("SELECT unanswered, tapped FROM cadence") == [(1, 0)]
    await leave(guest)


async def test_a_tap_on_a_checkin_that_is_being_deleted_is_still_answered(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    guest = await _begun(process)
    await process.wait_for_next()
    old = guest.dm()[-1]
    process.box.faults.hang(*DELETE, seconds=60)
    process.box.faults.hang(*CALLBACK, seconds=60)
    coming = asyncio.create_task(process.wait_for_next())
    await process.box.until(lambda: process.box.faults.is_hanging(*DELETE))
    tapping = asyncio.create_task(guest.click(old, "Here"))
    await process.box.until(lambda: process.box.faults.is_hanging(*CALLBACK))
    process.box.faults.let_go(*DELETE)
    await process.box.until(lambda: old.deleted)
    process.box.faults.let_go(*CALLBACK)
    reply = await tapping
    await coming
    await process.box.until(lambda: reply.messages)
    assert old.deleted
    assert reply.ephemeral
    assert "Your answer isn't saved." in reply.text
    assert len([each for each in guest.dm() if each.ephemeral_to is None]) == 2
    await leave(guest)


async def test_a_checkin_that_discord_delays_is_not_sent_after_its_window(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    guest = await _begun(process)
    (first,) = guest.dm()
    await process.kill()
    closes = process.box.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    write(process, "UPDATE cadence SET start_minute = 0, end_minute = 60 * 14")  # two hours from now
    at = int(closes.timestamp()) - 1
    write(process, "UPDATE due SET due_at = ?, occurs_at = ? WHERE kind = 'checkin'", at, at)
    await process.start()
    process.box.faults.rate_limit(*POST, retry_after=3)
    since = process.mark
    await process.wait_until(closes)
    await process.says("took too long to answer a check-in")
    await process.wait(minutes=10)
    assert process.count(POST, since) == 1
    assert guest.dm() == []  # the one before goes first
    await process.wait_for_next()
    assert len({each.id for each in guest.dm()} - {first.id}) == 1
    await leave(guest)


async def test_a_checkin_that_was_due_while_the_bot_was_down_for_long_is_skipped(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    guest = await _begun(process)
    await process.settle()
    await process.kill()
    await process.wait_for_next(minutes=11)
    await process.start()
    await process.settle()
    assert len(guest.dm()) == 1
    assert process.rows("SELECT sent FROM cadence") == [(1,)]
    await leave(guest)


@pytest.mark.parametrize(("status", "code"), [(403, 50007), (403, 50278), (404, 10013), (404, 10003)])
async def test_an_answer_that_ends_delivery_is_requested_once_and_shown_to_the_member(
    shared_process: BotProcess, status: int, code: int
) -> None:
    process = shared_process
    guest = await _begun(process)
    since = process.mark
    process.box.faults.fail(*POST, status=status, code=code)
    await process.wait(days=9)
    assert process.count(POST, since) == 1
    me = await guest.run("me", channel="general")
    assert "Discord couldn't deliver the last one" in me.text
    assert process.due() == []
    await leave(guest)


async def test_a_refusal_that_is_not_about_the_member_neither_stops_checkins_nor_is_retried(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    guest = await _begun(process)
    since = process.mark
    process.box.faults.fail(*POST, status=403, code=20026)  # Discord took the bot for spam
    await process.wait(days=1, hours=2)
    assert (len(guest.dm()), process.count(POST, since)) == (1, 1)
    await process.wait(days=1)
    assert (len(guest.dm()), process.count(POST, since)) == (2, 2)
    assert process.rows("SELECT dms_closed FROM cadence") == [(0,)]
    await leave(guest)


async def test_a_checkin_that_was_being_sent_when_they_were_turned_off_is_deleted(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    guest = await _begun(process)
    standing = await guest.run("checkins", channel="general")
    process.box.faults.hang(*POST, seconds=60)
    coming = asyncio.create_task(process.wait(days=1))
    await process.box.until(lambda: process.box.faults.is_hanging(*POST))
    await guest.click(standing.messages[-1], "Stop")
    process.box.faults.let_go(*POST)
    await coming
    assert len(guest.dm()) == 1  # the one that had a tap
    assert process.rows("SELECT * FROM cadence") == []


async def _add_one(process: BotProcess) -> None:
    """Let the moderator add a channel check-in that comes within two minutes."""
    at = process.box.clock.now() + timedelta(minutes=2)
    options = {"channel": "library", "days": "Mon-Sun", "time": f"{at:%H:%M}", "zone": "UTC"}
    await process.person("Mika").run("quiet checkins add", channel="quiet-corner", options=options)


async def _remove_it(process: BotProcess) -> None:
    """Let the moderator remove the channel check-in."""
    (number,) = process.rows("SELECT channel_checkin_id FROM channel_checkin")[0]
    await confirmed(process, "Remove them", "quiet checkins remove", checkin=str(number))
    assert process.rows("SELECT * FROM channel_checkin") == []


async def _stops_at(process: BotProcess, one: Message) -> None:
    """Let three people answer a channel check-in, and time pass until its message is deleted."""
    for person in (process.person("Ada"), process.person("Bo"), process.person("Cleo")):
        await person.click(one, "Pass")
    await process.shows(one, "3 people said hello.")
    await process.wait(hours=13)
    assert process.posted() == []


async def test_a_channel_checkin_that_was_sent_but_not_recorded_comes_once_and_costs_two_requests(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    await _add_one(process)
    since = process.mark
    process.box.faults.lose_answer(*POST)
    await process.wait(minutes=2)
    await process.kill()
    assert process.rows("SELECT sent, message_id FROM channel_checkin") == [(0, None)]
    await process.wait(minutes=7)
    await process.start()
    await process.settle()
    (one,) = process.posted()
    assert process.rows("SELECT sent, message_id FROM channel_checkin") == [(1, one.id)]
    await _stops_at(process, one)
    assert process.spent(since) == [POST, DELETE]
    await _remove_it(process)


async def test_a_channel_checkin_that_is_removed_while_it_is_being_sent_does_not_stay(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    await _add_one(process)
    process.box.faults.hang(*POST, seconds=1)
    coming = asyncio.create_task(process.wait(minutes=3))
    await process.box.until(lambda: process.box.faults.is_hanging(*POST))
    await _remove_it(process)
    await coming
    assert process.posted() == []


async def test_a_channel_checkin_that_was_tapped_before_it_was_recorded_comes_once(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    await _add_one(process)
    since = process.mark
    process.box.faults.lose_answer(*POST)
    await process.wait(minutes=2)
    await process.kill()
    await process.wait(minutes=7)
    process.box.faults.hang(*LOOK, seconds=60)
    await process.start()
    await process.box.until(lambda: process.box.faults.is_hanging(*LOOK))
    (one,) = process.posted()
    told = await process.person("Ada").click(one, "Here")
    await process.box.until(lambda: told.messages)
    process.box.faults.let_go(*LOOK)
    assert "Noted" in messages.plain_text(told.messages[-1])
    await process.settle()
    assert process.rows("SELECT sent, unanswered, message_id FROM channel_checkin") == [(1, 0, one.id)]
    await _stops_at(process, one)
    assert process.spent(since) == [POST, DELETE]
    await _remove_it(process)
