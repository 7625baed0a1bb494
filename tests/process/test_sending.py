"""What is sent comes once, ends on time and is named where it cannot be sent, whatever Discord answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.state import messages, payloads
from sandbox.state.models import Message
from sandbox.state.permissions import Permission
from tests.process.house import POST, House
from tests.process.test_checkins import leave, next_monday
from tests.process.test_events import simulation

pytestmark = pytest.mark.asyncio(loop_scope="module")

_MANY = 10_000


def _in_view(found: list[Message]) -> list[Message]:
    """Return the check-ins that still have buttons."""
    return [each for each in found if each.ephemeral_to is None and "Quiet today" in str(each.components)]


def _errors(house: House, since: int) -> list[str]:
    return [line for line in house.log[since:] if " ERROR " in line]


@pytest.mark.parametrize("minutes", [0, 1, 6, 90])
async def test_a_first_check_in_whose_answer_was_lost_in_a_crash_stays_the_only_one(
    shared_house: House, minutes: int
) -> None:
    house = shared_house
    await house.wait_until(next_monday(house))
    (guest,) = house.welcome(1)
    options = {"zone": "Europe/Berlin", "days": "daily", "window": "evening", "per_week": 2}
    panel = (await guest.run("checkins", channel="general", options=options)).messages[-1]
    house.box.faults.lose_answer(*POST)
    house.box.faults.reset(*POST)  # the repeat, a second later, if the bot is not dead by then
    guest.begin_click(panel, "Yes, begin")
    await house.box.until(lambda: _in_view(guest.dm()))
    await house.kill()
    house.box.faults.cancel_planned()
    assert len(_in_view(guest.dm())) == 1
    assert house.rows("SELECT sent FROM cadence") == [(0,)]
    await house.wait(minutes=minutes)
    await house.start()
    standing = (await guest.run("checkins", channel="general")).messages[-1]
    await guest.click(standing, "Other times")
    await (await guest.click(standing, "Save")).settled()
    assert "The first one is in your direct messages now." in messages.plain_text(standing)
    (first,) = _in_view(guest.dm())
    assert house.rows("SELECT sent, prompt_message_id FROM cadence") == [(1, first.id)]
    assert house.rows("SELECT * FROM outbox") == []
    await house.wait_for_next()
    assert len(_in_view(guest.dm())) == 1
    await leave(guest)


@pytest.mark.parametrize(
    ("status", "code", "reason", "most"),
    [
        (400, 50035, "Discord didn't accept its last card", 4),
        (400, 200000, "Discord didn't accept its last card", 4),
        (429, None, "Discord couldn't be reached when I posted its last card", 12),
        (408, None, "Discord couldn't be reached when I posted its last card", 12),
    ],
)
async def test_a_card_that_cannot_be_posted_ends_on_time_and_is_named(
    shared_house: House, status: int, code: int | None, reason: str, most: int
) -> None:
    house = shared_house
    room, logged, since = await house.new_room(), len(house.log), house.mark
    house.box.faults.fail(*POST, status=status, code=code, times=_MANY)
    await house.person("Ada").run("sit", channel="general", room=room, minutes=10)
    await house.wait(minutes=9)
    assert len(house.rows("SELECT * FROM session")) == 1
    await house.wait(minutes=1, seconds=5)
    assert house.rows("SELECT * FROM session") == []  # it ended when it said
    assert house.rows("SELECT * FROM outbox") == []
    await house.wait(hours=3)
    assert 1 <= house.count(POST, since) <= most
    assert _errors(house, logged) == []
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert f"**{room}** isn't working: {reason}" in check.text
    house.box.faults.cancel_planned()
    await house.person("Ada").run("sit", channel="general", room=room, minutes=10)
    await house.card(room)
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert room not in check.text
    await house.wait(minutes=11)


async def test_a_card_that_may_have_been_posted_is_not_posted_again_where_history_cannot_be_read(
    shared_house: House,
) -> None:
    house = shared_house
    room, since = await house.new_room(), house.mark
    await _let_read_history(house, is_allowed=False)
    house.box.faults.lose_answer(*POST)
    await house.person("Ada").run("sit", channel="general", room=room, minutes=25)
    await house.box.until(lambda: house.posted(room))
    await house.kill()
    await house.wait(minutes=7)
    await house.start()
    await house.settle()
    assert house.count(POST, since) == 1
    assert len(house.posted(room)) == 1
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert f"**{room}** isn't working: I can't tell whether its last card was posted" in check.text
    await _let_read_history(house, is_allowed=True)
    check = await house.person("Mika").run("quiet check", channel="quiet-corner")
    assert room not in check.text
    await house.wait(minutes=20)
    (card,) = house.posted(room)
    assert "This session closed" in messages.plain_text(card)  # it was found
    assert house.count(POST, since) == 1


async def _let_read_history(house: House, *, is_allowed: bool) -> None:
    bit = int(Permission.READ_MESSAGE_HISTORY)
    for role in house.guild.roles.values():
        role.permissions = role.permissions | bit if is_allowed else role.permissions & ~bit
        data = {"guild_id": str(house.guild.id), "role": payloads.role(role)}
        simulation(house).dispatch("GUILD_ROLE_UPDATE", data, house.guild.id)
    await house.settle()


async def test_a_channel_checkin_that_is_refused_is_named_and_comes_the_next_time(
    shared_house: House,
) -> None:
    house = shared_house
    mika, logged, since = house.person("Mika"), len(house.log), house.mark
    at = house.box.clock.now() + timedelta(minutes=2)
    options = {"channel": "library", "days": "Mon-Sun", "time": f"{at:%H:%M}", "zone": "UTC"}
    await mika.run("quiet checkins add", channel="quiet-corner", options=options)
    house.box.faults.fail(*POST, status=400, code=50035, times=_MANY)
    await house.wait(minutes=20)
    assert house.count(POST, since) == 1
    assert _errors(house, logged) == []
    check = await mika.run("quiet check", channel="quiet-corner")
    assert "Discord didn't accept the last one" in check.text
    house.box.faults.cancel_planned()
    await house.wait(days=1)
    assert len(house.posted()) == 1
    check = await mika.run("quiet check", channel="quiet-corner")
    assert "Discord didn't accept the last one" not in check.text
    (number,) = house.rows("SELECT channel_checkin_id FROM channel_checkin")[0]
    await mika.run("quiet checkins remove", channel="quiet-corner", options={"checkin": str(number)})
    await house.wait(hours=13)
