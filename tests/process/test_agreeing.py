"""Members who delete everything or pause while a check-in is being sent: every answer they get is true."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.state import messages
from tests.process.bot_process import CALLBACK, OPEN_DM, POST, BotProcess, agree
from tests.process.test_checkins import leave

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWER = ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")


@pytest.mark.parametrize(
    "slow", [CALLBACK, OPEN_DM, POST, ANSWER], ids=["deferring", "opening", "sending", "answering"]
)
async def test_a_deletion_while_check_ins_begin_leaves_nothing_and_no_answer_that_says_they_are_on(
    shared_process: BotProcess, slow: tuple[str, str]
) -> None:
    process = shared_process
    await process.wait(minutes=1)  # a few direct messages are opened in a minute
    (guest,) = process.welcome(1)
    proposal = await guest.run("checkins", channel="general")
    process.box.faults.hang(*slow, seconds=1 if slow == CALLBACK else 60)  # Discord waits for three at most
    panel = proposal.messages[-1]
    agreeing = asyncio.create_task(guest.click(panel, "Yes, begin"))
    await process.box.until(lambda: process.box.faults.is_hanging(*slow))
    asked = await guest.run("my-data delete", channel="general")
    deleted = await guest.click(asked.messages[-1], "In every server")  # it waits for what hangs
    process.box.faults.let_go(*slow)
    assert "Nothing is saved about you for any server any more" in (await deleted.settled()).text
    answer = await (await agreeing).settled()
    reasons = ("These check-ins have ended", "You deleted your data before this")
    await process.box.until(lambda: any(reason in messages.plain_text(panel) for reason in reasons))
    await process.settle()
    answered = [panel, *answer.messages]
    assert not any("Check-ins are on" in messages.plain_text(each) for each in answered)
    assert process.rows("SELECT * FROM consent") == []
    assert process.rows("SELECT * FROM cadence") == process.rows("SELECT * FROM outbox") == []
    came = [each for each in guest.dm() if each.ephemeral_to is None and not each.deleted]
    assert len(came) == (slow == ANSWER)  # it was sent before


async def test_a_pause_is_answered_after_the_check_in_that_is_being_sent(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    (guest,) = process.welcome(1)
    await agree(guest)
    before = [each.id for each in guest.dm()]
    process.box.faults.hang(*POST, seconds=1)
    coming = asyncio.create_task(process.wait_for_next())
    await process.box.until(lambda: process.box.faults.is_hanging(*POST))
    paused = await (await guest.run("pause", channel="general")).settled()
    assert "are paused in every server. I won't send you anything until you use /resume." in paused.text
    came = [each.id for each in guest.dm()]
    assert came != before
    await coming
    await process.wait(days=9)
    assert [each.id for each in guest.dm()] == came
    await leave(guest)
