"""Check-ins in a private thread, for a member whose direct messages are closed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox import ClientRefusal
from sandbox.client.actor import Actor
from sandbox.state import messages, payloads
from sandbox.state.models import Channel, Message
from sandbox.state.permissions import Permission
from tests.process.house import DELETE, POST, House
from tests.process.test_events import simulation

pytestmark = pytest.mark.asyncio(loop_scope="module")

MAKE = ("POST", "/channels/{channel_id}/threads")
ADD = ("PUT", "/channels/{channel_id}/thread-members/{user_id}")


def in_a_thread_of(house: House, person: Actor) -> list[Channel]:
    """Return the threads that a person is in."""
    found = [each for each in house.guild.channels.values() if each.thread]
    return [each for each in found if each.thread and person.id in each.thread.members]


def _thread(house: House, person: Actor) -> Channel:
    """Return the newest thread that a person is in."""
    return max(in_a_thread_of(house, person), key=lambda each: each.id)


def _in(thread: Channel) -> list[Message]:
    return [each for each in thread.messages.values() if each.ephemeral_to is None]


async def room_panel(house: House, button: str) -> str:
    """Let the moderator tap a button in the room's panel, and return what it says then."""
    mika = house.person("Mika")
    if not house.rows("SELECT 1 FROM room"):
        await house.add_room()
    panel = (await mika.run("quiet setup", channel="quiet-corner")).messages[-1]
    await mika.choose(panel, "Change a room: choose it", ["1"])
    await mika.click(panel, button)
    return messages.plain_text(panel)


@pytest_asyncio.fixture(loop_scope="module")
async def allowing(shared_house: House) -> AsyncIterator[House]:
    """Return the house while its one room offers private threads."""
    assert "Private threads: offered to members" in await room_panel(shared_house, "Offer private threads")
    yield shared_house
    said = await room_panel(shared_house, "No private threads")
    assert "no private thread is offered" in said


async def say_yes(person: Actor) -> Message:
    """Agree to check-ins with closed direct messages, and return the panel."""
    person.close_dms()
    options = {"days": "daily", "per_week": 7, "zone": "Europe/Berlin"}
    panel = (await person.run("checkins", channel="general", options=options)).messages[-1]
    await (await person.click(panel, "Yes, begin")).settled()
    return panel


async def _in_a_thread(house: House) -> tuple[Actor, Channel]:
    """Return a guest with check-ins in a thread, and the thread."""
    (guest,) = house.welcome(1)
    panel = await say_yes(guest)
    assert "moderators who may manage threads" in messages.plain_text(panel)
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    return guest, _thread(house, guest)


async def _leave(person: Actor) -> None:
    asked = await person.run("my-data delete", channel="general")
    await person.click(asked.messages[-1], "In every server")


async def test_no_thread_is_offered_where_no_moderator_allowed_it(shared_house: House) -> None:
    house, noor, mark = shared_house, shared_house.person("Noor"), shared_house.mark
    panel = await say_yes(noor)
    again = await (await noor.click(panel, "Yes, begin")).settled()
    assert again.text.startswith("Discord could not deliver a direct message to you, so nothing was kept.")
    for shown in (panel, *again.messages):
        with pytest.raises(ClientRefusal):
            await noor.click(shown, "Use a private thread")
    assert house.rows("SELECT * FROM cadence") == house.rows("SELECT * FROM consent") == []
    assert house.count(MAKE, mark) == 0


async def test_one_tap_moves_checkins_to_a_thread_when_direct_messages_are_closed(allowing: House) -> None:
    house, since = allowing, allowing.mark
    noor = house.person("Noor")
    panel = await say_yes(noor)
    assert "Direct messages to you are closed, so nothing was kept." in messages.plain_text(panel)
    assert house.rows("SELECT * FROM cadence") == house.rows("SELECT * FROM consent") == []
    await (await noor.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    assert "Kept: your yes to check-ins" in messages.plain_text(panel)
    assert [one for one in house.spent(since) if one in {MAKE, ADD}] == [MAKE, ADD]
    thread = _thread(house, noor)
    (first,) = _in(thread)
    assert first.silent
    assert noor.sees(thread) == [first]
    with pytest.raises(ClientRefusal, match="sees no channel"):
        house.person("Ada").sees(thread)
    since = house.mark
    await house.wait_for_next()
    assert house.spent(since) == [DELETE, POST]
    (second,) = _in(thread)
    assert (await noor.click(second, "Here")).kind == "update"
    await _leave(noor)


async def test_the_next_checkin_opens_an_archived_thread_again(allowing: House) -> None:
    house = allowing
    guest, thread = await _in_a_thread(house)
    (first,) = _in(thread)
    assert thread.thread is not None
    thread.thread.archived = True  # as Discord does after some quiet days
    await house.wait_for_next()
    assert not thread.thread.archived
    assert first.deleted
    assert len(_in(thread)) == 1  # the one in view went, the next came
    await _leave(guest)


async def test_checkins_stop_quietly_when_their_thread_is_deleted_and_another_can_be_made(
    allowing: House,
) -> None:
    house = allowing
    guest, thread = await _in_a_thread(house)
    del house.guild.channels[thread.id]
    del house.box.world.guild_of[thread.id]
    await house.wait(days=2)
    assert house.rows("SELECT dms_closed FROM cadence") == [(1,)]
    me = await guest.run("me", channel="general")
    assert "Discord could not deliver them, so they wait" in me.text
    panel = (await guest.click(me.messages[-1], "Check-ins")).messages[-1]
    await guest.click(panel, "Use a private thread")
    await guest.click(panel, "Not now")
    assert messages.plain_text(panel) == "All right. Nothing was changed."  # what was kept still is
    panel = (await guest.click(me.messages[-1], "Check-ins")).messages[-1]
    await guest.click(panel, "Use a private thread")
    assert "Seen by you, whoever you invite there" in messages.plain_text(panel)
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "from now on" in messages.plain_text(panel)
    await house.wait_for_next()
    assert len(_in(_thread(house, guest))) == 1
    await _leave(guest)


async def test_a_member_can_return_to_direct_messages_and_never_sees_two_checkins(allowing: House) -> None:
    house = allowing
    guest, thread = await _in_a_thread(house)
    assert len(_in(thread)) == 1
    guest.open_dms()
    panel = (await guest.run("checkins", channel="general")).messages[-1]
    await (await guest.click(panel, "Use direct messages")).settled()
    assert "Check-ins come by direct message from now on." in messages.plain_text(panel)
    assert _in(thread) == []
    await house.wait_for_next()
    assert _in(thread) == []
    assert len(guest.dm()) == 1
    await _leave(guest)


async def test_without_the_permission_the_member_is_told_and_no_thread_is_made(allowing: House) -> None:
    house = allowing
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert "Create Private Threads, Send Messages in Threads" in check.text
    await _grant(house, is_granted=False)
    await room_panel(house, "No private threads")
    said = await room_panel(house, "Offer private threads")
    assert "That begins once I hold there: Create Private Threads" in said
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert "no further private thread is offered; those that members have go on." in check.text
    assert "The channel's own permissions take it away" not in check.text
    since = house.mark
    panel = await say_yes(house.person("Noor"))
    assert "thread" not in messages.plain_text(panel)
    assert house.count(MAKE, since) == 0
    await _grant(house, is_granted=True)


async def _grant(house: House, *, is_granted: bool) -> None:
    """Let every role make private threads, or none, and let the bot hear of it."""
    bit = int(Permission.CREATE_PRIVATE_THREADS)
    for role in house.guild.roles.values():
        role.permissions = role.permissions | bit if is_granted else role.permissions & ~bit
        data = {"guild_id": str(house.guild.id), "role": payloads.role(role)}
        simulation(house).dispatch("GUILD_ROLE_UPDATE", data, house.guild.id)
    await house.settle()
