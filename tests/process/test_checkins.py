"""Personal check-ins in a whole process: agreed to, ignored, answered, paused."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.client.actor import Actor
from sandbox.state.models import Message
from tests.process.bot_process import DELETE, OPEN_DM, POST, BotProcess, agree

pytestmark = pytest.mark.asyncio(loop_scope="module")

BERLIN = ZoneInfo("Europe/Berlin")


def next_monday(process: BotProcess) -> datetime:
    """Return noon of the next Monday in Berlin, when the morning's window has passed."""
    local = process.box.clock.now().astimezone(BERLIN)
    local += timedelta(days=(-local.weekday()) % 7 or 7)
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


async def leave(person: Actor) -> None:
    """Turn off check-ins."""
    asked = await person.run("my-data delete", channel="general")
    await person.click(asked.messages[-1], "In every server")


async def test_ignored_checkins_are_eased_and_then_stop_silently(shared_process: BotProcess) -> None:
    process = shared_process
    await process.wait_until(next_monday(process))
    ada = process.person("Ada")
    since = process.mark
    agreed = await agree(ada)
    assert "Check-ins are on" in agreed.text
    seen: list[Message] = list(ada.dm())
    assert len(seen) == 1
    begun = process.box.clock.now()
    for _ in range(60):
        await process.wait(days=1)
        assert len(ada.dm()) == 1
        if ada.dm()[0] not in seen:
            seen += ada.dm()
    assert len(seen) == 4
    assert all(message.silent and not message.pinged for message in seen)
    assert [message.deleted for message in seen] == [True, True, True, False]
    for message in seen[1:]:
        assert 8 <= message.at.astimezone(BERLIN).hour < 11
    # The first week has the one that came at once and one more, then half as many come.
    days = [message.at.astimezone(BERLIN).date() for message in seen]
    assert [(day - days[0]).days // 7 for day in days] == [0, 0, 1, 2]  # it begins on a Monday
    assert seen[3].at - begun < timedelta(days=24)
    assert process.spent(since) == [OPEN_DM, POST, *[DELETE, POST] * 3]
    me = await ada.run("me", channel="general")
    assert "Check-ins are resting." in me.text

    await process.wait_until(next_monday(process))
    since = process.mark
    answered = await ada.click(seen[3], "Quiet today")
    assert answered.kind == "update"
    assert not [one for one in seen[3].components if one["type"] == 1]
    await process.wait(days=7)
    assert process.spent(since) == [POST, DELETE, POST]
    assert len(ada.dm()) == 2  # the answered one stays, and of the new ones the newest
    await leave(ada)


def _cadences(process: BotProcess) -> list[dict[str, object]]:
    names = [name for (name,) in process.rows("SELECT name FROM pragma_table_info('cadence')")]
    return [dict(zip(names, row, strict=True)) for row in process.rows("SELECT * FROM cadence")]


async def test_an_answer_is_acknowledged_and_not_saved(shared_process: BotProcess) -> None:
    process = shared_process
    bo, cleo = process.person("Bo"), process.person("Cleo")
    for person in (bo, cleo):
        await agree(person)
    before = _cadences(process)
    for person, answer in ((bo, "Here"), (cleo, "Pass")):
        reply = await person.click(person.dm()[0], answer)
        assert reply.kind == "update"
        assert "Your answer isn't saved." in reply.text
        assert len(person.dm()) == 1
    for old, new in zip(before, _cadences(process), strict=True):
        changed = {name for name in old if old[name] != new[name]}
        assert "unanswered" in changed
        assert changed <= {"unanswered", "prompt_message_id", "tapped"}  # the latter, until it is shown
    for person in (bo, cleo):
        await leave(person)


async def test_agreeing_with_closed_direct_messages_saves_nothing(shared_process: BotProcess) -> None:
    process = shared_process
    noor = process.person("Noor")
    since = process.mark
    agreed = await agree(noor)
    assert "I couldn't send you a direct message" in agreed.text
    assert process.count(POST, since) == 1
    assert process.rows("SELECT * FROM cadence") == process.rows("SELECT * FROM consent") == []
    assert process.traces(noor.id) == []
    await process.wait(days=14)
    assert process.count(POST, since) == 1
    me = await noor.run("me", channel="general")
    assert "Check-ins are off" in me.text


async def test_direct_messages_that_close_later_are_tried_once_and_never_again(
    shared_process: BotProcess,
) -> None:
    process = shared_process
    await process.wait_until(next_monday(process))
    dev = process.person("Dev")
    await agree(dev, per_week=7)
    dev.close_dms()
    since = process.mark
    await process.wait(days=30)
    assert [one.status for one in process.changes(since) if (one.method, one.route) == POST] == [403]
    me = await dev.run("me", channel="general")
    assert "Discord couldn't deliver the last one" in me.text
    await process.restart()
    await process.wait(days=30)
    assert process.count(POST, since) == 1
    dev.open_dms()
    await dev.run("resume", channel="general")
    await process.wait(days=2)
    assert [one.status for one in process.changes(since) if (one.method, one.route) == POST][1:2] == [200]
    await leave(dev)


async def test_nothing_is_sent_during_a_pause(shared_process: BotProcess) -> None:
    process = shared_process
    await process.wait_until(next_monday(process))
    emi = process.person("Emi")
    await agree(emi, per_week=7)
    await emi.click(emi.dm()[0], "Here")
    since = process.mark
    await emi.run("pause", channel="general", until="2 weeks")
    await process.wait(days=13)
    assert process.spent(since) == []
    await process.wait(days=3)
    assert process.spent(since) == [POST, DELETE, POST]
    await leave(emi)


async def test_a_checkin_is_sent_once_when_discords_answer_is_lost(shared_process: BotProcess) -> None:
    process = shared_process
    await process.wait_until(next_monday(process))
    (guest,) = process.welcome(1)
    await agree(guest, per_week=7)
    since = process.mark
    process.box.faults.lose_answer(*POST)
    await process.wait(hours=23)
    await process.wait(minutes=5)
    assert process.count(POST, since) == 2  # with the same nonce: the same message to Discord
    assert len(guest.dm()) == 1
    assert process.rows("SELECT sent, unanswered, prompt_message_id FROM cadence") == [
        (2, 2, guest.dm()[0].id)
    ]
    await leave(guest)
