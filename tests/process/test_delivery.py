"""Check-ins while they are being sent: crashes, delays and refusals at the worst moments."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sandbox.client.actor import Actor
from sandbox.state import messages
from sandbox.state.models import Message
from tests.process.house import CALLBACK, DELETE, LOOK, OPEN_DM, POST, House, agree
from tests.process.test_checkins import leave, next_monday
from tests.process.test_events import write

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _begun(house: House) -> Actor:
    """Return a guest with a check-in every day, the first of which had a tap."""
    await house.wait_until(next_monday(house))
    (guest,) = house.welcome(1)
    await agree(guest, per_week=7)
    await guest.click(guest.dm()[0], "Here")
    return guest


async def _killed_before_the_note(house: House, guest: Actor) -> int:
    """Let the next check-in be sent and the bot die before it gets the answer; return the message's id."""
    house.box.faults.lose_answer(*POST)
    await house.wait_for_next()
    await house.kill()
    assert house.rows("SELECT sent, prompt_message_id FROM cadence") == [(1, None)]
    return guest.dm()[-1].id


@pytest.mark.parametrize("minutes", [7, 40])
async def test_a_checkin_that_was_sent_but_not_recorded_is_not_sent_again_however_long_the_bot_was_down(
    shared_house: House, minutes: int
) -> None:
    house = shared_house
    guest = await _begun(house)
    sent = await _killed_before_the_note(house, guest)
    await house.wait(minutes=minutes)
    await house.start()
    await house.settle()
    assert [message.id for message in guest.dm()][1:] == [sent]
    assert house.rows("SELECT sent, unanswered, prompt_message_id FROM cadence") == [(2, 1, sent)]
    await house.wait_for_next()
    assert sent not in [message.id for message in guest.dm()]  # one in view at a time
    assert len(guest.dm()) == 2
    await leave(guest)


@pytest.mark.parametrize("minutes", [7, 40])
async def test_a_checkin_that_was_tapped_before_it_was_recorded_is_not_sent_again(
    shared_house: House, minutes: int
) -> None:
    house = shared_house
    guest = await _begun(house)
    sent = await _killed_before_the_note(house, guest)
    await house.wait(minutes=minutes)
    house.box.faults.hang(*LOOK, seconds=2)  # the bot looks for it; meanwhile its buttons go
    await house.start()
    await house.box.until(lambda: house.box.faults.is_hanging(*LOOK))
    await guest.click(guest.dm()[-1], "Here")
    await house.settle()
    assert [message.id for message in guest.dm()][1:] == [sent]
    assert house.rows("SELECT sent, unanswered, prompt_message_id FROM cadence") == [(2, 0, None)]
    await house.wait_for_next()
    assert len(guest.dm()) == 3  # the next one, and the two that had a tap
    await leave(guest)


async def test_a_checkin_whose_answer_was_never_shown_is_deleted_when_the_next_comes(
    shared_house: House,
) -> None:
    house = shared_house
    guest = await _begun(house)
    await house.wait_for_next()
    old = guest.dm()[-1]
    house.box.faults.hang(*CALLBACK, seconds=5)
    guest.begin_click(old, "Here")
    await house.box.until(lambda: house.box.faults.is_hanging(*CALLBACK))
    await house.kill()  # the tap is noted, and Discord showed nothing
    await house.start()
    await house.wait_for_next()
    assert old.deleted
    assert len(guest.dm()) == 2  # the first, with its answer, and the next
    assert house.rows("SELECT unanswered, tapped FROM cadence") == [(1, 0)]
    await leave(guest)


async def test_a_tap_on_a_checkin_that_is_being_deleted_is_still_answered(
    shared_house: House,
) -> None:
    house = shared_house
    guest = await _begun(house)
    await house.wait_for_next()
    old = guest.dm()[-1]
    house.box.faults.hang(*DELETE, seconds=1)
    house.box.faults.hang(*CALLBACK, seconds=2)
    coming = asyncio.create_task(house.wait_for_next())
    await house.box.until(lambda: house.box.faults.is_hanging(*DELETE))
    reply = await guest.click(old, "Here")
    await coming
    await house.box.until(lambda: reply.messages)
    assert old.deleted
    assert reply.ephemeral
    assert "othing" in reply.text
    assert len([each for each in guest.dm() if each.ephemeral_to is None]) == 2
    await leave(guest)


async def test_a_checkin_that_discord_delays_is_not_sent_after_its_window(shared_house: House) -> None:
    house = shared_house
    guest = await _begun(house)
    (first,) = guest.dm()
    await house.kill()
    closes = house.box.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    write(house, "UPDATE cadence SET start_minute = 0, end_minute = 60 * 14")  # two hours from now
    at = int(closes.timestamp()) - 1
    write(house, "UPDATE due SET due_at = ?, occurs_at = ? WHERE kind = 'checkin'", at, at)
    await house.start()
    house.box.faults.rate_limit(*POST, retry_after=3)
    since = house.mark
    await house.wait_until(closes)
    await house.says("let a check-in wait for too long")
    await house.wait(minutes=10)
    assert house.count(POST, since) == 1
    assert {each.id for each in guest.dm()} <= {first.id}
    await house.wait_for_next()
    assert len({each.id for each in guest.dm()} - {first.id}) == 1
    await leave(guest)


async def test_a_checkin_that_was_due_while_the_bot_was_down_for_long_is_skipped(
    shared_house: House,
) -> None:
    house = shared_house
    guest = await _begun(house)
    await house.settle()
    await house.kill()
    await house.wait_for_next(minutes=11)
    await house.start()
    await house.settle()
    assert len(guest.dm()) == 1
    assert house.rows("SELECT sent FROM cadence") == [(1,)]
    await leave(guest)


@pytest.mark.parametrize(("status", "code"), [(403, 50007), (403, 50278), (404, 10013), (404, 10003)])
async def test_an_answer_that_ends_delivery_is_requested_once_and_shown_to_the_member(
    shared_house: House, status: int, code: int
) -> None:
    house = shared_house
    guest = await _begun(house)
    since = house.mark
    house.box.faults.fail(*POST, status=status, code=code)
    await house.wait(days=9)
    assert house.count(POST, since) == 1
    me = await guest.run("me", channel="general")
    assert "Discord could not deliver them, so they wait" in me.text
    assert house.due() == []
    await leave(guest)


async def test_a_refusal_that_is_not_about_the_member_neither_stops_checkins_nor_is_retried(
    shared_house: House,
) -> None:
    house = shared_house
    guest = await _begun(house)
    since = house.mark
    house.box.faults.fail(*POST, status=403, code=20026)  # Discord took the bot for spam
    await house.wait(days=1, hours=2)
    assert (len(guest.dm()), house.count(POST, since)) == (1, 1)
    await house.wait(days=1)
    assert (len(guest.dm()), house.count(POST, since)) == (2, 2)
    assert house.rows("SELECT dms_closed FROM cadence") == [(0,)]
    await leave(guest)


async def test_a_checkin_that_was_being_sent_when_they_were_turned_off_is_deleted(
    shared_house: House,
) -> None:
    house = shared_house
    guest = await _begun(house)
    standing = await guest.run("checkins", channel="general")
    house.box.faults.hang(*POST, seconds=1)
    coming = asyncio.create_task(house.wait(days=1))
    await house.box.until(lambda: house.box.faults.is_hanging(*POST))
    await guest.click(standing.messages[-1], "Stop")
    await coming
    assert len(guest.dm()) == 1  # the one that had a tap
    assert house.rows("SELECT * FROM cadence") == []


async def test_nothing_is_saved_while_discord_opens_no_more_direct_messages(shared_house: House) -> None:
    house = shared_house
    (guest,) = house.welcome(1)
    house.box.faults.fail(*OPEN_DM, status=400, code=40003)
    agreed = await agree(guest)
    assert "Discord lets me open no more direct messages at the moment" in agreed.text
    assert house.rows("SELECT * FROM cadence") == house.rows("SELECT * FROM consent") == []
    again = await agree(guest)
    assert "Check-ins are on" in again.text
    await leave(guest)


async def _add_one(house: House) -> None:
    """Let the moderator add a channel check-in that comes within two minutes."""
    at = house.box.clock.now() + timedelta(minutes=2)
    options = {"channel": "library", "days": "Mon-Sun", "time": f"{at:%H:%M}", "zone": "UTC"}
    await house.person("Mika").run("quiet checkins add", channel="quiet-corner", options=options)


async def _remove_it(house: House) -> None:
    """Let the moderator remove the channel check-in."""
    (number,) = house.rows("SELECT channel_checkin_id FROM channel_checkin")[0]
    mika = house.person("Mika")
    await mika.run("quiet checkins remove", channel="quiet-corner", options={"checkin": str(number)})
    assert house.rows("SELECT * FROM channel_checkin") == []


async def _stops_at(house: House, one: Message) -> None:
    """Let three people answer a channel check-in, and time pass until its message is deleted."""
    for person in (house.person("Ada"), house.person("Bo"), house.person("Cleo")):
        await person.click(one, "Pass")
    await house.shows(one, "3 people stopped by.")
    await house.wait(hours=13)
    assert house.posted() == []


async def test_a_channel_checkin_that_was_sent_but_not_recorded_comes_once_and_costs_two_requests(
    shared_house: House,
) -> None:
    house = shared_house
    await _add_one(house)
    since = house.mark
    house.box.faults.lose_answer(*POST)
    await house.wait(minutes=2)
    await house.kill()
    assert house.rows("SELECT sent, message_id FROM channel_checkin") == [(0, None)]
    await house.wait(minutes=7)
    await house.start()
    await house.settle()
    (one,) = house.posted()
    assert house.rows("SELECT sent, message_id FROM channel_checkin") == [(1, one.id)]
    await _stops_at(house, one)
    assert house.spent(since) == [POST, DELETE]
    await _remove_it(house)


async def test_a_channel_checkin_that_is_removed_while_it_is_being_sent_does_not_stay(
    shared_house: House,
) -> None:
    house = shared_house
    await _add_one(house)
    house.box.faults.hang(*POST, seconds=1)
    coming = asyncio.create_task(house.wait(minutes=3))
    await house.box.until(lambda: house.box.faults.is_hanging(*POST))
    await _remove_it(house)
    await coming
    assert house.posted() == []


async def test_a_channel_checkin_that_was_tapped_before_it_was_recorded_comes_once(
    shared_house: House,
) -> None:
    house = shared_house
    await _add_one(house)
    since = house.mark
    house.box.faults.lose_answer(*POST)
    await house.wait(minutes=2)
    await house.kill()
    await house.wait(minutes=7)
    house.box.faults.hang(*LOOK, seconds=2)
    await house.start()
    await house.box.until(lambda: house.box.faults.is_hanging(*LOOK))
    (one,) = house.posted()
    told = await house.person("Ada").click(one, "Here")
    await house.box.until(lambda: told.messages)
    assert "Noted" in messages.plain_text(told.messages[-1])
    await house.settle()
    assert house.rows("SELECT sent, unanswered, message_id FROM channel_checkin") == [(1, 0, one.id)]
    await _stops_at(house, one)
    assert house.spent(since) == [POST, DELETE]
    await _remove_it(house)
