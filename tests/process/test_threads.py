"""Check-ins in a private thread, for a member whose direct messages are closed."""

from __future__ import annotations

import pytest
import pytest_asyncio

from sandbox import ClientRefusal
from sandbox.client.actor import Actor
from sandbox.state import messages, payloads
from sandbox.state.models import Channel, ChannelType, Message
from sandbox.state.permissions import Permission
from tests.process.bot_process import DELETE, POST, BotProcess
from tests.process.native_events import simulation

pytestmark = pytest.mark.asyncio(loop_scope="module")

MAKE = ("POST", "/channels/{channel_id}/threads")
ADD = ("PUT", "/channels/{channel_id}/thread-members/{user_id}")


def in_a_thread_of(process: BotProcess, person: Actor) -> list[Channel]:
    """Return the threads that a person is in."""
    found = [each for each in process.guild.channels.values() if each.thread]
    return [each for each in found if each.thread and person.id in each.thread.members]


def newest_thread(process: BotProcess, person: Actor) -> Channel:
    """Return the newest thread that a person is in."""
    return max(in_a_thread_of(process, person), key=lambda each: each.id)


def shown_in(thread: Channel) -> list[Message]:
    return [each for each in thread.messages.values() if each.ephemeral_to is None]


async def room_panel(process: BotProcess, button: str) -> str:
    """Let the moderator tap a button in the room's panel, and return the updated text."""
    mika = process.person("Mika")
    if not process.rows("SELECT 1 FROM room"):
        await process.add_room()
    panel = (await mika.run("quiet setup", channel="quiet-corner")).messages[-1]
    await mika.choose(panel, "Change a room", ["1"])
    await mika.click(panel, button)
    return messages.plain_text(panel)


def _is_offered(process: BotProcess) -> bool:
    return process.rows("SELECT 1 FROM room WHERE allows_checkin_threads = 1") != []


@pytest_asyncio.fixture(loop_scope="module")
async def allowing(shared_process: BotProcess) -> BotProcess:
    """Return the process; its first room offers private threads, and direct messages can be opened."""
    await shared_process.wait(minutes=1)  # a few are opened in a minute, whichever stories came before
    if not _is_offered(shared_process):
        said = await room_panel(shared_process, "Offer private threads")
        assert "Private threads: on." in said
    return shared_process


async def give_consent(person: Actor) -> Message:
    """Agree to check-ins with closed direct messages, and return the panel."""
    person.close_dms()
    options = {"days": "daily", "per_week": 7, "zone": "Europe/Berlin"}
    panel = (await person.run("checkins", channel="general", options=options)).messages[-1]
    await (await person.click(panel, "Yes, begin")).settled()
    return panel


async def with_a_thread(process: BotProcess) -> tuple[Actor, Channel]:
    """Return a guest with check-ins in a thread, and the thread."""
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    assert "moderators who can manage threads" in messages.plain_text(panel)
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    return guest, newest_thread(process, guest)


async def leave_all(person: Actor) -> None:
    asked = await person.run("my-data delete", channel="general")
    await person.click(asked.messages[-1], "In every server")


async def test_no_thread_is_offered_where_no_moderator_allowed_it(shared_process: BotProcess) -> None:
    process, noor = shared_process, shared_process.person("Noor")
    if _is_offered(process):
        assert "I don't offer new private threads" in await room_panel(process, "Stop offering threads")
    mark = process.mark
    panel = await give_consent(noor)
    again = await (await noor.click(panel, "Yes, begin")).settled()
    assert "I couldn't send you a direct message, so check-ins are off" in again.text
    for shown in (panel, *again.messages):
        with pytest.raises(ClientRefusal):
            await noor.click(shown, "Use a private thread")
    assert process.rows("SELECT * FROM cadence") == process.rows("SELECT * FROM consent") == []
    assert process.count(MAKE, mark) == 0


async def test_one_tap_moves_checkins_to_a_thread_when_direct_messages_are_closed(
    allowing: BotProcess,
) -> None:
    process, since = allowing, allowing.mark
    noor = process.person("Noor")
    panel = await give_consent(noor)
    assert "so check-ins are off, and nothing is saved for them." in messages.plain_text(panel)
    assert process.rows("SELECT * FROM cadence") == process.rows("SELECT * FROM consent") == []
    await (await noor.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    assert "You agreed to check-ins" in messages.plain_text(panel)
    assert [one for one in process.spent(since) if one in {MAKE, ADD}] == [MAKE, ADD]
    thread = newest_thread(process, noor)
    (first,) = shown_in(thread)
    assert first.silent
    assert noor.sees(thread) == [first]
    with pytest.raises(ClientRefusal, match="sees no channel"):
        process.person("Ada").sees(thread)
    since = process.mark
    await process.wait_for_next()
    assert process.spent(since) == [DELETE, POST]
    (second,) = shown_in(thread)
    assert (await noor.click(second, "Here")).kind == "update"
    await leave_all(noor)


async def test_the_next_checkin_opens_an_archived_thread_again(allowing: BotProcess) -> None:
    process = allowing
    guest, thread = await with_a_thread(process)
    (first,) = shown_in(thread)
    assert thread.thread is not None
    thread.thread.archived = True  # as Discord does after some quiet days
    await process.wait_for_next()
    assert not thread.thread.archived
    assert first.deleted
    assert len(shown_in(thread)) == 1  # the one in view went, the next came
    await leave_all(guest)


async def test_checkins_stop_quietly_when_their_thread_is_deleted_and_another_can_be_made(
    allowing: BotProcess,
) -> None:
    process = allowing
    guest, thread = await with_a_thread(process)
    del process.guild.channels[thread.id]
    del process.box.world.guild_of[thread.id]
    await process.wait(days=2)
    assert process.rows("SELECT dms_closed FROM cadence") == [(1,)]
    me = await guest.run("me", channel="general")
    assert "Discord couldn't deliver the last one" in me.text
    panel = (await guest.click(me.messages[-1], "Check-ins")).messages[-1]
    await guest.click(panel, "Use a private thread")
    await guest.click(panel, "Not now")
    assert messages.plain_text(panel) == "All right. Nothing was changed."  # the consent is still saved
    panel = (await guest.click(me.messages[-1], "Check-ins")).messages[-1]
    await guest.click(panel, "Use a private thread")
    assert "You, people you invite" in messages.plain_text(panel)
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "From now on" in messages.plain_text(panel)
    await process.wait_for_next()
    assert len(shown_in(newest_thread(process, guest))) == 1
    await leave_all(guest)


async def test_a_member_can_return_to_direct_messages_and_never_sees_two_checkins(
    allowing: BotProcess,
) -> None:
    process = allowing
    guest, thread = await with_a_thread(process)
    assert len(shown_in(thread)) == 1
    guest.open_dms()
    panel = (await guest.run("checkins", channel="general")).messages[-1]
    await (await guest.click(panel, "Use direct messages")).settled()
    assert "From now on, check-ins come by direct message." in messages.plain_text(panel)
    assert shown_in(thread) == []
    await process.wait_for_next()
    assert shown_in(thread) == []
    assert len(guest.dm()) == 1
    await leave_all(guest)


async def test_without_the_permission_the_member_sees_why_and_no_thread_is_made(
    allowing: BotProcess,
) -> None:
    process = allowing
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert "Create Private Threads** and **Send Messages in Threads" in check.text
    await _grant(process, is_granted=False)
    await room_panel(process, "Stop offering threads")
    said = await room_panel(process, "Offer private threads")
    assert "It starts once I have these permissions there: Create Private Threads" in said
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert "I offer no new private threads; existing ones go on." in check.text
    assert "The channel's own permissions don't allow it" not in check.text
    since = process.mark
    panel = await give_consent(process.person("Noor"))
    assert "thread" not in messages.plain_text(panel)
    assert process.count(MAKE, since) == 0
    await _grant(process, is_granted=True)


async def _grant(process: BotProcess, *, is_granted: bool) -> None:
    """Let every role make private threads, or none, and send the bot the event."""
    bit = int(Permission.CREATE_PRIVATE_THREADS)
    for role in process.guild.roles.values():
        role.permissions = role.permissions | bit if is_granted else role.permissions & ~bit
        data = {"guild_id": str(process.guild.id), "role": payloads.role(role)}
        simulation(process).dispatch("GUILD_ROLE_UPDATE", data, process.guild.id)
    await process.settle()


async def test_members_and_moderators_read_that_a_server_has_too_many_threads(
    allowing: BotProcess,
) -> None:
    process = allowing
    simulation(process).max_active_threads = 0
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    refused = await (await guest.click(panel, "Use a private thread")).settled()
    assert "as many active threads as Discord allows" in refused.text
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert "this server has too many active threads" in check.text
    assert process.rows("SELECT * FROM cadence") == []
    simulation(process).max_active_threads = 1000
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert "too many active threads" not in check.text
    await leave_all(guest)


async def test_no_thread_is_offered_in_an_announcement_channel_and_the_check_says_so(
    allowing: BotProcess,
) -> None:
    process = allowing
    library = process.person("Mika").channel("library")
    await _turn_into(process, library, ChannelType.ANNOUNCEMENT)
    (guest,) = process.welcome(1)
    since = process.mark
    assert "thread" not in messages.plain_text(await give_consent(guest))
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert "Discord has no private threads in announcement channels" in check.text
    assert process.count(MAKE, since) == 0
    await _turn_into(process, library, ChannelType.TEXT)


async def _turn_into(process: BotProcess, channel: Channel, kind: ChannelType) -> None:
    """Change the type of a channel, as a moderator of a community server can."""
    channel.type = kind
    data = payloads.channel(simulation(process), channel)
    simulation(process).dispatch("CHANNEL_UPDATE", data, process.guild.id)
    await process.settle()
