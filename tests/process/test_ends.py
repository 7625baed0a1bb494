"""Ends that people move: one's own, a longer session, and a close before its time."""

from __future__ import annotations

import pytest

from sandbox.state import messages
from tests.process.house import EDIT, POST, House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_longer_session_with_own_ends_costs_four_and_survives_a_restart(
    shared_house: House,
) -> None:
    house = shared_house
    room = await house.new_room()
    ada, bo, cleo = (house.person(name) for name in ("Ada", "Bo", "Cleo"))
    since = house.mark
    await ada.run("sit", channel="general", room=room, minutes=10)
    card = await house.card(room)
    await bo.run("sit", channel="general", room=room, minutes=5)
    await cleo.click(card, "Sit")
    await house.shows(card, "3 people are here.")
    await house.wait(minutes=2)
    assert (await cleo.click(card, "Stay longer")).kind == "update"
    await house.restart()
    await house.wait(minutes=4)
    assert house.rows("SELECT 1 FROM seat WHERE member_id = ?", bo.id) == []
    await cleo.click(card, "Nod")
    await house.shows(card, "2 people are here.")
    await house.wait(minutes=12)
    assert "Quiet until" in messages.plain_text(card)
    await house.wait(minutes=1)
    assert "Landing" in messages.plain_text(card)
    await house.wait(minutes=1)
    assert "This session closed" in messages.plain_text(card)
    assert house.spent_in(house.person("Mika").channel(room).id, since) == [POST, EDIT, EDIT, EDIT]
    assert bo.dm() == []


async def test_who_opened_closes_early_and_nobody_is_kept(shared_house: House) -> None:
    house = shared_house
    room = await house.new_room()
    ada, bo = house.person("Ada"), house.person("Bo")
    since = house.mark
    seat = await ada.run("sit", channel="general", room=room, minutes=50)
    card = await house.card(room)
    await bo.click(card, "Sit")
    panel = seat.messages[-1]
    await ada.click(panel, "Close early")
    await house.shows(panel, "Close this session now")
    await ada.click(panel, "Close now")
    await house.shows(card, "This session closed")
    await house.settle()
    assert house.rows("SELECT * FROM seat") == house.rows("SELECT * FROM session") == []
    assert house.spent_in(house.person("Mika").channel(room).id, since) == [POST, EDIT]
