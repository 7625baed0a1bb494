"""The bot is killed, or the network is, at the worst moments."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.state import messages
from tests.process.house import CALLBACK, EDIT, LOOK, POST, House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_card_lives_on_after_the_bot_was_killed(shared_house: House) -> None:
    house = shared_house
    room, since = await house.new_room(), house.mark
    await house.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await house.card(room)
    await house.kill()
    await house.wait(minutes=5)
    assert "Arriving" in messages.plain_text(card)
    await house.start()
    sat = await house.person("Bo").click(card, "Sit")
    assert sat.error is None
    await house.shows(card, "2 people are here.")
    await house.person("Ada").click(card, "Slip out")
    await house.shows(card, "One person is here.")
    await house.settle()
    await house.kill()
    await house.wait(minutes=4)
    assert "Quiet until" in messages.plain_text(card)
    await house.start()
    await house.shows(card, "Landing")
    await house.wait(minutes=1)
    assert "This session closed" in messages.plain_text(card)
    assert house.posted(room) == [card]
    assert house.spent(since) == [POST, EDIT, EDIT, EDIT]


async def test_a_session_that_ended_while_the_bot_was_dead_is_closed_later(
    shared_house: House,
) -> None:
    house = shared_house
    room = await house.new_room()
    await house.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await house.card(room)
    await house.kill()
    await house.wait(hours=9)
    await house.start()
    await house.shows(card, "This session closed")
    await house.settle()
    assert house.rows("SELECT * FROM session") == []
    assert house.due() == []
    assert house.traces(house.person("Ada").id) == []


async def test_a_bot_killed_between_a_post_and_its_note_posts_no_second_card(
    shared_house: House,
) -> None:
    house = shared_house
    room, since = await house.new_room(), house.mark
    house.box.faults.lose_answer(*POST)
    await house.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await house.card(room)
    await house.kill()
    assert house.rows("SELECT message_id, requests_spent FROM session") == [(None, 0)]
    await house.start()
    await house.settle()
    assert house.rows("SELECT message_id FROM session") == [(card.id,)]
    assert house.count(POST, since) == 2
    first, second = (one.body["nonce"] for one in house.changes(since) if (one.method, one.route) == POST)
    assert first == second
    assert house.posted(room) == [card]
    assert house.count_of(LOOK, since) == 0  # the nonce alone protects
    await house.person("Bo").click(card, "Sit")
    await house.shows(card, "2 people are here.")
    await house.wait(minutes=10)
    assert "This session closed" in messages.plain_text(card)


@pytest.mark.parametrize(("minutes", "spent"), [(7, [POST, EDIT, EDIT, EDIT]), (40, [POST, EDIT])])
async def test_a_card_that_was_posted_and_not_noted_is_found_however_long_the_bot_is_away(
    shared_house: House, minutes: int, spent: list[tuple[str, str]]
) -> None:
    house = shared_house
    room, since = await house.new_room(), house.mark
    house.box.faults.lose_answer(*POST)
    await house.person("Ada").run("sit", channel="general", room=room, minutes=25)
    card = await house.card(room)
    await house.kill()
    await house.wait(minutes=minutes)
    await house.start()
    await house.settle()
    assert house.posted(room) == [card]
    await house.wait(minutes=40)
    assert "This session closed" in messages.plain_text(card)
    assert house.spent(since) == spent
    assert house.rows("SELECT * FROM session") == []


async def test_an_answer_lost_on_its_way_leads_to_no_second_card(shared_house: House) -> None:
    house = shared_house
    room, since = await house.new_room(), house.mark
    house.box.faults.lose_answer(*POST)
    await house.person("Ada").run("sit", channel="general", room=room, minutes=10)
    card = await house.card(room)
    await house.wait(seconds=61)
    assert house.count(POST, since) == 2  # with the same nonce: the same message to Discord
    assert house.posted(room) == [card]
    await house.wait(minutes=10)
    assert "This session closed" in messages.plain_text(card)


async def test_a_start_makes_a_card_true_that_a_crash_left_wrong_and_touches_no_other(
    shared_house: House,
) -> None:
    house = shared_house
    wrong, right = await house.new_room(), await house.new_room()
    cards = []
    for room in (wrong, right):
        await house.person("Ada").run("sit", channel="general", room=room, minutes=25)
        cards.append(await house.card(room))
    bo = house.person("Bo")
    await bo.click(cards[1], "Sit")
    await house.shows(cards[1], "2 people are here.")
    lagging = "SELECT message_id FROM session WHERE shown_revision < revision"
    await house.box.until(lambda: house.rows(lagging) == [])
    house.box.faults.hang(*CALLBACK, seconds=60)
    tapping = asyncio.create_task(bo.click(cards[0], "Sit"))
    await house.box.until(lambda: house.rows(lagging) == [(cards[0].id,)])
    since = house.mark
    await house.kill()
    assert "One person is here." in messages.plain_text(cards[0])
    await house.start()
    await house.shows(cards[0], "2 people are here.")
    await house.settle()
    assert house.spent(since) == [EDIT]
    tapping.cancel()
    await house.kill()
    await house.start()
    await house.settle()
    assert house.spent(since) == [EDIT]
