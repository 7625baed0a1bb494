"""Many people at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from sandbox.state import messages
from tests.process.bot_process import DELETE, EDIT, POST, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_SEATS = 99


async def test_a_hundred_taps_at_once_are_all_answered_and_the_card_is_true(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room(seats=MOST_SEATS)
    guests = process.welcome(100)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=25)
    card = await process.card(room)
    since = process.mark

    sat = await asyncio.gather(*(guest.click(card, "Sit") for guest in guests))
    assert {reply.error for reply in sat} == {None}
    assert max(reply.acknowledged_after or 3 for reply in sat) < 3
    await process.box.until(lambda: all(reply.messages for reply in sat))
    full = [reply for reply in sat if "is full" in reply.text]
    seated = [reply for reply in sat if "You have a seat" in reply.text]
    assert (len(seated), len(full)) == (98, 2)
    assert all(reply.ephemeral for reply in sat)
    await process.shows(card, f"All {MOST_SEATS} seats are taken: the room is full.")

    inside = [guest for guest, reply in zip(guests, sat, strict=True) if reply in seated]
    nods = await asyncio.gather(*(guest.click(card, "Nod") for guest in inside))
    assert {reply.error for reply in nods} == {None}
    left = await asyncio.gather(*(guest.click(card, "Slip out") for guest in inside))
    assert {reply.error for reply in left} == {None}
    assert max(reply.acknowledged_after or 3 for reply in (*nods, *left)) < 3
    await process.shows(card, f"One of {MOST_SEATS} seats is taken.")
    assert "Someone nodded" in messages.plain_text(card)
    assert process.spent(since) == []
    await process.wait(minutes=25)
    assert process.rows("SELECT * FROM session") == []


async def test_twenty_who_open_a_room_at_once_open_one_session(shared_process: BotProcess) -> None:
    process = shared_process
    room = await process.new_room(seats=MOST_SEATS)
    guests = process.welcome(20)
    since = process.mark
    sat = await asyncio.gather(
        *(guest.run("sit", channel="general", room=room, minutes=5) for guest in guests)
    )
    assert all("You have a seat" in reply.text for reply in sat)
    card = await process.card(room)
    await guests[0].click(card, "Nod")
    await process.shows(card, f"20 of {MOST_SEATS} seats are taken.")
    await process.wait(minutes=5)
    assert process.spent_in(card.channel_id, since) == [POST, DELETE]  # the nod carries the edits
    assert process.posted(room) == [card]


async def test_taps_while_a_phase_is_being_shown_are_on_the_card_in_the_end(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    await process.person("Bo").run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    await process.person("Bo").click(card, "Nod")
    guests = process.welcome(5)
    process.box.faults.hang(*EDIT, 0.5)
    quiet_at = process.box.clock.now() + timedelta(minutes=1)
    waiting = asyncio.create_task(process.wait(minutes=1))
    await process.box.until(lambda: process.box.clock.now() >= quiet_at)
    for guest in guests:
        assert (await guest.click(card, "Sit")).error is None
    await waiting
    await process.shows(card, "Quiet until")
    await process.shows(card, "6 of 8 seats are taken.")
    await process.wait(minutes=9)
    assert process.rows("SELECT * FROM session") == []
