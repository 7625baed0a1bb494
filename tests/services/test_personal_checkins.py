"""Personal check-ins on a real file: consent, sending, answers, fewer or none without taps, pauses."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.checkins.personal.cadence import Cadence, CheckinState, state_at
from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from tests.services.personal_checkins import send_next, tap
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, DAILY, HERE, begin
from tests.storage.scratch import query


async def test_agreeing_saves_consent_times_and_next_due_moment_together(services: Services) -> None:
    cadence = await begin(services)
    assert await services.consents.in_force(ANN, HERE) == {Purpose.CHECKINS}
    assert cadence.times == DAILY
    assert (cadence.sent, cadence.unanswered, cadence.prompt_message_id) == (1, 1, 9001)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    assert moment.date() > services.clock.now().date()  # the one at once is today's


async def test_recording_the_same_check_in_again_changes_nothing(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    second = await send_next(services, clock, cadence)
    assert second is not None
    moment = await services.checkins.next_at(cadence.cadence_id)
    for sent in (second.sent, second.sent - 1):
        clock.move(hours=1)
        await services.checkins.outbox.note_sent(cadence.cadence_id, 1, sent)
    assert await services.checkins.get(cadence.cadence_id, ANN) == second
    assert await services.checkins.next_at(cadence.cadence_id) == moment


async def test_without_a_tap_check_ins_come_half_as_often_after_two_and_stop_after_four(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    days = [clock.now().date()]
    current: Cadence | None = cadence
    while current is not None and len(days) < 10:
        current = await send_next(services, clock, cadence)
        if current is not None:
            days.append(clock.now().date())
    assert len(days) == 4
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert gaps[0] == 1
    assert gaps[2] == 2  # daily, half as often
    resting = await services.checkins.get(cadence.cadence_id, ANN)
    assert state_at(resting, clock.now()) is CheckinState.RESTING


async def test_only_a_pause_holds_back_a_check_in_that_is_being_sent(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    clock.move_to(moment + timedelta(seconds=30))
    await tap(services, cadence)
    await services.checkins.halve_per_week(cadence.cadence_id, ANN)
    await services.checkins.resume(ANN)
    due = Due(DueKind.CHECKIN, cadence.cadence_id, moment)
    assert await services.checkins.outbox.prepare(due) is not None
    await services.checkins.pause(ANN, 2)
    assert await services.checkins.outbox.prepare(due) is None
    await services.checkins.resume(ANN)
    assert await services.checkins.outbox.prepare(due) is None
    assert (await services.checkins.next_at(cadence.cadence_id) or moment) > moment


async def test_a_check_in_that_was_sent_meanwhile_is_not_prepared_again(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    clock.move_to(moment)
    await services.checkins.outbox.note_sent(cadence.cadence_id, 9002, 2)  # as a tap showed
    assert await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, moment)) is None


async def test_another_member_can_neither_see_nor_tap_check_ins(services: Services) -> None:
    cadence = await begin(services)
    for action in (
        services.checkins.get(cadence.cadence_id, BEN),
        services.checkins.note_answered(cadence.cadence_id, BEN, 9001),
        services.checkins.halve_per_week(cadence.cadence_id, BEN),
    ):
        with pytest.raises(RefusalError) as caught:
            await action
        assert caught.value.key == "refusals.checkins_of_another"
    assert await services.checkins.get(cadence.cadence_id, ANN) == cadence


async def test_a_late_check_in_is_skipped_and_not_counted(services: Services, clock: ManualClock) -> None:
    cadence = await begin(services)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    clock.move_to(moment + timedelta(minutes=10, seconds=1))
    assert await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, moment)) is None
    assert await services.checkins.get(cadence.cadence_id, ANN) == cadence
    following = await services.checkins.next_at(cadence.cadence_id)
    assert following is not None
    assert following > clock.now()


async def test_a_check_in_that_is_ten_minutes_late_is_still_sent(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    clock.move_to(moment + timedelta(minutes=10))
    checkin = await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, moment))
    assert checkin is not None
    assert checkin.cadence == cadence


async def test_less_often_halves_down_to_once_a_week(services: Services) -> None:
    cadence = await begin(services)
    found = [await services.checkins.halve_per_week(cadence.cadence_id, ANN) for _ in range(2)]
    assert [each.cadence.per_week for each in found] == [3, 1]
    with pytest.raises(RefusalError) as caught:
        await services.checkins.halve_per_week(cadence.cadence_id, ANN)
    assert caught.value.key == "refusals.once_a_week"


async def test_consent_to_an_older_text_sends_nothing(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadence = await begin(services)
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    monkeypatch.setitem(VERSIONS, Purpose.CHECKINS, VERSIONS[Purpose.CHECKINS] + 1)
    clock.move_to(moment)
    assert await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, moment)) is None
    assert await services.checkins.next_at(cadence.cadence_id) is None


async def test_turning_off_check_ins_deletes_everything_that_depends_on_the_consent(
    services: Services, path: Path
) -> None:
    cadence = await begin(services)
    await services.consents.turn_off(ANN, HERE, Purpose.CHECKINS)
    for table in ("cadence", "due", "consent"):
        assert query(path, f"SELECT * FROM {table}") == []  # noqa: S608 - our own names
    with pytest.raises(RefusalError):
        await tap(services, cadence)
    await services.checkins.outbox.note_sent(cadence.cadence_id, 1, 99)
    await services.checkins.outbox.note_unreachable(cadence.cadence_id)
    assert query(path, "SELECT * FROM cadence") == []


async def test_agreeing_again_later_gets_another_cadence_id(services: Services) -> None:
    """An old message's buttons name it, and must not reach the newer check-ins."""
    first = await begin(services)
    await services.consents.turn_off(ANN, HERE, Purpose.CHECKINS)
    assert (await begin(services)).cadence_id != first.cadence_id


async def test_changing_times_keeps_the_cadence_id_and_ends_a_rest(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services)
    while await send_next(services, clock, cadence):
        pass
    begun = await services.checkins.begin(
        ANN, HERE, 500, replace(DAILY, zone="Asia/Tokyo"), VERSIONS[Purpose.CHECKINS], sound=True
    )
    again = begun.cadence
    assert (again.cadence_id, again.unanswered, again.sound) == (cadence.cadence_id, 0, True)
    assert again.zone == "Asia/Tokyo"
    moment = await services.checkins.next_at(cadence.cadence_id)
    assert moment is not None
    assert moment > clock.now()


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": 0},
        {"weekdays": 128},
        {"per_week": 0},
        {"per_week": 8},
        {"start_minute": -1, "place": "refusals.hours"},
        {"start_minute": 660, "place": "refusals.hours"},
        {"end_minute": 480 + 1441, "place": "refusals.hours"},
        {"start_minute": 1440, "end_minute": 1500, "place": "refusals.hours"},
        {"quiet_start_minute": 60, "place": "refusals.quiet_hours"},
        {"quiet_start_minute": 60, "quiet_end_minute": 60, "place": "refusals.quiet_hours_all"},
        {"quiet_start_minute": 480, "quiet_end_minute": 660, "place": "refusals.quiet_hours_all"},
        {"quiet_start_minute": 1320, "quiet_end_minute": 700, "place": "refusals.quiet_hours_all"},
        {"begins_on": date(2027, 11, 24), "place": "refusals.begins_on"},
        {"zone": "Mars/Olympus"},
    ],
)
async def test_impossible_times_save_nothing(wrong: dict[str, Any], services: Services, path: Path) -> None:
    times = replace(DAILY, **{name: value for name, value in wrong.items() if name != "place"})
    with pytest.raises(RefusalError) as caught:
        await services.checkins.begin(ANN, HERE, 5, times, VERSIONS[Purpose.CHECKINS], sound=False)
    assert caught.value.key == wrong.get("place", "refusals.times")
    assert query(path, "SELECT * FROM consent") == []


async def test_agreeing_to_a_text_that_changed_meanwhile_saves_nothing(
    services: Services, path: Path
) -> None:
    with pytest.raises(RefusalError) as caught:
        await services.checkins.begin(ANN, HERE, 5, DAILY, 0, sound=False)
    assert caught.value.key == "refusals.consent_changed"
    assert query(path, "SELECT * FROM consent") == []


async def test_no_week_of_a_year_has_more_check_ins_than_were_chosen(
    services: Services, clock: ManualClock
) -> None:
    cadence = await begin(services, replace(DAILY, per_week=3))
    sent = [clock.now()]
    while clock.now() < sent[0] + timedelta(days=120):
        await tap(services, cadence)
        assert await send_next(services, clock, cadence)
        sent.append(clock.now())
    weeks = [moment.isocalendar()[:2] for moment in sent]
    assert max(weeks.count(week) for week in weeks) == 3
