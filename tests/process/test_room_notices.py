"""Room notices in a whole process: sent once, also after kill -9, and deleted with the session."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sandbox.client.actor import Actor
from sandbox.state import messages
from sandbox.state.models import Message
from tests.process.bot_process import OPEN_DM, POST, BotProcess

SIT = "Sit"


async def prepare(process: BotProcess) -> None:
    """Add a room that opens every day in an hour from now, for fifty minutes."""
    await process.add_room()
    at = (process.box.clock.now() + timedelta(hours=1)).strftime("%H:%M")
    options = {"room": "Library", "days": "daily", "time": at, "minutes": 50, "zone": "UTC"}
    added = await process.person("Mika").run("quiet schedule add", channel="general", options=options)
    assert "Done" in added.text, added.text


async def turn_on(person: Actor) -> None:
    """Choose the library in /rooms, and agree."""
    rooms = await person.run("rooms", channel="general")
    asked = await person.click(rooms.messages[-1], "Tell me when a room opens")
    panel = asked.messages[-1]
    await person.choose(panel, "Choose rooms", ["1"])
    await (await person.click(panel, "Turn on")).settled()
    assert "Room notices are on for: Library." in messages.plain_text(panel)


def in_view(person: Actor) -> list[Message]:
    """Return the notices in a person's direct messages."""
    return [each for each in person.dm() if each.ephemeral_to is None and not each.deleted]


async def kill_once_sent(process: BotProcess, person: Actor) -> None:
    """Let the session open, and kill the process when the notice is sent but Discord's answer is lost."""
    opening = asyncio.create_task(process.wait(minutes=1))
    await process.box.until(lambda: in_view(person))
    await process.kill()
    opening.cancel()
    process.box.faults.cancel_planned()


async def test_a_notice_whose_answer_was_lost_in_a_kill_stays_the_only_one_and_is_deleted(
    process: BotProcess,
) -> None:
    await prepare(process)
    ada = process.person("Ada")
    await turn_on(ada)
    await process.wait(minutes=59)
    process.box.faults.lose_answer(*POST, times=4)  # of the card and the notice, twice each
    await kill_once_sent(process, ada)
    assert process.rows("SELECT message_id FROM room_notice") == [(None,)]
    await process.start()
    await process.wait(minutes=1)
    (notice,) = in_view(ada)
    await process.saved("SELECT message_id FROM room_notice", [(notice.id,)])
    assert process.rows("SELECT unanswered FROM notice_settings") == [(1,)]
    await process.wait(minutes=50)
    assert in_view(ada) == []
    assert process.rows("SELECT session_id, message_id FROM room_notice") == [(None, None)]


async def test_a_notice_found_after_its_session_closed_is_deleted(process: BotProcess) -> None:
    await prepare(process)
    ada = process.person("Ada")
    await turn_on(ada)
    await process.wait(minutes=59)
    process.box.faults.lose_answer(*POST)
    await kill_once_sent(process, ada)
    await process.wait(hours=2)
    assert len(in_view(ada)) == 1
    await process.start()
    await process.box.until(lambda: not in_view(ada))
    await process.saved("SELECT * FROM outbox", [])


async def test_nothing_is_saved_before_consent_and_nothing_is_left_after_it(process: BotProcess) -> None:
    await prepare(process)
    (guest,) = process.welcome(1)
    rooms = await guest.run("rooms", channel="general")
    asked = await guest.click(rooms.messages[-1], "Tell me when a room opens")
    await guest.choose(asked.messages[-1], "Choose rooms", ["1"])
    await guest.click(asked.messages[-1], "Not now")
    await process.settle()
    assert process.traces(guest.id) == []
    since = process.mark
    await turn_on(guest)
    assert process.traces(guest.id) != []
    await process.wait(hours=1)
    (notice,) = in_view(guest)
    assert notice.silent
    assert not notice.pinged
    me = await guest.run("me", channel="general")
    await guest.click(me.messages[-1], "Turn off room notices")
    await process.box.until(lambda: not in_view(guest))
    await process.leaves_no_trace(guest.id)
    assert "room_notice" not in process.due()
    deleted = [each for each in process.changes(since) if each.path.endswith(f"/{notice.id}")]
    assert (process.count(OPEN_DM, since), [each.method for each in deleted]) == (1, ["DELETE"])


async def test_sitting_from_a_notice_reaches_the_card(process: BotProcess) -> None:
    await prepare(process)
    ada = process.person("Ada")
    await turn_on(ada)
    await process.wait(hours=1)
    (notice,) = in_view(ada)
    await ada.click(notice, SIT)
    await process.shows(notice, "You have a seat in Library.")
    await process.saved("SELECT COUNT(*) FROM seat", [(1,)])
    await process.wait(minutes=50)
    assert in_view(ada) == []
