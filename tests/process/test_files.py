"""Where the bot may not attach files, answers come without them, say why, and offer another way."""

from __future__ import annotations

import json

import pytest
from icalendar import Calendar

from sandbox.client.actor import Actor
from sandbox.client.replies import Reply
from sandbox.state.permissions import Permission
from tests.process.bot_process import BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
async def without_files(shared_process: BotProcess) -> BotProcess:
    """Return the process whose bot may not attach files."""
    process = shared_process
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    role.permissions &= ~int(Permission.ATTACH_FILES)
    for other in process.guild.roles.values():
        if not other.bot_id:
            other.permissions &= ~int(Permission.ATTACH_FILES)
    return process


async def _counts(guest: Actor) -> Reply:
    """Agree to weekly counts; return the receipt."""
    me = await guest.run("me", channel="general")
    asked = await guest.click(me.messages[-1], "Turn on weekly counts")
    return await guest.click(asked.messages[-1], "Yes")


async def test_an_export_is_offered_by_direct_message(without_files: BotProcess) -> None:
    process = without_files
    (guest,) = process.welcome(1)
    await _counts(guest)
    for reply in (
        await guest.run("my-data export", channel="general"),
        await guest.click((await guest.run("my-data show", channel="general")).messages[-1], "Get a file"),
    ):
        assert reply.ephemeral
        assert "I can't attach a file here: I need Attach Files in this channel." in reply.text
        assert "To get the file, use /my-data export in a direct message with me." in reply.text
        assert reply.messages[-1].attachments == []
    direct = await guest.run("my-data export", channel=None)
    (file,) = direct.messages[-1].attachments
    assert len(json.loads(file.data)["tables"]["consent"]) == 1


async def test_a_receipt_comes_as_text(without_files: BotProcess) -> None:
    (guest,) = without_files.welcome(1)
    given = await _counts(guest)
    assert given.message is not None
    receipt = await guest.click(given.message, "Get the receipt as a file")
    assert "I can't attach a file here: I need Attach Files in this channel." in receipt.text
    _, _, rest = receipt.text.partition("```json\n")
    document = json.loads(rest.partition("\n```")[0])
    assert (document["purpose"], document["withdrawn_at"]) == ("weekly_counts", None)


async def test_me_comes_without_its_picture_and_says_so(without_files: BotProcess) -> None:
    process = without_files
    (guest,) = process.welcome(1)
    await _counts(guest)
    room = await process.new_room()
    await guest.run("sit", channel=room, minutes=5)
    me = await guest.run("me", channel="general")
    assert "-# I can't show the picture here: I need Attach Files in this channel." in me.text
    assert "seats 1" in me.text
    assert me.messages[-1].attachments == []
    assert "Stop and delete counts" in str(me.messages[-1].components)


async def test_a_calendar_comes_as_a_file_or_says_what_is_missing(without_files: BotProcess) -> None:
    process = without_files
    (guest,) = process.welcome(1)
    await process.add_room("quiet-corner", "Attic")
    added = await process.person("Mika").run(
        "quiet schedule add", channel="quiet-corner", room="Attic", days="Monday", time="04:15", minutes=5
    )
    assert "opens by itself" in added.text, added.text
    listed = await guest.run("rooms", channel="general")
    refused = await guest.click(listed.messages[-1], "Calendar file")
    assert refused.ephemeral
    assert "I can't attach a file here: I need Attach Files in this channel." in refused.text
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    role.permissions |= int(Permission.ATTACH_FILES)
    given = await guest.click(listed.messages[-1], "Calendar file")
    assert given.ephemeral
    (file,) = given.messages[-1].attachments
    assert Calendar.from_ical(file.data).walk("VEVENT")
    assert guest.user.name.encode() not in file.data
