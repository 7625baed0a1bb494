"""Native events while something fails: a crash, refusals of Discord, an outage."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.state.models import EventStatus
from sandbox.state.permissions import Permission
from tests.process.bot_process import BotProcess
from tests.process.native_events import (
    CREATE,
    EDIT,
    announced,
    command,
    confirmed,
    opens_weekly,
    permit,
    spent,
    status_of,
    upcoming,
    wait_for_problems,
    write,
)

pytestmark = pytest.mark.usefixtures("voice_and_events")


async def test_an_event_made_just_before_the_process_died_is_recorded(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    await process.kill()
    write(process, "DELETE FROM native_event")
    write(process, "UPDATE due SET due_at = 0, occurs_at = 0 WHERE kind = 'native_event'")
    await process.start()
    await wait_for_problems(process, None)
    assert process.rows("SELECT event_id FROM native_event") == [(event.id,)]
    assert spent(process) == [CREATE]


@pytest.mark.parametrize("fault", ["the answer is lost", "Discord is down"])
async def test_a_failed_request_is_retried_and_makes_no_second_event(
    process: BotProcess, fault: str
) -> None:
    await process.add_room()
    await opens_weekly(process)
    if fault == "the answer is lost":
        process.box.faults.lose_answer(*CREATE)
    else:
        process.box.faults.fail(*CREATE, 503)
    await command(process, "quiet room events", room="Library", announced=1)
    await process.wait(minutes=2)
    await wait_for_problems(process, None)
    assert process.rows("SELECT event_id FROM native_event") == [(upcoming(process).id,)]


@pytest.mark.parametrize("status", [408, 429])
async def test_a_passing_failure_does_not_leave_an_occurrence_without_its_event(
    process: BotProcess, status: int
) -> None:
    process.box.faults.fail(*CREATE, status=status)
    await announced(process)
    await process.wait(minutes=2)
    await wait_for_problems(process, None)
    assert process.rows("SELECT event_id FROM native_event") == [(upcoming(process).id,)]
    assert not any(" ERROR " in line for line in process.log)


async def test_an_event_that_never_succeeds_is_tried_more_and_more_rarely(process: BotProcess) -> None:
    process.box.faults.fail(*CREATE, status=429, times=1000)
    await announced(process)
    await process.wait(hours=3)
    assert 5 <= process.count(CREATE) <= 10
    assert not any(" ERROR " in line for line in process.log)


async def test_a_refused_cancel_is_recorded_and_retried(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    process.box.faults.fail(*EDIT, 403, code=50013)
    await confirmed(process, "Remove it", "quiet room remove", room="Library")
    await wait_for_problems(process, "permission")
    text = await command(process, "quiet check")
    assert "**A room that no longer exists**: its event for" in text
    assert "may be out of date, because Discord didn't let me change it." in text
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    await permit(process, role.permissions | Permission.MANAGE_EVENTS)
    await wait_for_problems(process)
    assert status_of(event) is EventStatus.CANCELED


async def test_an_outage_deletes_nothing(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    process.box.faults.outage(process.guild)
    await process.wait_until(event.starts_at + timedelta(hours=1))
    assert spent(process) == [CREATE]
    process.box.faults.end_outage(process.guild)
    await process.box.until(lambda: spent(process) == [CREATE, CREATE])
    await wait_for_problems(process, None)
    assert upcoming(process).starts_at > event.starts_at
