"""A session from its first tap to its close."""

from __future__ import annotations

import pytest

from sandbox.state import messages
from tests.process.bot_process import DELETE, POST, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBERS = ("Ada", "Bo", "Cleo", "Dev", "Emi")


async def test_a_session_whose_five_members_tap_costs_two_rate_limited_requests(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    mika = process.person("Mika")
    reply = await mika.run("quiet setup", channel="quiet-corner")
    assert reply.ephemeral
    assert "No room yet" in reply.text
    library = process.person("Mika").channel("library")
    reply = await mika.choose(reply.messages[-1], "setup:add_room::v1", [library])
    assert "Library is ready" in reply.text
    await process.settle()  # its card is posted
    roles = {guild.id: set(guild.roles) for guild in process.box.world.guilds.values()}
    since = process.mark

    opened = await process.person("Ada").run("sit", channel="general", minutes=10)
    assert opened.ephemeral
    assert "You have a seat in Library" in opened.text
    card = await process.card()
    assert card.silent
    assert "Settling in" in messages.plain_text(card)
    await process.shows(card, "One of 8 seats is taken.")
    for name in MEMBERS[1:]:
        assert (await process.person(name).click(card, "Sit")).kind == "update"
    await process.shows(card, "5 of 8 seats are taken.")

    await process.wait(minutes=1)
    assert "Quiet until" in messages.plain_text(card)
    await process.person("Bo").click(card, "Nod")
    await process.shows(card, "Someone nodded")
    slipped = await process.person("Cleo").click(card, "Slip out")
    await process.box.until(lambda: slipped.messages)
    assert slipped.text.startswith("You slipped out. Nobody is told.")
    await process.shows(card, "4 of 8 seats are taken.")
    await process.wait(minutes=8)
    assert "Quiet time is over" in messages.plain_text(card)
    await process.wait(minutes=1)
    assert "Open a session" in messages.plain_text(card)

    assert process.spent(since) == [POST, DELETE]  # the new card and the idle one: taps carry the phases
    assert process.posted() == [card]
    assert [one for name in ("general", "quiet-corner", "welcome") for one in process.posted(name)] == []
    assert [process.person(name).dm() for name in MEMBERS] == [[]] * len(MEMBERS)
    assert all(not message.pinged for message in process.posted())
    assert {guild.id: set(guild.roles) for guild in process.box.world.guilds.values()} == roles
    assert all(not guild.events for guild in process.box.world.guilds.values())
    assert process.rows("SELECT * FROM session") == process.rows("SELECT * FROM seat") == []
    for name in MEMBERS:
        await process.leaves_no_trace(process.person(name).id)


async def test_a_server_that_removed_the_bot_gets_no_requests(shared_process: BotProcess) -> None:
    process = shared_process
    room = await process.new_room()
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    await process.card(room)
    since = process.mark
    process.box.faults.remove_bot(process.guild)
    await process.wait(hours=1)
    assert process.changes(since) == []
    assert process.rows("SELECT * FROM session") == process.rows("SELECT * FROM seat") == []
