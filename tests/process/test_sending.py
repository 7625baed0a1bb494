"""Messages are sent once, end on time, and are reported if they fail, whatever Discord answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.state import messages, payloads
from sandbox.state.models import Message
from sandbox.state.permissions import Permission
from tests.process.bot_process import EDIT, POST, BotProcess
from tests.process.native_events import confirmed, simulation
from tests.process.test_checkins import leave, next_monday

pytestmark = pytest.mark.asyncio(loop_scope="module")

_MANY = 10_000


def _in_view(found: list[Message]) -> list[Message]:
    """Return the check-ins that still have buttons."""
    return [each for each in found if each.ephemeral_to is None and "Quiet today" in str(each.components)]


def _errors(process: BotProcess, since: int) -> list[str]:
    return [line for line in process.log[since:] if " ERROR " in line]


@pytest.mark.parametrize("minutes", [0, 1, 6, 90])
async def test_a_first_check_in_whose_answer_was_lost_in_a_crash_stays_the_only_one(
    shared_process: BotProcess, minutes: int
) -> None:
    process = shared_process
    await process.wait_until(next_monday(process))
    (guest,) = process.welcome(1)
    options = {"zone": "Europe/Berlin", "days": "daily", "window": "evening", "per_week": 2}
    panel = (await guest.run("checkins", channel="general", options=options)).messages[-1]
    process.box.faults.lose_answer(*POST)
    process.box.faults.reset(*POST)  # the repeat, a second later, if the bot is not dead by then
    guest.begin_click(panel, "Yes, begin")
    await process.box.until(lambda: _in_view(guest.dm()))
    await process.kill()
    process.box.faults.cancel_planned()
    assert len(_in_view(guest.dm())) == 1
    assert process.rows("SELECT sent FROM cadence") == [(0,)]
    await process.wait(minutes=minutes)
    await process.start()
    standing = (await guest.run("checkins", channel="general")).messages[-1]
    await guest.click(standing, "Change times")
    await (await guest.click(standing, "Save")).settled()
    assert "I've sent the first one to your direct messages." in messages.plain_text(standing)
    (first,) = _in_view(guest.dm())
    assert process.rows("SELECT sent, prompt_message_id FROM cadence") == [(1, first.id)]
    assert process.rows("SELECT * FROM outbox") == []
    await process.wait_for_next()
    assert len(_in_view(guest.dm())) == 1
    await leave(guest)


@pytest.mark.parametrize(
    ("status", "code", "reason", "tries"),
    [
        (400, 50035, "Discord didn't accept its last card", 1),
        (400, 200000, "Discord didn't accept its last card", 1),
        (429, None, "I couldn't reach Discord to post its last card", 21),
        (408, None, "I couldn't reach Discord to post its last card", 21),
    ],
)
async def test_a_card_that_cannot_be_sent_ends_on_time_and_is_named(
    shared_process: BotProcess, status: int, code: int | None, reason: str, tries: int
) -> None:
    process = shared_process
    room, logged, since = await process.new_room(), len(process.log), process.mark
    process.box.faults.fail(*POST, status=status, code=code, times=_MANY)
    process.box.faults.fail(*EDIT, status=status, code=code, times=_MANY)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    await process.wait(minutes=9)
    assert len(process.rows("SELECT * FROM session")) == 1
    await process.wait(minutes=1, seconds=5)
    assert process.rows("SELECT * FROM session") == []  # it ended when it said
    assert process.rows("SELECT * FROM outbox") == []
    await process.wait(hours=3)
    assert process.count(POST, since) == tries
    assert _errors(process, logged) == []
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert f"**{room}** isn't working: {reason}" in check.text
    process.box.faults.cancel_planned()
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    await process.card(room)
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert room not in check.text
    await process.wait(minutes=11)


async def test_a_card_that_is_refused_at_the_bottom_of_its_channel_stays_where_it_is(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room = await process.new_room()
    (card,), since = process.posted(room), process.mark
    process.box.faults.fail(*POST, status=400, code=50035)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=10)
    await process.wait(seconds=20)
    assert process.posted(room) == [card]
    assert "One of 8 seats is taken." in messages.plain_text(card)
    assert process.spent(since) == [POST, EDIT]
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert room not in check.text
    await process.wait(minutes=11)
    assert "Open a session" in messages.plain_text(card)


async def test_a_card_that_may_have_been_posted_is_not_posted_again_where_history_cannot_be_read(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    room, since = await process.new_room(), process.mark
    await _let_read_history(process, is_allowed=False)
    process.box.faults.lose_answer(*POST)
    await process.person("Ada").run("sit", channel="general", room=room, minutes=25)
    await process.box.until(lambda: len(process.posted(room)) == 2)  # the card before is still there
    await process.kill()
    await process.wait(minutes=7)
    await process.start()
    await process.settle()
    assert process.count(POST, since) == 1
    assert len(process.posted(room)) == 2
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert f"**{room}** isn't working: I need Read Message History in" in check.text
    await _let_read_history(process, is_allowed=True)
    check = await process.person("Mika").run("quiet check", channel="quiet-corner")
    assert room not in check.text
    await process.wait(minutes=20)
    (card,) = process.posted(room)
    assert "Open a session" in messages.plain_text(card)  # it was found
    assert process.count(POST, since) == 1


async def _let_read_history(process: BotProcess, *, is_allowed: bool) -> None:
    bit = int(Permission.READ_MESSAGE_HISTORY)
    for role in process.guild.roles.values():
        role.permissions = role.permissions | bit if is_allowed else role.permissions & ~bit
        data = {"guild_id": str(process.guild.id), "role": payloads.role(role)}
        simulation(process).dispatch("GUILD_ROLE_UPDATE", data, process.guild.id)
    await process.settle()


async def test_a_refused_channel_checkin_is_reported_and_the_next_one_is_sent(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    mika, logged, since = process.person("Mika"), len(process.log), process.mark
    at = process.box.clock.now() + timedelta(minutes=2)
    options = {"channel": "library", "days": "Mon-Sun", "time": f"{at:%H:%M}", "zone": "UTC"}
    await mika.run("quiet checkins add", channel="quiet-corner", options=options)
    process.box.faults.fail(*POST, status=400, code=50035, times=_MANY)
    await process.wait(minutes=20)
    assert process.count(POST, since) == 1
    assert _errors(process, logged) == []
    check = await mika.run("quiet check", channel="quiet-corner")
    assert "Discord didn't accept the last one" in check.text
    process.box.faults.cancel_planned()
    await process.wait(days=1)
    assert len(process.posted()) == 1
    check = await mika.run("quiet check", channel="quiet-corner")
    assert "Discord didn't accept the last one" not in check.text
    (number,) = process.rows("SELECT channel_checkin_id FROM channel_checkin")[0]
    await confirmed(process, "Remove them", "quiet checkins remove", checkin=str(number))
    await process.wait(hours=13)
