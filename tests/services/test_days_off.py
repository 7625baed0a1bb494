"""Days off on a real file: what is due follows them, and what has begun does not."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.rooms.schedules.model import Schedule
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY
from bot.servers.days_off.checks import MOST_DAYS_OFF
from bot.services import Services
from tests.rooms import due_at
from tests.storage.manual_clock import ManualClock
from tests.storage.members import HERE, THERE
from tests.storage.scratch import query

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
HALF_PAST_SEVEN = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # in Berlin, on the clock's day


@pytest.fixture
async def room(services: Services) -> Room:
    await services.server_settings.set_zone(HERE, "Europe/Berlin")
    return await services.rooms.add(HERE, 71, "Library", 8)


@pytest.fixture
async def schedule(services: Services, room: Room) -> Schedule:
    minute = 19 * 60 + 30
    return await services.schedules.add(HERE, room.room_id, MONDAY_TO_SUNDAY, minute, "Europe/Berlin", 25)


async def opens_at(services: Services, schedule: Schedule) -> datetime | None:
    return await due_at(services, DueKind.OPEN_SESSION, schedule.schedule_id)


async def test_the_next_session_comes_after_days_off_and_again_on_them_once_they_are_removed(
    services: Services, schedule: Schedule
) -> None:
    added = await services.days_off.add(HERE, TODAY, TODAY + 3 * DAY)
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN + 4 * DAY
    (listing,) = await services.sessions.listing(HERE)
    assert listing.next_at == HALF_PAST_SEVEN + 4 * DAY
    assert (await services.days_off.of_guild(HERE)).now == added
    assert await services.days_off.remove(HERE, added.day_off_id) == added
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN


async def test_a_schedule_that_is_added_or_changed_later_knows_the_days_off(
    services: Services, room: Room, schedule: Schedule
) -> None:
    await services.days_off.add(HERE, TODAY, TODAY)
    later = await services.schedules.add(HERE, room.room_id, MONDAY_TO_SUNDAY, 600, "Europe/Berlin", 25)
    assert await opens_at(services, later) == datetime(2026, 11, 24, 9, tzinfo=UTC)
    plan = await services.schedules.skip(HERE, schedule.schedule_id, TODAY + DAY)
    assert services.schedules.upcoming(plan, 1)[0].at == HALF_PAST_SEVEN + 2 * DAY


async def test_a_session_that_is_due_when_other_days_are_added_still_opens(
    services: Services, schedule: Schedule, clock: ManualClock, path: Path
) -> None:
    clock.move_to(HALF_PAST_SEVEN + timedelta(seconds=5))
    await services.days_off.add(HERE, TODAY + DAY, TODAY + DAY)
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, HALF_PAST_SEVEN))
    assert len(query(path, "SELECT session_id FROM session")) == 1
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN + 2 * DAY


async def test_a_session_that_is_due_on_a_day_that_is_just_off_does_not_open(
    services: Services, schedule: Schedule, clock: ManualClock, path: Path
) -> None:
    clock.move_to(HALF_PAST_SEVEN + timedelta(seconds=5))
    await services.days_off.add(HERE, TODAY, TODAY)
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, HALF_PAST_SEVEN))
    assert query(path, "SELECT session_id FROM session") == []
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN + DAY


async def test_a_session_that_is_open_ends_as_it_said(
    services: Services, schedule: Schedule, clock: ManualClock, path: Path
) -> None:
    clock.move_to(HALF_PAST_SEVEN)
    await services.sessions.open_scheduled(Due(DueKind.OPEN_SESSION, schedule.schedule_id, HALF_PAST_SEVEN))
    before = query(path, "SELECT * FROM session")
    await services.days_off.add(HERE, TODAY, TODAY + DAY)
    assert query(path, "SELECT * FROM session") == before
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN + 2 * DAY


async def test_a_channel_check_in_waits_for_the_end_of_days_off(
    services: Services, clock: ManualClock, room: Room
) -> None:
    one = await services.channel_checkins.add(HERE, 71, MONDAY_TO_SUNDAY, 18 * 60, "Europe/Berlin")
    at_six = datetime(2026, 11, 23, 17, tzinfo=UTC)
    added = await services.days_off.add(HERE, TODAY, TODAY + DAY)
    assert (await services.channel_checkins.listed(HERE))[0].next_at == at_six + 2 * DAY
    assert await due_at(services, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id) == at_six + 2 * DAY
    await services.days_off.remove(HERE, added.day_off_id)
    assert await due_at(services, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id) == at_six
    clock.move_to(at_six)
    due = Due(DueKind.CHANNEL_CHECKIN, one.channel_checkin_id, at_six)
    await services.days_off.add(HERE, TODAY, TODAY)
    assert await services.channel_checkins.outbox.prepare(due) is None


async def test_a_channel_check_in_that_is_in_view_stays(
    services: Services, clock: ManualClock, room: Room
) -> None:
    one = await services.channel_checkins.add(HERE, 71, MONDAY_TO_SUNDAY, 18 * 60, "Europe/Berlin")
    clock.move_to(datetime(2026, 11, 23, 17, tzinfo=UTC))
    await services.channel_checkins.outbox.note_sent(one.channel_checkin_id, 9001, 1)
    goes_at = await due_at(services, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id)
    await services.days_off.add(HERE, TODAY, TODAY + 2 * DAY)
    assert await due_at(services, DueKind.CHANNEL_CHECKIN, one.channel_checkin_id) == goes_at
    clock.move_to(goes_at or clock.now())
    await services.channel_checkins.outbox.note_gone(one.channel_checkin_id)
    assert (await services.channel_checkins.listed(HERE))[0].next_at == datetime(
        2026, 11, 26, 17, tzinfo=UTC
    )


async def test_an_event_of_a_session_on_a_day_off_is_cancelled_and_the_next_one_announced(
    services: Services, room: Room, schedule: Schedule
) -> None:
    await services.rooms.set_events(HERE, room.room_id, is_on=True)
    plan = await services.events.plan(schedule.schedule_id)
    assert plan.following is not None
    await services.events.save(plan, HERE, plan.following, 5, None)
    await services.days_off.add(HERE, TODAY, TODAY)
    plan = await services.events.plan(schedule.schedule_id)
    assert [str(each) for each in plan.steps] == ["cancel", "create"]
    assert plan.following is not None
    assert plan.following.at == HALF_PAST_SEVEN + DAY
    assert await due_at(services, DueKind.NATIVE_EVENT, schedule.schedule_id) is not None


async def test_days_off_are_those_of_the_servers_zone_when_they_were_added(
    services: Services, schedule: Schedule
) -> None:
    await services.server_settings.set_zone(HERE, "Asia/Tokyo")
    await services.days_off.add(HERE, TODAY + DAY, TODAY + DAY)
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN + DAY  # 19:30 is the 24th in Tokyo
    await services.server_settings.set_zone(HERE, "Europe/Berlin")
    (only,) = (await services.days_off.of_guild(HERE)).ahead
    assert only.zone == "Asia/Tokyo"


async def test_days_off_of_another_server_change_nothing_here_and_cannot_be_removed_from_here(
    services: Services, schedule: Schedule
) -> None:
    there = await services.days_off.add(THERE, TODAY, TODAY)
    assert await opens_at(services, schedule) == HALF_PAST_SEVEN
    with pytest.raises(RefusalError, match="days_off_gone"):
        await services.days_off.remove(HERE, there.day_off_id)


async def test_days_off_overlap_or_are_too_many_and_past_ones_make_space(
    services: Services, clock: ManualClock, room: Room, path: Path
) -> None:
    for number in range(MOST_DAYS_OFF):
        await services.days_off.add(HERE, TODAY + 2 * number * DAY, TODAY + 2 * number * DAY)
    with pytest.raises(RefusalError, match="days_off_overlap"):
        await services.days_off.add(HERE, TODAY, TODAY + DAY)
    with pytest.raises(RefusalError, match="days_off_full"):
        await services.days_off.add(HERE, TODAY + DAY, TODAY + DAY)
    clock.move(days=1)
    assert len((await services.days_off.of_guild(HERE)).ahead) == MOST_DAYS_OFF - 1
    await services.days_off.add(HERE, TODAY + DAY, TODAY + DAY)
    assert len(query(path, "SELECT day_off_id FROM day_off")) == MOST_DAYS_OFF
