"""Connections break, Discord limits, fails and falls silent; nobody notices much."""

from __future__ import annotations

import pytest

from sandbox.state import messages
from sandbox.state.models import Message
from tests.process.house import EDIT, POST, House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def open_card(house: House, minutes: int = 10) -> Message:
    """Open a session in a room of its own."""
    room = await house.new_room()
    await house.person("Ada").run("sit", channel="general", room=room, minutes=minutes)
    return await house.card(room)


async def test_a_tap_while_the_connection_is_cut_is_answered_after_resuming(shared_house: House) -> None:
    house = shared_house
    card = await open_card(house)
    begun = len(house.box.gateway.identifies)
    house.box.faults.drop_gateway()
    sat = await house.person("Bo").click(card, "Sit")
    assert sat.error is None
    await house.shows(card, "2 people are here.")
    house.box.faults.ask_to_reconnect()
    sat = await house.person("Cleo").click(card, "Sit")
    assert sat.error is None
    await house.shows(card, "3 people are here.")
    await house.box.faults.close_gateway(4009)
    await house.box.until_ready()
    assert len(house.box.gateway.identifies) == begun

    house.box.faults.drop_gateway(resume=False)
    await house.box.until_ready()
    assert len(house.box.gateway.identifies) == begun + 1
    sat = await house.person("Dev").click(card, "Sit")
    assert sat.error is None
    await house.shows(card, "4 people are here.")
    await house.wait(minutes=10)
    assert "This session closed" in messages.plain_text(card)
    assert house.spent_in(card.channel_id) == [POST, EDIT, EDIT, EDIT]


async def test_the_bot_comes_back_after_discord_closed_it_for_good(shared_house: House) -> None:
    house = shared_house
    card = await open_card(house)
    begun = len(house.box.gateway.identifies)
    await house.box.faults.close_gateway(4004)
    await house.box.until(lambda: len(house.box.gateway.identifies) == begun + 1)
    assert any("trying again" in line for line in house.log)
    sat = await house.person("Bo").click(card, "Sit")
    assert sat.error is None
    await house.wait(minutes=10)
    assert "This session closed" in messages.plain_text(card)
    assert house.spent_in(card.channel_id) == [POST, EDIT, EDIT, EDIT]


async def test_an_outage_of_a_server_deletes_nothing(shared_house: House) -> None:
    house = shared_house
    card = await open_card(house, 25)
    before = {table: house.rows(f"SELECT * FROM {table}") for table in ("room", "session", "seat", "due")}  # noqa: S608 - own names
    house.box.faults.outage(house.guild)
    await house.settle()
    after = {table: house.rows(f"SELECT * FROM {table}") for table in before}  # noqa: S608 - own names
    assert after == before
    house.box.faults.end_outage(house.guild)
    sat = await house.person("Bo").click(card, "Sit")
    assert sat.error is None
    await house.shows(card, "2 people are here.")
    await house.wait(minutes=25)
    assert "This session closed" in messages.plain_text(card)


async def test_limits_delay_a_card_and_its_phases_and_repeat_nothing(shared_house: House) -> None:
    house = shared_house
    house.box.faults.rate_limit(*POST, 0.2)
    card = await open_card(house)
    house.box.faults.rate_limit(*EDIT, 0.2, scope="shared")
    await house.wait(minutes=1)
    assert "Quiet until" in messages.plain_text(card)
    house.box.faults.rate_limit(*EDIT, 0.2, scope="global")
    await house.wait(minutes=8)
    assert "Landing" in messages.plain_text(card)
    await house.wait(minutes=1)
    assert "This session closed" in messages.plain_text(card)
    assert [one.status for one in house.changes()[-7:]] == [429, 200, 429, 200, 429, 200, 200]
    assert house.posted(str(card.channel_id)) == [card]


async def test_what_fails_or_is_cut_off_is_repeated_and_leads_to_one_true_card(shared_house: House) -> None:
    house = shared_house
    house.box.faults.fail(*POST, 502)
    house.box.faults.reset(*POST)
    house.box.faults.fail(*POST, 503)
    room, since = await house.new_room(), house.mark
    await house.person("Ada").run("sit", channel="general", room=room, minutes=25)
    await house.box.until(lambda: house.count(POST, since) == 2)
    await house.wait(seconds=30)
    assert house.count(POST, since) == 2
    await house.wait(seconds=31)
    assert house.count(POST, since) == 3
    assert house.posted(room) == []
    await house.wait(seconds=61)
    card = await house.card(room)
    nonces = {one.body["nonce"] for one in house.changes(since) if (one.method, one.route) == POST}
    assert len(nonces) == 1
    house.box.faults.reset(*EDIT)
    await house.wait(minutes=2)
    assert "Quiet until" in messages.plain_text(card)
    house.box.faults.fail(*EDIT, 500)
    await house.wait(minutes=22)
    assert "This session closed" in messages.plain_text(card)
    assert house.posted(str(card.channel_id)) == [card]


async def test_a_deleted_card_returns_with_the_next_phase_within_the_budget(shared_house: House) -> None:
    house = shared_house
    card = await open_card(house)
    mika = house.person("Mika")
    mika.delete(card)
    await house.wait(minutes=1)
    (again,) = house.posted(str(card.channel_id))
    assert "Quiet until" in messages.plain_text(again)
    mika.delete(again)
    await house.wait(minutes=9)
    assert house.spent_in(card.channel_id) == [POST, EDIT, POST, EDIT]
    assert house.rows("SELECT * FROM session") == []
