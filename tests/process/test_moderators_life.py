"""Moderators' channel, pauses and the operators' switch, with the shipped bot, also when it is killed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.state import messages, payloads
from sandbox.state.models import Message, Overwrite
from sandbox.state.permissions import Permission
from tests.process.bot_process import EDIT, POST, BotProcess
from tests.process.launching import run_to_its_end
from tests.process.native_events import announced, command, events
from tests.process.test_schedules import MONDAY, next_weekday


def told(process: BotProcess) -> list[Message]:
    """Return the messages in the moderators' channel."""
    return process.posted("quiet-corner")


async def choose_channel(process: BotProcess) -> None:
    """Let the moderator choose the channel that is told what stopped working."""
    mika = process.person("Mika")
    setup = await (await mika.run("quiet setup", channel="general")).settled()
    assert setup.message is not None
    panel = await (await mika.click(setup.message, "Moderators' channel")).settled()
    assert panel.message is not None
    chosen = await mika.choose(panel.message, "Choose a channel", [mika.channel("quiet-corner").id])
    assert "I write in" in (await chosen.settled()).text
    await process.settle()


async def set_library(process: BotProcess, *, is_open: bool) -> None:
    """Take from the bot what it needs in the library, or give it back."""
    library, bot = process.person("Mika").channel("library"), process.box.world.app.user.id
    library.overwrites[bot] = Overwrite(bot, 1, deny=0 if is_open else int(Permission.SEND_MESSAGES))
    simulation = process.box.simulation
    simulation.dispatch("CHANNEL_UPDATE", payloads.channel(simulation, library), process.guild.id)
    if process.is_running:
        expected = int(is_open)
        await process.saved(f"SELECT COUNT(*) FROM outage WHERE (changed_at IS NULL) = {expected}", [(1,)])  # noqa: S608 - a number
        await process.settle()


@pytest.fixture
async def watched(process: BotProcess) -> BotProcess:
    """Return a process with a room and a moderators' channel."""
    await process.add_room()
    await choose_channel(process)
    return process


async def test_a_stop_and_a_return_are_told_once_each_though_the_bot_is_killed_in_between(
    watched: BotProcess,
) -> None:
    process = watched
    await set_library(process, is_open=False)
    await process.kill()
    await process.wait(minutes=1)
    await process.start()
    await process.wait(minutes=6)
    (message,) = told(process)
    assert "**Library**" in messages.plain_text(message)
    assert "Send Messages" in messages.plain_text(message)
    assert message.silent
    await process.kill()
    await process.start()
    await process.wait(hours=9)
    assert told(process) == [message]
    await process.kill()
    await set_library(process, is_open=True)  # while nobody listens
    await process.start()
    await process.wait(minutes=6)
    _, again = told(process)
    assert "works again" in messages.plain_text(again)
    await process.wait(hours=9)
    assert len(told(process)) == 2
    assert process.rows("SELECT * FROM outbox") == []


@pytest.mark.parametrize("minutes_away", [0.5, 9])
async def test_a_bot_killed_between_a_message_and_its_note_sends_no_second_one(
    watched: BotProcess, minutes_away: float
) -> None:
    process = watched
    await set_library(process, is_open=False)
    process.box.faults.lose_answer(*POST)
    await process.wait(minutes=5, seconds=1)
    (message,) = told(process)
    await process.kill()
    assert process.rows("SELECT key FROM outbox") != []
    await process.wait(minutes=minutes_away)
    await process.start()
    await process.saved("SELECT COUNT(*) FROM outbox", [(0,)])
    await process.wait(hours=1)
    assert told(process) == [message]
    assert process.rows("SELECT is_told FROM outage") == [(1,)]


@pytest.mark.usefixtures("voice_and_events")
async def test_a_paused_server_stays_silent_through_a_kill_and_everything_comes_again(
    process: BotProcess,
) -> None:
    await announced(process)
    assert len(events(process)) == 1
    opening = next_weekday(process.box.clock.now(), MONDAY, 20)
    until = (opening + timedelta(days=8)).date().isoformat()
    assert "Done: paused until" in await command(process, "quiet pause", until=until)
    await process.settle()
    assert [each for each in events(process) if each.starts_at > process.box.clock.now()] == []
    since = process.mark
    await process.kill()
    await process.wait_until(opening - timedelta(minutes=5))
    await process.start()
    await process.wait_until(opening + timedelta(days=6))
    assert process.spent(since) == [EDIT]  # the card says that the server is paused
    assert process.rows("SELECT * FROM session") == []
    assert "A moderator paused" in (await process.person("Ada").run("sit", channel="general")).text
    await process.wait_until(opening + timedelta(days=9))
    assert process.count(POST, since) == 0
    assert len([each for each in events(process) if each.starts_at > process.box.clock.now()]) == 1
    await process.wait_until(opening + timedelta(days=14, minutes=1))
    assert "Open until" in messages.plain_text(process.posted()[-1])


async def test_an_operator_stops_all_sending_of_a_running_bot_and_starts_it_again(
    process: BotProcess,
) -> None:
    await process.add_room()
    given = {"days": "daily", "time": "20:00", "minutes": 25, "zone": "Europe/Berlin"}
    await command(process, "quiet schedule add", room="Library", **given)
    code, said, _ = await run_to_its_end(process.folder, process.settings, "sending", "stop")
    assert (code, "alongside sending start" in said) == (0, True)
    since = process.mark
    await process.wait(days=2)
    assert process.spent(since) == [EDIT] * 3  # the card says what comes next, now and after each time
    assert process.rows("SELECT * FROM session") == []
    refused = await process.person("Ada").run("sit", channel="general", minutes=5)
    assert "have stopped all messages" in refused.text
    assert (await run_to_its_end(process.folder, process.settings, "sending", "start"))[:2] == (
        0,
        "Sending is on.\n",
    )
    await process.wait(days=1)
    assert process.count(POST, since) == 1
