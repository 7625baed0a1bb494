"""Ends and what follows them: leaving at a chosen time, closing early, sitting again, schedules."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.state import messages
from tests.process.bot_process import DELETE, EDIT, POST, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shows_now(process: BotProcess, room: str, text: str) -> None:
    """Wait until the newest card of a room says `text`."""
    await process.box.until(lambda: text in messages.plain_text(process.posted(room)[-1]))


async def test_a_session_with_chosen_leave_times_costs_three_requests_and_survives_a_restart(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    ada, bo, cleo = (process.person(name) for name in ("Ada", "Bo", "Cleo"))
    since = process.mark
    await ada.run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    await bo.run("sit", channel="general", room=room, minutes=5)
    await cleo.click(card, "Sit")
    await process.shows(card, "3 of 8 seats are taken.")
    await process.wait(minutes=2)
    await process.restart()
    await process.wait(minutes=4)
    assert process.rows("SELECT 1 FROM seat WHERE member_id = ?", bo.id) == []
    await cleo.click(card, "Nod")
    await process.shows(card, "2 of 8 seats are taken.")
    await process.wait(minutes=1)
    assert "Quiet until" in messages.plain_text(card)
    await process.wait(minutes=1)
    assert "Quiet time is over" in messages.plain_text(card)
    await process.wait(minutes=2)
    assert "Open a session" in messages.plain_text(card)
    # Taps carry the phases. Only the end of a seat needs an edit: after the restart there was no tap yet.
    assert process.spent_in(process.person("Mika").channel(room).id, since) == [POST, DELETE, EDIT]
    assert bo.dm() == []


async def test_the_opener_closes_early_and_no_seat_stays_saved(shared_process: BotProcess) -> None:
    process = shared_process
    room = await process.new_room()
    ada, bo = process.person("Ada"), process.person("Bo")
    since = process.mark
    seat = await ada.run("sit", channel="general", room=room, minutes=50)
    card = await process.card(room)
    await bo.click(card, "Sit")
    panel = seat.messages[-1]
    await ada.click(panel, "Close early")
    await process.shows(panel, "only a moderator can close this session early")
    await bo.click(card, "Slip out")
    await ada.click(panel, "Close early")
    await process.shows(panel, "Close this session for everyone now?")
    await ada.click(panel, "Close now")
    await process.wait(seconds=16)
    await process.shows(card, "Open a session")
    await process.settle()
    assert process.rows("SELECT * FROM seat") == process.rows("SELECT * FROM session") == []
    assert process.spent_in(process.person("Mika").channel(room).id, since) == [POST, DELETE]


async def test_sit_again_seats_those_who_tapped_in_the_next_session_whatever_happens_to_the_bot(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    ada, bo, cleo, dev = (process.person(name) for name in ("Ada", "Bo", "Cleo", "Dev"))
    await ada.run("sit", channel="general", room=room, minutes=5)
    card = await process.card(room)
    await bo.click(card, "Sit")
    await cleo.click(card, "Sit")
    await dev.run("sit", channel="general", room=room, hidden=True)
    await process.shows(card, "3 of 8 seats are taken.")
    await process.wait(minutes=4)
    assert "Quiet time is over" in messages.plain_text(card)
    replies = await asyncio.gather(*(person.click(card, "Sit again") for person in (bo, cleo, dev)))
    await process.box.until(lambda: all(reply.messages for reply in replies))
    assert all("You'll sit again. When this session closes" in reply.text for reply in replies)
    await cleo.click(card, "Slip out")
    await process.settle()
    await process.kill()
    await process.wait(minutes=2)
    await process.start()
    await process.saved(
        "SELECT member_id, visibility, sits_again FROM seat ORDER BY member_id",
        sorted([(bo.id, "counted", 0), (dev.id, "hidden", 0)]),
    )
    await shows_now(process, room, "One of 8 seats is taken.")
    await process.leaves_no_trace(ada.id)
    await process.leaves_no_trace(cleo.id)
    await process.wait(minutes=4)
    await process.settle()
    assert process.rows("SELECT * FROM seat") == process.rows("SELECT * FROM session") == []
    await process.leaves_no_trace(bo.id)
    await process.leaves_no_trace(dev.id)


async def test_five_people_who_sit_again_in_the_closing_second_all_have_seats(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    people = [process.person(name) for name in ("Ada", "Bo", "Cleo", "Dev", "Emi")]
    await people[0].run("sit", channel="general", room=room, minutes=5)
    card = await process.card(room)
    for person in people[1:]:
        await person.click(card, "Sit")
    await process.shows(card, "5 of 8 seats are taken.")
    await process.wait(minutes=4)
    (closes_at,) = process.rows("SELECT closes_at FROM session")[0]
    await process.wait_until(datetime.fromtimestamp(closes_at, UTC) - timedelta(seconds=1))
    replies = await asyncio.gather(*(person.click(card, "Sit again") for person in people))
    await process.box.until(lambda: all(reply.messages for reply in replies))
    assert all("You'll sit again" in reply.text for reply in replies)
    await process.wait(minutes=1)
    assert len(process.rows("SELECT * FROM seat")) == 5
    await shows_now(process, room, "5 of 8 seats are taken.")
    await process.wait(minutes=5)


async def test_a_scheduled_session_begins_on_time_over_one_that_was_opened_shortly_before(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    ada, bo, mika = (process.person(name) for name in ("Ada", "Bo", "Mika"))
    begins = (process.box.clock.now() + timedelta(minutes=12)).replace(second=0, microsecond=0)
    reply = await mika.run(
        "quiet schedule add",
        channel="quiet-corner",
        room=room,
        days=f"{begins:%A}",
        time=f"{begins:%H:%M}",
        minutes=25,
        zone="UTC",
    )
    assert "Done" in reply.text
    opened = await ada.run("sit", channel="general", room=room, minutes=50)
    assert "so this one closes then." in opened.text
    card = await process.card(room)
    await bo.click(card, "Sit")
    await process.wait_until(begins - timedelta(seconds=30))
    await bo.click(card, "Sit again")
    await process.wait_until(begins + timedelta(seconds=1))
    await process.settle()
    opened_at = int(begins.timestamp())
    await process.saved("SELECT opened_at, closes_at FROM session", [(opened_at, opened_at + 25 * 60)])
    assert process.rows("SELECT member_id FROM seat") == [(bo.id,)]
    await shows_now(process, room, "Settling in")
    await process.wait(minutes=25)
