"""Private threads are made once and none is left over, whatever is tapped, refused or lost."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.state import messages
from sandbox.state.permissions import Permission
from tests.process.house import House
from tests.process.test_checkins import leave
from tests.process.test_events import permit
from tests.process.test_threads import ADD, MAKE, allowing, in_a_thread_of, say_yes

__all__ = ["allowing"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

_ACTIVE = ("GET", "/guilds/{guild_id}/threads/active")


async def test_six_taps_make_one_thread_and_one_first_check_in(allowing: House) -> None:
    house, since = allowing, allowing.mark
    (guest,) = house.welcome(1)
    panel = await say_yes(guest)
    house.box.faults.hang(*MAKE, seconds=0.5)
    replies = await asyncio.gather(*(guest.click(panel, "Use a private thread") for _ in range(6)))
    for reply in replies:
        assert (await reply.settled()).error is None
    await house.settle()
    assert house.count(MAKE, since) == house.count(ADD, since) == 1
    (thread,) = in_a_thread_of(house, guest)
    (first,) = thread.messages.values()
    assert "Quiet today" in str(first.components)
    assert house.rows("SELECT sent, thread_id FROM cadence") == [(1, thread.id)]
    await leave(guest)


@pytest.mark.parametrize("may_delete", [True, False])
async def test_a_member_who_cannot_be_added_leaves_no_open_thread_behind(
    allowing: House, *, may_delete: bool
) -> None:
    house = allowing
    role = next(role for role in house.guild.roles.values() if role.bot_id)
    before = role.permissions
    bit = int(Permission.MANAGE_THREADS)
    await permit(house, before | bit if may_delete else before & ~bit)
    known = {each.id for each in house.guild.channels.values()}
    (guest,) = house.welcome(1)
    panel = await say_yes(guest)
    house.box.faults.fail(*ADD, status=403, code=50001)
    answer = await (await guest.click(panel, "Use a private thread")).settled()
    assert "No private thread can be made at the moment" in answer.text
    left = [each for each in house.guild.channels.values() if each.id not in known]
    assert all(each.thread and each.thread.archived for each in left)
    assert len(left) == (0 if may_delete else 1)
    assert house.rows("SELECT * FROM cadence") == house.rows("SELECT * FROM outbox") == []
    await permit(house, before)


async def test_a_member_who_could_not_be_added_at_once_is_added_by_a_repeat(allowing: House) -> None:
    house = allowing
    (guest,) = house.welcome(1)
    panel = await say_yes(guest)
    house.box.faults.fail(*ADD, status=503)
    house.box.faults.lose_answer(*ADD)
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    (thread,) = in_a_thread_of(house, guest)
    assert len(thread.messages) == 1
    await leave(guest)


async def test_a_thread_whose_answer_was_lost_is_found_and_used(allowing: House) -> None:
    house, since = allowing, allowing.mark
    (other, guest) = house.welcome(2)
    for person in (other, guest):  # another member's thread of the same name is not taken for it
        panel = await say_yes(person)
        if person is guest:
            house.box.faults.lose_answer(*MAKE)
        await (await person.click(panel, "Use a private thread")).settled()
        assert "Check-ins are on" in messages.plain_text(panel)
    assert house.count(MAKE, since) == 2
    (thread,) = in_a_thread_of(house, guest)
    (others,) = in_a_thread_of(house, other)
    assert thread is not others
    assert thread.thread is not None
    assert len(thread.thread.members) == 2
    await leave(guest)
    await leave(other)


@pytest.mark.parametrize("stage", [MAKE, ADD])
async def test_a_thread_that_a_crash_left_is_used_by_the_next_tap(
    allowing: House, stage: tuple[str, str]
) -> None:
    house, since = allowing, allowing.mark
    (guest,) = house.welcome(1)
    panel = await say_yes(guest)
    house.box.faults.lose_answer(*stage)
    hung = _ACTIVE if stage is MAKE else ADD
    house.box.faults.hang(*hung, seconds=60)
    guest.begin_click(panel, "Use a private thread")
    await house.box.until(lambda: house.box.faults.is_hanging(*hung))
    await house.kill()
    assert house.rows("SELECT * FROM cadence") == []
    await house.wait(minutes=6)
    await house.start()
    again = await say_yes(guest)
    await (await guest.click(again, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(again)
    assert house.count(MAKE, since) == 1
    (thread,) = in_a_thread_of(house, guest)
    assert len(thread.messages) == 1
    await leave(guest)


@pytest.mark.parametrize(("status", "code"), [(400, 160006), (400, 50024), (403, 50013)])
async def test_a_thread_that_discord_refuses_is_not_reported_as_our_error(
    allowing: House, status: int, code: int
) -> None:
    house, logged = allowing, len(allowing.log)
    (guest,) = house.welcome(1)
    panel = await say_yes(guest)
    house.box.faults.fail(*MAKE, status=status, code=code)
    answer = await (await guest.click(panel, "Use a private thread")).settled()
    assert "No private thread can be made at the moment" in answer.text
    assert not any(" ERROR " in line for line in house.log[logged:])
    assert house.rows("SELECT * FROM outbox") == []
