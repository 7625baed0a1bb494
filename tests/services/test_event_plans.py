"""A native event announces what happens: when its session really begins, and how long it lasts."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest

from bot.rooms.events.model import EventPlan, Step
from bot.rooms.model import Room
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.scheduling.recurrence import Occurrence
from bot.services import Services
from tests.due_rooms import pass_time
from tests.rooms import sit
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE

EVERY_DAY = 0b1111111
VOICE = 81
DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)


@pytest.fixture
async def room(services: Services) -> Room:
    room = await services.rooms.add(HERE, 71, "Library", 3)
    return await services.rooms.set_events(HERE, room.room_id, is_on=True)


def after(minutes: float) -> datetime:
    return MONDAY_NOON + timedelta(minutes=minutes)


async def add(services: Services, room: Room, minute: int, minutes: int = 25, rounds: int = 1) -> int:
    schedule = await services.schedules.add(
        HERE, room.room_id, EVERY_DAY, 12 * 60 + minute, "UTC", minutes, rounds=rounds
    )
    return schedule.schedule_id


async def test_schedules_get_their_events_as_soon_as_their_room_has_events(services: Services) -> None:
    room = await services.rooms.add(HERE, 71, "Library", 3)
    schedule_id = await add(services, room, 10)
    due = partial(due_queue.find, kind=DueKind.NATIVE_EVENT, subject_id=schedule_id)
    assert await services.database.read(due) is None
    await services.rooms.set_events(HERE, room.room_id, is_on=True)
    assert await services.database.read(due) == MONDAY_NOON


async def announce(services: Services, schedule_id: int) -> EventPlan:
    """Save the event that the plan asks for, as if Discord had made it; return the plan."""
    plan = await services.events.plan(schedule_id)
    assert plan.following is not None
    await services.events.save(plan, HERE, plan.following, 900 + schedule_id, None)
    return plan


async def test_the_event_of_a_session_with_rounds_ends_with_its_last_round(
    services: Services, room: Room
) -> None:
    plan = await announce(services, await add(services, room, 30, 25, rounds=3))
    assert (plan.following, plan.minutes) == (Occurrence(after(30), TODAY), 85)


async def test_the_event_of_a_schedule_over_an_open_session_begins_when_that_closes(
    services: Services, room: Room, clock: ManualClock
) -> None:
    await sit(services, room, ANN, 50)
    schedule_id = await add(services, room, 10)
    plan = await announce(services, schedule_id)
    assert plan.following == Occurrence(after(50), TODAY)
    await pass_time(services, clock, 20)
    waiting = await services.events.plan(schedule_id)
    assert (waiting.following, waiting.steps) == (Occurrence(after(50), TODAY), (Step.EDIT,))
    await pass_time(services, clock, 30)
    begun = await services.events.plan(schedule_id)
    assert (begun.steps, begun.closes_at) == ((Step.START,), after(75))
    await pass_time(services, clock, 25)
    over = await services.events.plan(schedule_id)
    assert over.steps == (Step.END, Step.CREATE)
    assert over.following == Occurrence(after(10) + DAY, TODAY + DAY)


async def test_an_event_that_would_wait_begins_as_planned_if_the_open_session_is_closed_before(
    services: Services, room: Room, clock: ManualClock
) -> None:
    sat = await sit(services, room, ANN, 50)
    schedule_id = await add(services, room, 30)
    await announce(services, schedule_id)
    await services.ends.close_early(HERE, sat.card.session.session_id, BEN, is_moderator=True)
    await pass_time(services, clock, 0)
    plan = await services.events.plan(schedule_id)
    assert (plan.following, plan.steps) == (Occurrence(after(30), TODAY), (Step.EDIT,))


async def test_an_event_begins_early_with_its_waiting_session(
    services: Services, room: Room, clock: ManualClock
) -> None:
    sat = await sit(services, room, ANN, 50)
    schedule_id = await add(services, room, 10)
    await announce(services, schedule_id)
    await pass_time(services, clock, 20)
    await services.ends.close_early(HERE, sat.card.session.session_id, BEN, is_moderator=True)
    await pass_time(services, clock, 0)
    plan = await services.events.plan(schedule_id)
    assert (plan.steps, plan.closes_at) == ((Step.START,), after(45))


async def test_an_event_ends_with_its_session_though_members_sit_again(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule_id = await add(services, room, 10)
    await announce(services, schedule_id)
    await pass_time(services, clock, 10)
    sat = await sit(services, room, ANN, None)
    assert (await services.events.plan(schedule_id)).steps == (Step.START,)
    await pass_time(services, clock, 20)
    await services.sitting_again.choose(HERE, sat.card.session.session_id, ANN)
    await pass_time(services, clock, 5)
    assert (await services.sessions.listing(HERE))[0].session is not None
    assert (await services.events.plan(schedule_id)).steps == (Step.END, Step.CREATE)


async def test_an_event_that_someone_deleted_is_not_made_again_for_that_session(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule_id = await add(services, room, 10)
    await announce(services, schedule_id)
    await services.events.note_deleted(HERE, 900 + schedule_id)
    assert (await services.events.plan(schedule_id)).steps == ()
    await pass_time(services, clock, 36)
    assert Step.CREATE in (await services.events.plan(schedule_id)).steps  # for tomorrow


async def test_a_session_that_a_member_opened_starts_no_event(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule_id = await add(services, room, 10)
    await announce(services, schedule_id)
    await sit(services, room, ANN, 25)
    await pass_time(services, clock, 5)
    assert (await services.events.plan(schedule_id)).steps == (Step.EDIT,)


async def test_a_session_that_a_member_opened_in_the_minute_of_the_event_starts_no_event_either(
    services: Services, room: Room, clock: ManualClock
) -> None:
    schedule_id = await add(services, room, 10)
    await announce(services, schedule_id)
    clock.move(minutes=10)
    await sit(services, room, ANN, 25)
    assert Step.START not in (await services.events.plan(schedule_id)).steps


async def announce_in_voice(services: Services, room: Room) -> int:
    """Save an event in the room's voice channel, as if Discord had made it; return its schedule."""
    await services.rooms.set_voice(HERE, room.room_id, VOICE, made=False)
    schedule_id = await add(services, room, 10)
    plan = await services.events.plan(schedule_id)
    assert plan.following is not None
    await services.events.save(plan, HERE, plan.following, 900 + schedule_id, None, VOICE)
    return schedule_id


@pytest.mark.parametrize(("seconds", "is_made_again"), [(0, True), (60, True), (3600, False)])
async def test_an_event_that_went_with_its_voice_channel_is_made_again_in_whatever_order_discord_says_so(
    services: Services, room: Room, clock: ManualClock, seconds: int, *, is_made_again: bool
) -> None:
    schedule_id = await announce_in_voice(services, room)
    await services.events.note_deleted(HERE, 900 + schedule_id)
    assert (await services.events.plan(schedule_id)).steps == ()
    clock.move(seconds=seconds)
    await services.events.note_channel_deleted(HERE, VOICE + 1)
    assert (await services.events.plan(schedule_id)).steps == ()
    await services.events.note_channel_deleted(HERE, VOICE)
    assert (await services.events.plan(schedule_id)).steps == ((Step.CREATE,) if is_made_again else ())


@pytest.mark.parametrize("is_skipped", [True, False])
async def test_the_event_of_a_skipped_session_is_cancelled_and_that_of_a_moved_one_is_changed(
    services: Services, room: Room, *, is_skipped: bool
) -> None:
    schedule_id = await add(services, room, 30)
    await announce(services, schedule_id)
    if is_skipped:
        await services.schedules.skip(HERE, schedule_id, TODAY)
    else:
        await services.schedules.move(HERE, schedule_id, TODAY, TODAY, 12 * 60 + 50)
    expected = (Step.CANCEL, Step.CREATE) if is_skipped else (Step.EDIT,)
    assert (await services.events.plan(schedule_id)).steps == expected
