"""The bot is killed, or the network fails, at the worst moments."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.state import messages
from tests.process.bot_process import CALLBACK, DELETE, EDIT, LOOK, POST, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_card_is_still_updated_after_the_bot_was_killed(shared_process: BotProcess) -> None:
    process = shared_process
    room, since = await process.new_room(), process.mark
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    await process.kill()
    await process.wait(minutes=5)
    assert "Settling in" in messages.plain_text(card)
    await process.start()
    sat = await process.person("Bo").click(card, "Sit")
    assert sat.error is None
    await process.shows(card, "2 of 8 seats are taken.")
    await process.person("Ada").click(card, "Slip out")
    await process.shows(card, "One of 8 seats is taken.")
    await process.settle()
    await process.kill()
    await process.wait(minutes=4)
    assert "Quiet until" in messages.plain_text(card)
    await process.start()
    await process.shows(card, "Quiet time is over")
    await process.wait(minutes=1)
    assert "Open a session" in messages.plain_text(card)
    assert process.posted(room) == [card]
    # The new card instead of the idle one; then the phase after each crash: no tap could carry it.
    assert process.spent(since) == [POST, DELETE, EDIT, EDIT]


async def test_a_session_that_ended_while_the_bot_was_dead_is_closed_later(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    await process.kill()
    await process.wait(hours=9)
    await process.start()
    await process.shows(card, "Open a session")
    await process.settle()
    assert process.rows("SELECT * FROM session") == []
    assert process.due() == []
    await process.leaves_no_trace(process.person("Ada").id)


async def test_a_bot_killed_between_a_post_and_its_note_posts_no_second_card(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room, since = await process.new_room(), process.mark
    process.box.faults.lose_answer(*POST)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    await process.kill()
    assert process.rows("SELECT message_id FROM card WHERE message_id = ?", card.id) == []
    await process.start()
    await process.settle()
    assert process.rows("SELECT message_id FROM card WHERE message_id = ?", card.id) == [(card.id,)]
    posts = [each for each in process.changes(since) if (each.method, each.route) == POST]
    first, second = (each.body["nonce"] for each in posts)
    assert first == second
    assert process.posted(room) == [card]
    assert process.count_of(LOOK, since) == 0  # the nonce alone protects
    await process.person("Bo").click(card, "Sit")
    await process.shows(card, "2 of 8 seats are taken.")
    await process.wait(minutes=10)
    assert "Open a session" in messages.plain_text(card)


@pytest.mark.parametrize(("minutes", "edits"), [(7, [EDIT] * 3), (40, [EDIT])])
async def test_a_card_that_was_posted_and_not_noted_is_found_however_long_the_bot_is_away(
    shared_process: BotProcess, minutes: int, edits: list[tuple[str, str]]
) -> None:
    process = shared_process
    room, since = await process.new_room(), process.mark
    process.box.faults.lose_answer(*POST)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=25)
    card = await process.card(room)
    await process.kill()
    assert process.rows("SELECT message_id FROM card WHERE message_id = ?", card.id) == []
    await process.wait(minutes=minutes)
    await process.start()
    await process.settle()
    assert process.posted(room) == [card]
    await process.wait(minutes=40)
    assert "Open a session" in messages.plain_text(card)
    assert process.spent(since) == [POST, DELETE, *edits]  # found, not posted again
    assert process.rows("SELECT * FROM session") == []


async def test_an_answer_lost_on_its_way_leads_to_no_second_card(shared_process: BotProcess) -> None:
    process = shared_process
    room, since = await process.new_room(), process.mark
    process.box.faults.lose_answer(*POST)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await process.card(room)
    await process.wait(seconds=61)
    assert process.count(POST, since) == 2  # with the same nonce: the same message to Discord
    assert process.posted(room) == [card]
    await process.wait(minutes=10)
    assert "Open a session" in messages.plain_text(card)


async def test_a_start_makes_a_card_true_that_a_crash_left_wrong_and_touches_no_other(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    wrong, right = await process.new_room(), await process.new_room()
    cards = []
    for name, room in (("Ada", wrong), ("Cleo", right)):  # a member has one seat in a server
        await process.person(name).run("sit", channel="general", room=room, minutes=25)
        cards.append(await process.card(room))
    bo = process.person("Bo")
    await process.person("Dev").click(cards[1], "Sit")
    await process.shows(cards[1], "2 of 8 seats are taken.")
    lagging = "SELECT message_id FROM card WHERE shown_revision < revision"
    await process.saved(lagging, [])
    process.box.faults.hang(*CALLBACK, seconds=60)
    tapping = asyncio.create_task(bo.click(cards[0], "Sit"))
    await process.saved(lagging, [(cards[0].id,)])
    since = process.mark
    await process.kill()
    assert "One of 8 seats is taken." in messages.plain_text(cards[0])
    await process.start()
    await process.wait(seconds=16)
    await process.shows(cards[0], "2 of 8 seats are taken.")
    await process.settle()
    assert process.spent(since) == [EDIT]
    tapping.cancel()
    await process.kill()
    await process.start()
    await process.settle()
    assert process.spent(since) == [EDIT]
    await process.wait(minutes=25)
    assert process.rows("SELECT * FROM session") == []
