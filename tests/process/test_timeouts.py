"""The bot in a timeout: moderators and members read why nothing is posted; afterwards all continues."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.state import messages
from tests.process.bot_process import POST, BotProcess
from tests.process.native_events import CREATE, command, events, opens_weekly, upcoming
from tests.process.test_schedules import MONDAY, next_weekday
from tests.process.test_threads import give_consent, in_a_thread_of, room_panel

WELL = "Everything that's set up here works."


async def time_out_bot(process: BotProcess, **length: float) -> int:
    """Let the moderator put the bot in a timeout; return its end in UTC seconds."""
    until = process.box.clock.now() + timedelta(**length)
    bot = process.box.world.app.user.id
    process.person("Mika").moderate(process.guild).time_out(bot, until)
    await process.settle()
    return int(until.timestamp())


async def test_members_and_moderators_read_that_the_bot_is_in_a_timeout(process: BotProcess) -> None:
    await process.add_room()
    since = process.mark
    until = await time_out_bot(process, hours=2)
    reply = await process.person("Ada").run("sit", channel="general", minutes=5)
    assert reply.text.startswith("Library isn't working while I'm timed out in this server.")
    rooms = await process.person("Ada").run("rooms", channel="general")
    assert "**Library** isn't working while I'm timed out" in rooms.text
    refused = await process.person("Mika").run(
        "quiet room add", channel="quiet-corner", options={"channel": "quiet-corner", "name": "Corner"}
    )
    assert f"I'm timed out in this server until <t:{until}:f>, so I can't post." in refused.text
    check = await command(process, "quiet check")
    assert f"I'm timed out in this server until <t:{until}:f>" in check
    assert "Remove Timeout" in check
    assert WELL not in check
    assert "Missing" not in check, "it is the timeout that denies, and no permission"
    assert process.spent(since) == []
    await process.wait(hours=2)
    assert WELL in await command(process, "quiet check")
    assert "You have a seat" in (await process.person("Ada").run("sit", channel="general", minutes=5)).text


async def test_a_session_whose_time_comes_in_a_timeout_is_left_out_and_the_next_one_opens(
    process: BotProcess,
) -> None:
    await process.add_room()
    await opens_weekly(process)
    opens = next_weekday(process.box.clock.now(), MONDAY, 20)
    await process.wait_until(opens - timedelta(hours=1))
    (card,) = process.posted()
    await time_out_bot(process, hours=3)
    await process.wait(hours=2)
    assert process.posted() == [card]
    assert "Open a session" in messages.plain_text(card)
    assert process.rows("SELECT * FROM session") == []
    await process.wait(hours=2)
    assert WELL in await command(process, "quiet check")
    await process.wait_until(opens + timedelta(days=7, minutes=1))
    assert "Open until" in messages.plain_text(await process.card())


@pytest.mark.usefixtures("voice_and_events")
async def test_an_event_is_made_once_a_timeout_is_over(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    await process.start()
    await process.add_room()
    await opens_weekly(process)
    await time_out_bot(process, hours=2)
    text = await command(process, "quiet room events", room="Library", announced=1)
    assert "Create Events" not in text
    assert process.count(CREATE) == 0
    assert "I need Create Events" not in await command(process, "quiet check")
    await process.wait(hours=2, minutes=1)
    assert len(events(process)) == 1
    upcoming(process)


async def test_checkins_in_a_thread_go_on_after_a_timeout(process: BotProcess) -> None:
    await room_panel(process, "Offer private threads")
    noor = process.person("Noor")
    panel = await give_consent(noor)
    await (await noor.click(panel, "Use a private thread")).settled()
    (thread,) = in_a_thread_of(process, noor)
    since = process.mark
    await time_out_bot(process, days=2)
    await process.wait(days=2)
    assert process.count(POST, since) == 0
    assert process.rows("SELECT dms_closed FROM cadence") == [(0,)]
    await process.wait(days=1, hours=2)
    assert process.count(POST, since) == 1
    assert len(thread.messages) == 1
