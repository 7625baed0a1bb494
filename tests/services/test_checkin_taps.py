"""Taps on personal check-ins: the cadence comes back, and the answer is not saved."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.checkins.personal.cadence import CheckinState, state_at
from bot.privacy.consent.model import Purpose
from bot.services import Services
from tests.services.personal_checkins import send_next, tap
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, HERE, agree, begin
from tests.storage.scratch import query


async def test_a_tap_on_the_last_check_in_brings_the_chosen_cadence_back(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    for _ in range(3):
        assert await send_next(services, clock, cadence)
    assert await send_next(services, clock, cadence) is None
    clock.move(days=40)
    await tap(services, cadence)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    assert clock.now() < moment < clock.now() + timedelta(days=2)


async def test_the_answer_that_was_tapped_is_not_saved(services: Services, path: Path) -> None:
    cadence = await begin(services)
    before = query(path, "SELECT * FROM cadence")
    await tap(services, cadence)
    after = await services.checkins.get(cadence.cadence_id, ANN)
    assert after == replace(cadence, unanswered=0, prompt_message_id=None)
    assert len(before) == 1
    assert query(path, "SELECT * FROM weekly_count") == []


async def test_a_tap_is_counted_once_and_only_for_members_who_save_weekly_counts(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    await tap(services, cadence)
    assert await services.weekly_counts.all_weeks(ANN, HERE) == []
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    assert await send_next(services, clock, cadence)
    message_id = (await services.checkins.get(cadence.cadence_id, ANN)).prompt_message_id or 0
    for _ in range(2):  # its answer was not shown
        await services.checkins.note_answered(cadence.cadence_id, ANN, message_id)
    assert await tap(services, cadence) == message_id
    await services.checkins.note_answered(cadence.cadence_id, ANN, message_id)
    assert [(each.week, each.checkins) for each in await services.weekly_counts.all_weeks(ANN, HERE)] == [
        (202648, 1)
    ]


async def test_a_tap_on_an_old_check_in_brings_the_cadence_back_and_leaves_the_newest_in_view(
    services: Services, clock: ManualClock
) -> None:
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    cadence = await begin(services)
    while await send_next(services, clock, cadence):
        pass
    newest = await services.checkins.get(cadence.cadence_id, ANN)
    assert state_at(newest, clock.now()) is CheckinState.RESTING
    await services.checkins.note_answered(cadence.cadence_id, ANN, cadence.prompt_message_id or 0)
    after = await services.checkins.get(cadence.cadence_id, ANN)
    assert after == replace(newest, unanswered=0)
    assert await services.checkins.next_at(cadence.cadence_id) is not None
    assert await services.weekly_counts.all_weeks(ANN, HERE) == []
