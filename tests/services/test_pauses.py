"""Pauses, with an end or without one, and closed direct messages."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.checkins.personal.cadence import CheckinState, next_at, state_at
from bot.errors import RefusalError
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.quiet_times import UNTIL_RESUMED
from bot.services import Services
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, THERE, begin
from tests.storage.scratch import query


@pytest.mark.parametrize("days", [1, 7, 365])
async def test_nothing_comes_before_a_pause_ends(days: int, services: Services, clock: ManualClock) -> None:
    here, there = await begin(services), await begin(services, guild_id=THERE)
    until = await services.checkins.pause(ANN, days)
    assert until == clock.now() + timedelta(days=days)
    for cadence in (here, there):
        moment = await services.checkins.next_at(cadence.cadence_id)
        assert moment is not None
        assert moment > until


async def test_a_pause_without_end_lasts_until_resumed(services: Services, clock: ManualClock) -> None:
    cadence = await begin(services)
    assert await services.checkins.pause(ANN, None) == UNTIL_RESUMED
    assert await services.checkins.next_at(cadence.cadence_id) is None
    away = await services.checkins.get(cadence.cadence_id, ANN)
    assert state_at(away, clock.now() + timedelta(days=4000)) is CheckinState.AWAY
    assert await services.checkins.resume(ANN) == [away]
    resumed = await services.checkins.get(cadence.cadence_id, ANN)
    assert state_at(resumed, clock.now()) is CheckinState.ON
    assert await services.checkins.next_at(cadence.cadence_id) == next_at(resumed, clock.now())


async def test_a_check_in_that_was_due_when_the_pause_began_is_not_sent(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    clock.move_to(moment)
    await services.checkins.pause(ANN, 7)
    assert await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, moment)) is None


async def test_a_pause_without_check_ins_saves_nothing(services: Services, path: Path) -> None:
    assert await services.checkins.pause(ANN, 7) is None
    assert await services.checkins.resume(ANN) == []
    assert query(path, "SELECT * FROM cadence") == []


@pytest.mark.parametrize("days", [0, -1, 366])
async def test_a_pause_of_an_impossible_length_is_refused(days: int, services: Services) -> None:
    with pytest.raises(RefusalError) as caught:
        await services.checkins.pause(ANN, days)
    assert caught.value.key == "refusals.pause_days"


async def test_closed_direct_messages_stop_check_ins_until_the_member_resumes(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    await services.checkins.outbox.note_unreachable(cadence.cadence_id)
    assert await services.checkins.next_at(cadence.cadence_id) is None
    closed = await services.checkins.get(cadence.cadence_id, ANN)
    assert state_at(closed, clock.now()) is CheckinState.CLOSED
    await services.checkins.resume(ANN)
    assert await services.checkins.next_at(cadence.cadence_id) is not None
