"""Data about a person can be shown, exported and deleted, and deletion removes it from the files too."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from sandbox.client.actor import Actor
from sandbox.state import messages
from tests.process.bot_process import BotProcess, agree
from tests.process.launching import launch

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLES = (
    "consent",
    "seat",
    "arrival",
    "channel_checkin_answer",
    "cadence",
    "weekly_count",
    "notice_settings",
    "room_notice",
)


async def use_everything(process: BotProcess, person: Actor, room: str, channel: str) -> None:
    """Leave a row of the person in every table about people."""
    for button in ("Show my name", "Turn on weekly counts"):
        me = await person.run("me", channel="general")
        asked = await person.click(me.messages[-1], button)
        given = await person.click(asked.messages[-1], "Yes")
        assert "You agreed to" in given.text
    await agree(person)
    await person.click(person.dm()[0], "Here")
    asks = {"room": room, "asks": 1}
    await process.person("Mika").run("quiet room hello", channel="quiet-corner", options=asks)
    seat = await person.run("sit", channel="general", room=room, minutes=25)
    await person.click(await process.card(channel), "Here")
    for checkin in process.posted("quiet-corner"):
        await person.click(checkin, "Pass")
    asked = await person.click(seat.messages[-1], "Tell me when this room opens")
    await (await person.click(asked.messages[-1], "Turn on")).settled()
    await process.settle()


async def post_channel_checkin(process: BotProcess) -> None:
    """Set up a channel check-in, and let time pass until it comes."""
    at = process.box.clock.now() + timedelta(minutes=2)
    options = {"channel": "quiet-corner", "days": "Mon-Sun", "time": f"{at:%H:%M}", "zone": "UTC"}
    await process.person("Mika").run("quiet checkins add", channel="quiet-corner", options=options)
    await process.wait(minutes=2)


def rows_of(process: BotProcess, person: Actor) -> dict[str, int]:
    """Return how many rows the database has about a person, by table."""
    return {
        table: len(process.rows(f"SELECT 1 FROM {table} WHERE member_id = ?", person.id))  # noqa: S608 - own names
        for table in TABLES
    }


def exported(reply: Any) -> dict[str, Any]:
    """Return the document of an export."""
    (file,) = reply.messages[-1].attachments
    document: dict[str, Any] = json.loads(file.data)
    return document


async def test_an_export_holds_every_row_and_a_deletion_leaves_none(shared_process: BotProcess) -> None:
    process = shared_process
    await process.add_room()
    await post_channel_checkin(process)
    ada, bo = process.person("Ada"), process.person("Bo")
    await use_everything(process, ada, "Library", "library")
    await use_everything(process, bo, "Library", "library")
    assert rows_of(process, ada) == {"consent": 4} | dict.fromkeys(TABLES[1:], 1)
    assert process.traces(ada.id) != []

    document = exported(await ada.run("my-data export", channel="general"))
    assert document["member_id"] == str(ada.id)
    counts = {table: len(rows) for table, rows in document["tables"].items()}
    assert counts == rows_of(process, ada) | {"due": 1, "outbox": 0}  # nothing is being sent just now
    for table in TABLES:
        kept = process.rows(f"SELECT * FROM {table} WHERE member_id = ?", ada.id)  # noqa: S608 - own names
        given = {str(value) for row in document["tables"][table] for value in row.values()}
        assert {str(value) for row in kept for value in row} - {str(ada.id)} <= given, table

    await process.restart()  # else their taps would be too many at once
    asked = await ada.run("my-data delete", channel="general")
    assert "This can't be undone" in asked.text
    done = await ada.click(asked.messages[-1], "In every server")
    assert "Nothing is saved about you for any server any more" in done.text
    assert rows_of(process, ada) == dict.fromkeys(TABLES, 0)
    assert process.traces(ada.id) == []
    assert rows_of(process, bo) == {"consent": 4} | dict.fromkeys(TABLES[1:], 1)
    assert exported(await bo.run("my-data export", channel="general"))["tables"]["due"]
    assert "Nothing is saved about you here" in (await ada.run("my-data show", channel="general")).text
    await process.restart()
    assert process.traces(ada.id) == []
    assert process.traces(bo.id) != []


async def test_stopping_checkins_leaves_no_trace(shared_process: BotProcess) -> None:
    process = shared_process
    cleo = process.person("Cleo")
    await agree(cleo)
    dm = cleo.dm()[0]
    assert process.traces(cleo.id) != []
    changing = await cleo.click(dm, "Change")
    stopped = await cleo.click(changing.messages[-1], "Stop")
    assert "Everything saved for them is deleted" in stopped.text
    for number in (cleo.id, dm.channel_id, dm.id):
        assert process.traces(number) == []
    tapped = await cleo.click(dm, "Here")
    assert "These check-ins have ended" in tapped.text
    assert process.traces(cleo.id) == []
    await process.wait(days=30)
    assert [one for one in cleo.dm() if one.ephemeral_to is None] == [dm]


async def test_turning_a_purpose_off_deletes_what_was_saved_for_it(shared_process: BotProcess) -> None:
    process = shared_process
    await process.add_room("general", "Parlour")
    dev = process.person("Dev")
    await use_everything(process, dev, "Parlour", "general")
    before = rows_of(process, dev)
    assert all(before[table] for table in TABLES if table != "channel_checkin_answer")
    card = await process.card("general")
    await process.person("Emi").click(card, "Sit")
    await process.shows(card, f"2 of 8 seats are taken.\nHere: <@{dev.id}>.")
    me = await dev.run("me", channel="general")
    await dev.click(me.messages[-1], "Hide my name")
    await process.box.until(lambda: f"<@{dev.id}>" not in messages.plain_text(card))
    assert "2 of 8 seats are taken." in messages.plain_text(card)
    await process.restart()  # else their taps would be too many at once
    me = await dev.run("me", channel="general")
    await dev.click(me.messages[-1], "Stop and delete counts")
    assert rows_of(process, dev) == before | {"consent": 2, "weekly_count": 0}


async def test_a_seat_given_up_leaves_no_trace_once_the_session_closed(shared_process: BotProcess) -> None:
    process = shared_process
    await process.add_room("welcome", "Porch")
    ada, bo = process.welcome(2)
    await ada.run("sit", channel="general", room="Porch", minutes=5, hidden=True)
    card = await process.card("welcome")
    await process.shows(card, "There are 8 seats.")
    await bo.click(card, "Sit")
    await bo.click(card, "Slip out")
    assert process.traces(ada.id) != []
    await process.wait(minutes=5)
    for sitter in (ada, bo):
        await process.leaves_no_trace(sitter.id)
    assert str(ada.id) not in str(card.components)


async def test_weeks_have_a_picture_with_a_description_and_both_are_deleted_together(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    await process.add_room(name="Study")
    cleo = process.person("Cleo")
    asked = await cleo.click(
        (await cleo.run("me", channel="general")).messages[-1], "Turn on weekly counts"
    )
    await cleo.click(asked.messages[-1], "Yes")
    await cleo.run("sit", channel="general", room="Study", minutes=5)
    me = (await cleo.run("me", channel="general")).messages[-1]
    (file,) = me.attachments
    assert (file.content_type, file.data[:4]) == ("image/png", b"\x89PNG")
    (gallery,) = [each for each in me.components if each["type"] == 12]
    (shown,) = gallery["items"]
    assert shown["description"] == file.description
    assert re.search(r"\n[A-Z][a-z]{2} \d.*: seats 1$", shown["description"])
    assert shown["media"]["url"].endswith(f"/{file.id}/{file.filename}")
    await cleo.click(me, "Stop and delete counts")
    assert me.attachments == []


async def test_an_operator_erases_a_member_while_the_bot_runs(shared_process: BotProcess) -> None:
    process = shared_process
    await process.add_room("quiet-corner", "Attic")
    (guest,) = process.welcome(1)
    me = await guest.run("me", channel="general")
    asked = await guest.click(me.messages[-1], "Show my name")
    await guest.click(asked.messages[-1], "Yes")
    await guest.run("sit", channel="general", room="Attic", minutes=25)
    await process.settle()
    erasing = await launch(process.folder, process.settings, "erase-user", str(guest.id), "--json")
    told, _ = await erasing.communicate()
    assert json.loads(told)["rows"] == 2
    assert process.traces(guest.id) == []
    await process.wait(minutes=10)
    (shown,) = [one for one in process.posted("quiet-corner") if "Attic" in messages.plain_text(one)]
    assert str(guest.id) not in str(shown.components)
    assert "There are 8 seats." in messages.plain_text(shown)
    await guest.click(shown, "Sit")
    await process.shows(shown, "One of 8 seats is taken.")
