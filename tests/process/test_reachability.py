"""Check-ins arrive where members were told they would, also after they left and came back."""

from __future__ import annotations

import pytest

from sandbox.client.actor import Actor
from sandbox.state import messages, payloads
from sandbox.state.models import Channel, Overwrite
from sandbox.state.permissions import Permission
from tests.process.bot_process import POST, BotProcess, agree
from tests.process.native_events import simulation
from tests.process.test_checkins import leave
from tests.process.test_threads import (
    ADD,
    allowing,
    give_consent,
    leave_all,
    newest_thread,
    shown_in,
    with_a_thread,
)

__all__ = ["allowing"]  # a fixture

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _is_inside(person: Actor, thread: Channel) -> bool:
    return thread.thread is not None and person.id in thread.thread.members


async def _hide(process: BotProcess, person: Actor, channel: Channel, *, hidden: bool = True) -> None:
    """Hide a channel from a person, or show it again."""
    if hidden:
        channel.overwrites[person.id] = Overwrite(person.id, 1, deny=int(Permission.VIEW_CHANNEL))
    else:
        del channel.overwrites[person.id]
    data = payloads.channel(simulation(process), channel)
    simulation(process).dispatch("CHANNEL_UPDATE", data, process.guild.id)
    await process.settle()


async def _panel(person: Actor) -> str:
    return (await (await person.run("checkins", channel="general")).settled()).text


async def test_panels_say_that_check_ins_come_by_direct_message(shared_process: BotProcess) -> None:
    process = shared_process
    (guest,) = process.welcome(1)
    await agree(guest)
    assert "They come by direct message." in await _panel(guest)
    since = process.mark
    resumed = await guest.run("resume", channel="general")
    assert resumed.text == "Check-ins are back, at the times you chose.\nThey come by direct message."
    assert process.spent(since) == []
    await leave(guest)


@pytest.mark.parametrize("command", ["checkins", "resume", "save"])
async def test_a_member_who_left_the_server_and_came_back_is_in_their_thread_again(
    allowing: BotProcess, command: str
) -> None:
    process = allowing
    guest, thread = await with_a_thread(process)
    guest.membership(process.guild).leave()
    guest.membership(process.guild).join()
    assert not _is_inside(guest, thread)
    since = process.mark
    if command == "save":
        panel = (await guest.run("checkins", channel="general", per_week=3)).messages[-1]
        await (await guest.click(panel, "Save")).settled()
        text = messages.plain_text(panel)
    else:
        text = (await (await guest.run(command, channel="general")).settled()).text
    assert f"They come in <#{thread.id}>." in text
    assert process.spent(since) == [ADD]
    assert guest.sees(thread) == shown_in(thread)
    await leave_all(guest)


async def test_a_member_who_left_the_thread_is_added_again_also_when_it_is_archived(
    allowing: BotProcess,
) -> None:
    process = allowing
    guest, thread = await with_a_thread(process)
    guest.membership(process.guild).leave_thread(thread)
    assert thread.thread is not None
    thread.thread.archived = True
    assert f"They come in <#{thread.id}>." in (await guest.run("resume")).text  # by direct message
    assert _is_inside(guest, thread)
    assert not thread.thread.archived
    await leave_all(guest)


async def test_a_member_who_cannot_see_the_threads_channel_any_more_reads_that_and_gets_none_there(
    allowing: BotProcess,
) -> None:
    process = allowing
    guest, thread = await with_a_thread(process)
    library = process.guild.channels[thread.parent_id or 0]
    await _hide(process, guest, library)
    since = process.mark
    text = await _panel(guest)
    assert "you can't see the channel of your private thread" in text
    assert "They come in" not in text
    resumed = await (await guest.run("resume")).settled()  # in direct messages, where Discord has to say it
    assert "you can't see the channel of your private thread" in resumed.text
    assert "come again" not in resumed.text
    await process.wait(days=9)
    assert process.count(POST, since) == 0
    guest.open_dms()
    panel = (await guest.run("checkins", channel="general")).messages[-1]
    await (await guest.click(panel, "Use direct messages")).settled()
    before = len(guest.dm())  # the answer to /resume
    await process.wait_for_next()
    assert len(guest.dm()) == before + 1
    await _hide(process, guest, library, hidden=False)
    await leave_all(guest)


async def test_a_thread_that_went_with_its_channel_is_named_and_another_one_can_be_made(
    allowing: BotProcess,
) -> None:
    process = allowing
    room = await process.new_room()
    nook = process.person("Mika").channel(room)
    await _offer_threads(process, room)
    await process.wait(minutes=1)
    (guest,) = process.welcome(1)
    await _hide(process, guest, process.person("Mika").channel("library"))
    await (await guest.click(await give_consent(guest), "Use a private thread")).settled()
    thread = newest_thread(process, guest)
    assert thread.parent_id == nook.id
    process.person("Mika").moderate(process.guild).delete_channel(nook)
    await process.settle()
    text = await _panel(guest)
    assert "your private thread is gone" in text
    since = process.mark
    assert "your private thread is gone" in (await guest.run("resume", channel="general")).text
    await process.wait(days=9)
    assert process.count(POST, since) == 0
    await leave_all(guest)


async def _offer_threads(process: BotProcess, room: str) -> None:
    """Let the moderator offer private threads in one room."""
    ((number,),) = process.rows("SELECT room_id FROM room WHERE name = ?", room)
    mika = process.person("Mika")
    panel = (await mika.run("quiet setup", channel="quiet-corner")).messages[-1]
    await mika.choose(panel, "Change a room", [str(number)])
    await mika.click(panel, "Offer private threads")


async def test_a_seat_cannot_be_taken_from_an_old_panel_once_the_channel_is_hidden_or_gone(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    channel = process.person("Mika").channel(room)
    ada = process.person("Ada")
    panel = (await ada.run("sit", channel="general", options={"room": room, "minutes": 25})).messages[-1]
    await process.card(room)
    await (await ada.click(panel, "Slip out")).settled()
    await _hide(process, ada, channel)
    refused = await ada.click(panel, "Sit")
    assert "That session has closed." in refused.text
    assert process.rows("SELECT * FROM seat") == []
    await _hide(process, ada, channel, hidden=False)
    panel = (await ada.run("sit", channel="general", options={"room": room})).messages[-1]
    await (await ada.click(panel, "Slip out")).settled()
    process.person("Mika").moderate(process.guild).delete_channel(channel)
    await process.settle()
    refused = await ada.click(panel, "Sit")
    assert "That session has closed." in refused.text
    assert process.rows("SELECT * FROM seat") == []
