"""Private threads are made once and no unused one is left, even after refusals and lost answers."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.state import messages
from sandbox.state.permissions import Permission
from tests.process.bot_process import BotProcess
from tests.process.native_events import permit
from tests.process.test_checkins import leave
from tests.process.test_threads import ADD, MAKE, allowing, give_consent, in_a_thread_of

__all__ = ["allowing"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

_ACTIVE = ("GET", "/guilds/{guild_id}/threads/active")


async def test_six_taps_make_one_thread_and_one_first_check_in(allowing: BotProcess) -> None:
    process, since = allowing, allowing.mark
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    process.box.faults.hang(*MAKE, seconds=0.5)
    replies = await asyncio.gather(*(guest.click(panel, "Use a private thread") for _ in range(6)))
    assert {reply.error for reply in replies} == {None}
    await process.shows(panel, "Check-ins are on")
    await process.settle()
    assert process.count(MAKE, since) == process.count(ADD, since) == 1
    (thread,) = in_a_thread_of(process, guest)
    (first,) = thread.messages.values()
    assert "Quiet today" in str(first.components)
    assert process.rows("SELECT sent, thread_id FROM cadence") == [(1, thread.id)]
    await leave(guest)


async def test_threads_made_in_a_loop_are_three(allowing: BotProcess) -> None:
    process, since = allowing, allowing.mark
    (guest, friend) = process.welcome(2)
    said = []
    for _ in range(5):
        await asyncio.sleep(1)  # faster, most of what the member taps would be dropped
        panel = await give_consent(guest)
        await (await guest.click(panel, "Use a private thread")).settled()
        said.append(messages.plain_text(panel))
        for thread in in_a_thread_of(process, guest):  # with a third member, it is not used again
            assert thread.thread is not None
            thread.thread.members.add(friend.id)
        await leave(guest)
        await process.wait(seconds=1)
    assert process.count(MAKE, since) == 3
    assert sum("Check-ins are on" in text for text in said) == 3
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    await leave(guest)


@pytest.mark.parametrize("may_delete", [True, False])
async def test_a_member_who_cannot_be_added_leaves_no_open_thread_behind(
    allowing: BotProcess, *, may_delete: bool
) -> None:
    process = allowing
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    before = role.permissions
    bit = int(Permission.MANAGE_THREADS)
    await permit(process, before | bit if may_delete else before & ~bit)
    known = {each.id for each in process.guild.channels.values()}
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    process.box.faults.fail(*ADD, status=403, code=50001)
    answer = await (await guest.click(panel, "Use a private thread")).settled()
    assert "I can't make a private thread here right now" in answer.text
    left = [each for each in process.guild.channels.values() if each.id not in known]
    assert all(each.thread and each.thread.archived for each in left)
    assert len(left) == (0 if may_delete else 1)
    assert process.rows("SELECT * FROM cadence") == process.rows("SELECT * FROM outbox") == []
    await permit(process, before)


async def test_a_member_who_could_not_be_added_at_once_is_added_by_a_repeat(allowing: BotProcess) -> None:
    process = allowing
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    process.box.faults.fail(*ADD, status=503)
    process.box.faults.lose_answer(*ADD)
    await (await guest.click(panel, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(panel)
    (thread,) = in_a_thread_of(process, guest)
    assert len(thread.messages) == 1
    await leave(guest)


async def test_a_thread_whose_answer_was_lost_is_found_and_used(allowing: BotProcess) -> None:
    process, since = allowing, allowing.mark
    (other, guest) = process.welcome(2)
    for person in (other, guest):  # another member's thread of the same name is not taken for it
        panel = await give_consent(person)
        if person is guest:
            process.box.faults.lose_answer(*MAKE)
        await (await person.click(panel, "Use a private thread")).settled()
        assert "Check-ins are on" in messages.plain_text(panel)
    assert process.count(MAKE, since) == 2
    (thread,) = in_a_thread_of(process, guest)
    (others,) = in_a_thread_of(process, other)
    assert thread is not others
    assert thread.thread is not None
    assert len(thread.thread.members) == 2
    await leave(guest)
    await leave(other)


@pytest.mark.parametrize("stage", [MAKE, ADD])
async def test_a_thread_that_a_crash_left_is_used_by_the_next_tap(
    allowing: BotProcess, stage: tuple[str, str]
) -> None:
    process, since = allowing, allowing.mark
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    process.box.faults.lose_answer(*stage)
    hung = _ACTIVE if stage is MAKE else ADD
    process.box.faults.hang(*hung, seconds=60)
    guest.begin_click(panel, "Use a private thread")
    await process.box.until(lambda: process.box.faults.is_hanging(*hung))
    await process.kill()
    assert process.rows("SELECT * FROM cadence") == []
    await process.wait(minutes=6)
    await process.start()
    again = await give_consent(guest)
    await (await guest.click(again, "Use a private thread")).settled()
    assert "Check-ins are on" in messages.plain_text(again)
    assert process.count(MAKE, since) == 1
    (thread,) = in_a_thread_of(process, guest)
    assert len(thread.messages) == 1
    await leave(guest)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (400, 160006, "This server has as many active threads as Discord allows"),
        (400, 50024, "I can't make a private thread here right now"),
        (403, 50013, "I can't make a private thread here right now"),
    ],
)
async def test_a_thread_that_discord_refuses_is_not_reported_as_our_error(
    allowing: BotProcess, status: int, code: int, said: str
) -> None:
    process, logged = allowing, len(allowing.log)
    (guest,) = process.welcome(1)
    panel = await give_consent(guest)
    process.box.faults.fail(*MAKE, status=status, code=code)
    answer = await (await guest.click(panel, "Use a private thread")).settled()
    assert said in answer.text
    assert not any(" ERROR " in line for line in process.log[logged:])
    assert process.rows("SELECT * FROM outbox") == []
