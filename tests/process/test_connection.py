"""Connections break, Discord limits, fails and stops answering; members hardly notice."""

from __future__ import annotations

import pytest

from sandbox.state import messages
from sandbox.state.models import Message
from tests.process.bot_process import DELETE, EDIT, POST, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

BY_TAP = ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
OPENED = [POST, POST, DELETE]  # the room's card, then the session's, which replaces it


async def open_card(process: BotProcess, minutes: int = 10) -> Message:
    """Open a session in a new room."""
    room = await process.new_room()
    await process.person("Ada").run("sit", channel="general", room=room, minutes=minutes)
    return await process.card(room)


async def test_a_tap_while_the_connection_is_cut_is_answered_after_resuming(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    card = await open_card(process)
    begun = len(process.box.gateway.identifies)
    process.box.faults.drop_gateway()
    sat = await process.person("Bo").click(card, "Sit")
    assert sat.error is None
    await process.shows(card, "2 of 8 seats are taken.")
    process.box.faults.ask_to_reconnect()
    sat = await process.person("Cleo").click(card, "Sit")
    assert sat.error is None
    await process.shows(card, "3 of 8 seats are taken.")
    await process.box.faults.close_gateway(4009)
    await process.box.until_ready()
    assert len(process.box.gateway.identifies) == begun

    process.box.faults.drop_gateway(resume=False)
    await process.box.until_ready()
    assert len(process.box.gateway.identifies) == begun + 1
    sat = await process.person("Dev").click(card, "Sit")
    assert sat.error is None
    await process.shows(card, "4 of 8 seats are taken.")
    await process.wait(minutes=10)
    assert "Open a session" in messages.plain_text(card)
    assert process.spent_in(card.channel_id) == OPENED  # taps carry the edits


async def test_the_bot_comes_back_after_discord_closed_it_for_good(shared_process: BotProcess) -> None:
    process = shared_process
    card = await open_card(process)
    begun = len(process.box.gateway.identifies)
    await process.box.faults.close_gateway(4004)
    await process.box.until(lambda: len(process.box.gateway.identifies) == begun + 1)
    assert any("trying again" in line for line in process.log)
    sat = await process.person("Bo").click(card, "Sit")
    assert sat.error is None
    await process.wait(minutes=10)
    assert "Open a session" in messages.plain_text(card)
    assert process.spent_in(card.channel_id) == OPENED  # taps carry the edits


async def test_an_outage_of_a_server_deletes_nothing(shared_process: BotProcess) -> None:
    process = shared_process
    card = await open_card(process, 25)
    before = {table: process.rows(f"SELECT * FROM {table}") for table in ("room", "session", "seat", "due")}  # noqa: S608 - own names
    process.box.faults.outage(process.guild)
    await process.settle()
    after = {table: process.rows(f"SELECT * FROM {table}") for table in before}  # noqa: S608 - own names
    assert after == before
    process.box.faults.end_outage(process.guild)
    sat = await process.person("Bo").click(card, "Sit")
    assert sat.error is None
    await process.shows(card, "2 of 8 seats are taken.")
    await process.wait(minutes=25)
    assert "Open a session" in messages.plain_text(card)


async def test_a_tap_edits_its_card_for_fifteen_minutes_and_then_the_worker_does(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    card = await open_card(process, 25)
    await process.person("Bo").click(card, "Sit")
    await process.shows(card, "2 of 8 seats are taken.")
    await process.settle()
    since = process.mark
    await process.wait(minutes=25)
    assert "Open a session" in messages.plain_text(card)
    by_tap = [one.status for one in process.box.requests[since:] if (one.method, one.route) == BY_TAP]
    assert by_tap == [200]
    assert process.spent_in(card.channel_id, since) == [EDIT, EDIT]


async def test_limits_delay_a_card_and_its_phases_and_repeat_nothing(shared_process: BotProcess) -> None:
    process = shared_process
    room, since = await process.new_room(), process.mark
    process.box.faults.rate_limit(*POST, 0.2)
    process.box.faults.rate_limit(*DELETE, 0.2)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    assert process.posted(room) == [card]
    process.box.faults.rate_limit(*EDIT, 0.2, scope="shared")
    await process.wait(minutes=1)
    assert "Quiet until" in messages.plain_text(card)
    process.box.faults.rate_limit(*EDIT, 0.2, scope="global")
    await process.wait(minutes=8)
    assert "Quiet time is over" in messages.plain_text(card)
    await process.wait(minutes=1)
    assert "Open a session" in messages.plain_text(card)
    assert [one.status for one in process.changes(since)] == [429, 200, 429, 204, 429, 200, 429, 200, 200]
    assert process.posted(room) == [card]


async def test_failed_and_interrupted_requests_are_repeated_and_lead_to_one_true_card(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room, since = await process.new_room(), process.mark
    before = process.posted(room)
    process.box.faults.fail(*POST, 502)
    process.box.faults.reset(*POST)
    process.box.faults.fail(*POST, 503)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=25)
    await process.box.until(lambda: process.count(POST, since) >= 2)
    await process.settle()
    soon = process.count(POST, since)
    assert soon <= 3  # the answer to the member may ask for the card once more
    await process.wait(seconds=30)
    assert process.count(POST, since) == soon
    assert process.posted(room) == before
    await process.wait(seconds=31)
    assert process.count(POST, since) == soon + 1
    await process.wait(seconds=61)
    card = await process.card(room)
    assert process.count(POST, since) == 4
    nonces = {one.body["nonce"] for one in process.changes(since) if (one.method, one.route) == POST}
    assert len(nonces) == 1
    process.box.faults.reset(*EDIT)
    await process.wait(minutes=2)
    assert "Quiet until" in messages.plain_text(card)
    process.box.faults.fail(*EDIT, 500)
    await process.wait(minutes=22)
    assert "Open a session" in messages.plain_text(card)
    assert process.posted(str(card.channel_id)) == [card]


async def test_a_deleted_card_returns_with_the_next_phase_for_one_more_post(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    card = await open_card(process)
    mika = process.person("Mika")
    mika.delete(card)
    await process.wait(minutes=1)
    (again,) = process.posted(str(card.channel_id))
    assert "Quiet until" in messages.plain_text(again)
    mika.delete(again)
    await process.wait(minutes=9)
    (last,) = process.posted(str(card.channel_id))
    assert "Open a session" in messages.plain_text(last)
    assert process.spent_in(card.channel_id) == [*OPENED, EDIT, POST, EDIT, POST, EDIT]
    assert process.rows("SELECT * FROM session") == []
