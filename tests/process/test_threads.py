"""Check-ins in a private thread, for somebody whose direct messages are closed."""

from __future__ import annotations

import pytest

from sandbox import messages, payloads
from sandbox.menus import ClientRefusal
from sandbox.people import Actor
from sandbox.permissions import Permission
from sandbox.state import Channel, Message
from tests.process.house import DELETE, POST, House, agree
from tests.process.test_events import core

pytestmark = pytest.mark.asyncio(loop_scope="module")

MAKE = ("POST", "/channels/{channel_id}/threads")
ADD = ("PUT", "/channels/{channel_id}/thread-members/{user_id}")


async def _allow(house: House, button: str = "Offer private threads") -> str:
    """Let the moderator offer private threads in the room's panel, or none; return what is said."""
    mika = house.person("Mika")
    setup = await mika.run("quiet setup", channel="quiet-corner")
    panel = setup.messages[-1]
    await mika.choose(panel, "Change a room: choose it", ["1"])
    await mika.click(panel, button)
    return messages.plain_text(panel)


def _thread(house: House, person: Actor) -> Channel:
    """Return the newest thread that somebody is in."""
    found = [each for each in house.guild.channels.values() if each.thread]
    inside = [each for each in found if each.thread and person.id in each.thread.members]
    return max(inside, key=lambda each: each.id)


def _in(thread: Channel) -> list[Message]:
    return [each for each in thread.messages.values() if each.ephemeral_to is None]


async def test_nothing_is_offered_until_a_moderator_allows_it(shared_house: House) -> None:
    house = shared_house
    await house.add_room()
    noor = house.person("Noor")
    noor.close_dms()
    refused = await agree(noor)
    assert "so nothing was kept" in refused.text
    assert "thread" not in refused.text
    assert "Private threads: offered to members" in await _allow(house)
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert "Create Private Threads, Send Messages in Threads" in check.text


async def test_one_tap_after_closed_direct_messages_brings_them_to_a_thread(shared_house: House) -> None:
    house = shared_house
    noor = house.person("Noor")
    since = house.mark
    options = {"days": "daily", "per_week": 7, "zone": "Europe/Berlin"}
    panel = (await noor.run("checkins", channel="general", options=options)).messages[-1]
    await (await noor.click(panel, "Yes, begin")).settled()
    assert "moderators who may manage threads" in messages.plain_text(panel)
    assert house.rows("SELECT * FROM cadence") == house.rows("SELECT * FROM consent") == []
    await (await noor.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    assert [one for one in house.spent(since) if one in {MAKE, ADD}] == [MAKE, ADD]
    thread = _thread(house, noor)
    (first,) = _in(thread)
    assert first.silent
    assert noor.sees(thread) == [first]
    with pytest.raises(ClientRefusal, match="sees no channel"):
        house.person("Ada").sees(thread)

    since = house.mark
    await house.wait(days=1, hours=4)
    assert house.spent(since) == [DELETE, POST]
    (second,) = _in(thread)
    assert (await noor.click(second, "Here")).kind == "update"


async def test_an_archived_thread_is_opened_again_by_the_next(shared_house: House) -> None:
    house = shared_house
    noor = house.person("Noor")
    await house.wait(days=1)
    thread = _thread(house, noor)
    assert thread.thread is not None
    before = _in(thread)
    thread.thread.archived = True  # as Discord does after some quiet days
    await house.wait(days=1)
    assert not thread.thread.archived
    assert len(_in(thread)) == len(before)  # the one in view went, the next came
    assert before[-1].deleted


async def test_a_thread_that_is_gone_ends_them_quietly_and_another_can_be_made(shared_house: House) -> None:
    house = shared_house
    noor = house.person("Noor")
    thread = _thread(house, noor)
    del house.guild.channels[thread.id]
    del house.box.world.guild_of[thread.id]
    await house.wait(days=2)
    assert house.rows("SELECT closed FROM cadence") == [(1,)]
    me = await noor.run("me", channel="general")
    assert "Discord could not deliver them, so they wait" in me.text
    panel = (await noor.click(me.messages[-1], "Check-ins")).messages[-1]
    await noor.click(panel, "Use a private thread")
    assert "Seen by you, whoever you invite there" in messages.plain_text(panel)
    await (await noor.click(panel, "Use a private thread")).settled()
    assert "from now on" in messages.plain_text(panel)
    await house.wait(days=1, hours=4)
    assert len(_in(_thread(house, noor))) == 1
    asked = await noor.run("my-data delete", channel="general")
    await noor.click(asked.messages[-1], "In every server")


async def test_what_is_not_granted_is_said_and_nothing_is_made(shared_house: House) -> None:
    house = shared_house
    assert "no private thread is offered" in await _allow(house, "No private threads")
    for role in house.guild.roles.values():
        role.permissions &= ~int(Permission.CREATE_PRIVATE_THREADS)
        data = {"guild_id": str(house.guild.id), "role": payloads.role(role)}
        core(house).dispatch("GUILD_ROLE_UPDATE", data, house.guild.id)
    said = await _allow(house)
    assert "That begins once I hold there: Create Private Threads" in said
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert "check-ins in private threads wait" in check.text
    since = house.mark
    refused = await agree(house.person("Noor"))
    assert "thread" not in refused.text
    assert house.count(MAKE, since) == 0
