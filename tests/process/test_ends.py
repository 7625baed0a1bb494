"""Ends that people change: leaving at a chosen time, and closing early."""

from __future__ import annotations

import pytest

from sandbox.state import messages
from tests.process.bot_process import EDIT, POST, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_session_with_chosen_leave_times_costs_four_requests_and_survives_a_restart(
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
    assert process.spent_in(process.person("Mika").channel(room).id, since) == [POST, EDIT, EDIT, EDIT]
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
    await process.shows(panel, "Close this session for everyone now")
    await ada.click(panel, "Close now")
    await process.shows(card, "Open a session")
    await process.settle()
    assert process.rows("SELECT * FROM seat") == process.rows("SELECT * FROM session") == []
    assert process.spent_in(process.person("Mika").channel(room).id, since) == [POST, EDIT]
