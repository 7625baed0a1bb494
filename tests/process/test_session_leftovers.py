"""Nothing of a session outlives its end, whatever Discord answers to its last requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sandbox.state import messages
from sandbox.state.models import EventStatus
from tests.process.bot_process import EDIT, POST, BotProcess
from tests.process.native_events import EDIT as EDIT_EVENT
from tests.process.native_events import announced, command, events, upcoming

LEFTOVERS = (
    "SELECT 'seat' FROM seat UNION ALL SELECT 'session' FROM session "
    "UNION ALL SELECT 'arrival' FROM arrival UNION ALL SELECT key FROM outbox "
    "UNION ALL SELECT kind FROM due WHERE kind IN ('close_session', 'leave_time')"
)


def _fails(status: int, code: int = 0) -> Callable[[BotProcess], None]:
    return lambda process: process.box.faults.fail(*EDIT, status=status, code=code or None, times=500)


def _loses_answers(process: BotProcess) -> None:
    process.box.faults.lose_answer(*EDIT, times=500)


def _deletes_channel(process: BotProcess) -> None:
    mika = process.person("Mika")
    mika.moderate(process.guild).delete_channel(mika.channel("library"))


def _times_out(process: BotProcess) -> None:
    until = process.box.clock.now() + timedelta(days=1)
    process.person("Mika").moderate(process.guild).time_out(process.box.world.app.user.id, until)


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(_fails(403, 50013), id="forbidden"),
        pytest.param(_fails(400, 50035), id="invalid"),
        pytest.param(_fails(429), id="limited"),
        pytest.param(_fails(503), id="down"),
        pytest.param(_loses_answers, id="lost"),
        pytest.param(_deletes_channel, id="deleted"),
        pytest.param(_times_out, id="timeout"),
    ],
)
async def test_ten_minutes_after_its_end_nothing_is_saved(
    process: BotProcess, happens: Callable[[BotProcess], None]
) -> None:
    await process.add_room()
    await process.person("Ada").run("sit", channel="general", minutes=5)
    await process.card()
    happens(process)
    await process.wait(minutes=4)
    await process.person("Bo").run("sit", channel="general", minutes=5)
    await process.wait(minutes=14)
    assert process.rows(LEFTOVERS) == []
    assert not any(" ERROR " in line for line in process.log)


async def test_a_card_whose_answer_was_lost_leaves_no_record_of_its_sending(process: BotProcess) -> None:
    await process.add_room()
    process.box.faults.lose_answer(*POST, times=500)
    await process.person("Ada").run("sit", channel="general", minutes=5)
    await process.wait(minutes=20)
    process.box.faults.cancel_planned()
    assert process.rows(LEFTOVERS) == []
    (card,) = process.posted()
    assert "Open a session" in messages.plain_text(card)


@pytest.mark.usefixtures("voice_and_events")
async def test_an_event_that_discord_does_not_let_end_is_ended_within_the_hour(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    await process.start()
    await announced(process)
    await command(process, "quiet room voice", room="Library", silent=1)
    event = upcoming(process)
    await process.wait_until(event.starts_at + timedelta(minutes=20))
    assert event.status is EventStatus.ACTIVE
    process.box.faults.fail(*EDIT_EVENT, status=429, times=3)
    await process.wait_until(event.starts_at + timedelta(minutes=40))
    assert _status(event) is EventStatus.COMPLETED
    assert upcoming(process).starts_at > event.starts_at
    assert process.rows(LEFTOVERS) == []


@pytest.mark.usefixtures("voice_and_events")
async def test_an_event_that_discord_never_lets_end_does_not_keep_the_next_one_away(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    await process.start()
    await announced(process)
    await command(process, "quiet room voice", room="Library", silent=1)
    event = upcoming(process)
    await process.wait_until(event.starts_at + timedelta(minutes=20))
    process.box.faults.fail(*EDIT_EVENT, status=429, times=1000)
    await process.wait(days=2)
    assert [each.starts_at for each in events(process)] == [
        event.starts_at,  # nobody came, so Discord does not end it either
        event.starts_at + timedelta(days=7),
    ]


def _status(event: object) -> EventStatus:
    found: EventStatus = event.status  # type: ignore[attr-defined] # mypy narrows the attribute to ACTIVE
    return found
