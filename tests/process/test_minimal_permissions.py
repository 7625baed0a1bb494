"""The main stories with exactly the permissions of the invite link, where @everyone has none."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from sandbox.state import messages
from sandbox.state.models import Role
from sandbox.state.permissions import Permission
from tests.process.bot_process import DELETE, POST, BotProcess, agree
from tests.process.launching import ROOT
from tests.process.native_events import EDIT as EDIT_EVENT
from tests.process.native_events import command, opens_weekly, upcoming
from tests.process.test_events import VOICE
from tests.process.test_threads import give_consent, in_a_thread_of, room_panel

INVITE = 68608  # View Channels, Send Messages, Read Message History
_OF_MEMBERS = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY


@pytest.fixture
async def locked(unstarted_process: BotProcess) -> BotProcess:
    """Return the connected process. People have their permissions from a role that the bot has not."""
    process = unstarted_process
    for guild in process.box.world.guilds.values():
        guild.roles[guild.id].permissions = 0
        role = Role(guild.id + 1, "Members", int(_OF_MEMBERS | Permission.USE_APPLICATION_COMMANDS))
        guild.roles[role.id] = role
        for member in guild.members.values():
            if not member.user.bot:
                member.roles.append(role.id)
    _grant(process, INVITE)
    await process.start()
    return process


def _grant(process: BotProcess, bits: int) -> None:
    """Invite the bot again with a link that asks for these permissions."""
    process.person("Mika").moderate(process.guild).set_bot_permissions(bits)


async def _grant_what_the_check_asks_for(process: BotProcess) -> None:
    """Follow the link of `/quiet check`, and assert that it finds no problem then."""
    check = await command(process, "quiet check")
    (bits,) = re.findall(r"[?&]permissions=(\d+)", check)
    _grant(process, int(bits))
    async with asyncio.timeout(40):  # no event of Discord says that the bot has noticed
        while "Everything that's set up here works." not in await command(process, "quiet check"):
            await process.settle()


def test_the_readme_invites_with_these_permissions() -> None:
    assert f"permissions={INVITE}" in (ROOT / "README.md").read_text()


async def test_a_room_is_set_up_and_people_sit_in_it_until_it_closes(locked: BotProcess) -> None:
    process, mika = locked, locked.person("Mika")
    panel = (await mika.run("quiet setup", channel="quiet-corner")).messages[-1]
    chosen = await mika.choose(panel, "setup:add_room::v1", [mika.channel("library")])
    assert "Library is ready" in chosen.text
    check = await command(process, "quiet check")
    assert "Everything that's set up here works." in check
    assert f"permissions={INVITE}" in check
    since = process.mark
    opened = await process.person("Ada").run("sit", channel="general", minutes=10)
    assert "You have a seat in Library" in opened.text
    card = await process.card()
    assert (await process.person("Bo").click(card, "Sit")).kind == "update"
    await process.shows(card, "2 of 8 seats are taken.")
    await process.person("Bo").click(card, "Slip out")
    await process.shows(card, "One of 8 seats is taken.")
    await process.wait(minutes=11)
    assert "Open a session" in messages.plain_text(card)
    assert process.spent(since) == [POST, DELETE]  # the taps carried all edits
    assert process.rows("SELECT * FROM session") == process.rows("SELECT * FROM seat") == []


async def test_a_card_whose_answer_is_lost_in_a_crash_is_there_once(locked: BotProcess) -> None:
    process = locked
    await process.add_room()
    process.box.faults.lose_answer(*POST)
    await process.person("Ada").run("sit", channel="general", minutes=25)
    await process.box.until(lambda: len(process.posted()) == 2)  # the card before is still there
    await process.kill()
    await process.wait(minutes=5)
    await process.start()
    await process.wait(seconds=20)
    card = await process.card()
    assert "Quiet until" in messages.plain_text(card)
    assert process.posted() == [card]


async def test_checkins_come_by_direct_message(locked: BotProcess) -> None:
    process, ada = locked, locked.person("Ada")
    assert "Check-ins are on" in (await agree(ada)).text
    (first,) = ada.dm()
    assert (await ada.click(first, "Here")).kind == "update"
    await process.wait_for_next()
    assert len(ada.dm()) == 2


async def test_a_channel_checkin_comes_is_answered_and_goes(locked: BotProcess) -> None:
    process = locked
    at = process.box.clock.now() + timedelta(minutes=2)
    given = {"channel": "general", "days": "Mon-Sun", "time": f"{at:%H:%M}", "zone": "UTC"}
    await process.person("Mika").run("quiet checkins add", channel="quiet-corner", options=given)
    since = process.mark
    await process.wait(minutes=3)
    (one,) = process.posted("general")
    for name in ("Ada", "Bo", "Cleo"):
        await process.person(name).click(one, "Quiet today")
    await process.shows(one, "3 people said hello.")
    await process.wait(hours=13)
    assert process.posted("general") == []
    assert process.spent(since) == [POST, DELETE]


async def test_private_threads_need_what_the_check_asks_for_and_no_more(locked: BotProcess) -> None:
    process, noor = locked, locked.person("Noor")
    assert "Create Private Threads" in await room_panel(process, "Offer private threads")
    panel = await give_consent(noor)
    assert "thread" not in messages.plain_text(panel)
    await _grant_what_the_check_asks_for(process)
    panel = await give_consent(noor)
    await (await noor.click(panel, "Use a private thread")).settled()
    (thread,) = in_a_thread_of(process, noor)
    (first,) = thread.messages.values()
    assert (await noor.click(first, "Here")).kind == "update"
    await process.wait_for_next()
    assert len(thread.messages) == 2


async def test_voice_and_events_need_what_the_check_asks_for_and_no_more(locked: BotProcess) -> None:
    process = locked
    await process.add_room()
    await opens_weekly(process)
    said = await command(process, "quiet room events", room="Library", announced=1)
    assert "once I have Create Events" in said
    await _grant_what_the_check_asks_for(process)
    assert upcoming(process).location == "#library"
    _grant(process, INVITE | Permission.MANAGE_CHANNELS | Permission.CREATE_EVENTS | Permission.CONNECT)
    await process.settle()
    await command(process, "quiet room voice", room="Library", silent=1)
    await _grant_what_the_check_asks_for(process)
    assert upcoming(process).entity_type == VOICE
    await process.wait_until(upcoming(process).starts_at + timedelta(minutes=26))
    assert process.count(EDIT_EVENT) == 3  # moved to the voice channel, begun, ended
