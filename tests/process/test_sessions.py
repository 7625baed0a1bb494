"""A session from its first tap to its close."""

from __future__ import annotations

import pytest

from sandbox.state import messages
from tests.process.house import EDIT, POST, House

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBERS = ("Ada", "Bo", "Cleo", "Dev", "Emi")


async def test_a_session_with_five_members_costs_four_rate_limited_requests(shared_house: House) -> None:
    house = shared_house
    mika = house.person("Mika")
    reply = await mika.run("quiet setup", channel="quiet-corner")
    assert reply.ephemeral
    assert "No room yet" in reply.text
    library = house.person("Mika").channel("library")
    reply = await mika.choose(reply.messages[-1], "setup:add_room::v1", [library])
    assert "Library is ready" in reply.text
    roles = {guild.id: set(guild.roles) for guild in house.box.world.guilds.values()}
    since = house.mark

    opened = await house.person("Ada").run("sit", channel="general", minutes=10)
    assert opened.ephemeral
    assert "You have a seat in Library" in opened.text
    card = await house.card()
    assert card.silent
    assert "Arriving" in messages.plain_text(card)
    await house.shows(card, "One person is here.")
    for name in MEMBERS[1:]:
        assert (await house.person(name).click(card, "Sit")).kind == "update"
    await house.shows(card, "5 people are here.")

    await house.wait(minutes=1)
    assert "Quiet until" in messages.plain_text(card)
    await house.person("Bo").click(card, "Nod")
    await house.shows(card, "A nod went round")
    slipped = await house.person("Cleo").click(card, "Slip out")
    await house.box.until(lambda: slipped.messages)
    assert slipped.text.startswith("You slipped out. Nobody is told.")
    await house.shows(card, "4 people are here.")
    await house.wait(minutes=8)
    assert "Landing" in messages.plain_text(card)
    await house.wait(minutes=1)
    assert "This session closed" in messages.plain_text(card)
    assert not [one for one in card.components[0]["components"] if one["type"] == 1]

    assert house.spent(since) == [POST, EDIT, EDIT, EDIT]
    assert house.posted() == [card]
    assert [one for name in ("general", "quiet-corner", "welcome") for one in house.posted(name)] == []
    assert [house.person(name).dm() for name in MEMBERS] == [[]] * len(MEMBERS)
    assert all(not message.pinged for message in house.posted())
    assert {guild.id: set(guild.roles) for guild in house.box.world.guilds.values()} == roles
    assert all(not guild.events for guild in house.box.world.guilds.values())
    assert house.rows("SELECT * FROM session") == house.rows("SELECT * FROM seat") == []
    for name in MEMBERS:
        assert house.traces(house.person(name).id) == []


async def test_a_server_that_removed_the_bot_is_left_in_peace(shared_house: House) -> None:
    house = shared_house
    room = await house.new_room()
    await house.person("Ada").run("sit", channel="general", room=room, minutes=10)
    await house.card(room)
    since = house.mark
    house.box.faults.remove_bot(house.guild)
    await house.wait(hours=1)
    assert house.changes(since) == []
    assert house.rows("SELECT * FROM session") == house.rows("SELECT * FROM seat") == []
