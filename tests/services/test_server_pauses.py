"""A paused server: nothing new begins there, what is open ends, and the next times are right afterwards."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.scheduling import due_queue
from bot.scheduling.due_queue import ENDING, STARTING, Due, DueKind
from bot.services import Services
from bot.storage.database import Statements
from tests.rooms import due_at, sit
from tests.services.worker_actions import ActedOn
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE
from tests.storage.scratch import query

CLEO = BEN + 1
DAILY = 0b1111111


async def add_due(services: Services, kind: DueKind, number: int, guild_id: int, at: datetime) -> None:
    await services.database.write(lambda statements: due_queue.set(statements, kind, number, guild_id, at))


@pytest.fixture
async def room(services: Services) -> Room:
    services.worker.on(DueKind.OPEN_SESSION, services.sessions.open_scheduled)
    services.worker.on(DueKind.RESUME_SERVER, services.pauses.end)
    return await services.rooms.add(HERE, 71, "Quiet", 8)


async def has_session(services: Services) -> bool:
    return any(each.session for each in await services.sessions.listing(HERE))


def test_every_kind_of_due_row_either_starts_something_or_ends_something() -> None:
    assert set(DueKind) == STARTING | ENDING
    assert not STARTING & ENDING


async def test_what_starts_something_waits_in_that_server_alone(
    services: Services, clock: ManualClock
) -> None:
    kinds = [each for each in DueKind if each not in {DueKind.RESUME_SERVER, DueKind.RETENTION}]
    acted_on = ActedOn(services, *kinds)
    await services.pauses.pause(HERE, None)
    for kind in kinds:
        await add_due(services, kind, 1, HERE, clock.now())
        await add_due(services, kind, 2, THERE, clock.now())
    await services.worker.run_due()
    assert {kind for kind, number in acted_on.rows if number == 2} == set(kinds)
    assert {kind for kind, number in acted_on.rows if number == 1} == set(kinds) & ENDING
    acted_on.rows.clear()
    await services.pauses.resume(HERE)
    await services.worker.run_due()
    assert set(acted_on.rows) == {(kind, 1) for kind in STARTING}


async def test_a_restart_leaves_the_rows_of_a_paused_server_where_they_are(
    services: Services, clock: ManualClock
) -> None:
    acted_on = ActedOn(services, DueKind.CHECKIN)
    await services.pauses.pause(HERE, None)
    await add_due(services, DueKind.CHECKIN, 1, HERE, clock.now())
    await services.worker.run_due()
    await services.database.write(partial(due_queue.release_claims, shard_range=0))
    await services.worker.run_due()
    assert acted_on.rows == []


async def test_late_sessions_are_skipped_and_the_next_one_keeps_its_wall_time_after_the_clocks_changed(
    services: Services, clock: ManualClock, room: Room
) -> None:
    schedule = await services.schedules.add(HERE, room.room_id, DAILY, 20 * 60, "Europe/Berlin", 25)
    clock.move_to(datetime(2027, 3, 20, 12, tzinfo=UTC))
    await services.worker.run_due()
    before = await due_at(services, DueKind.OPEN_SESSION, schedule.schedule_id)
    assert before == datetime(2027, 3, 20, 19, tzinfo=UTC)
    await services.pauses.pause(HERE, datetime(2027, 3, 30, 10, tzinfo=UTC))
    for _ in range(9):
        clock.move(days=1)
        await services.worker.run_due()
        assert not await has_session(services)
    clock.move_to(datetime(2027, 3, 30, 10, tzinfo=UTC))
    await services.worker.run_due()
    assert not await has_session(services)
    assert (await services.server_settings.get(HERE)).paused_at is None
    after = await due_at(services, DueKind.OPEN_SESSION, schedule.schedule_id)
    assert after == datetime(2027, 3, 30, 18, tzinfo=UTC)  # still 20:00 in Berlin
    clock.move_to(after)
    await services.worker.run_due()
    assert await has_session(services)


async def test_a_session_that_came_due_minutes_before_the_resume_opens_as_after_any_delay(
    services: Services, clock: ManualClock, room: Room
) -> None:
    await services.schedules.add(HERE, room.room_id, DAILY, 13 * 60, "UTC", 25)
    await services.pauses.pause(HERE, None)
    clock.move_to(datetime(2026, 11, 23, 13, 9, tzinfo=UTC))
    await services.worker.run_due()
    assert not await has_session(services)
    assert await services.pauses.resume(HERE)
    await services.worker.run_due()
    assert await has_session(services)


async def test_no_session_opens_but_an_open_one_can_still_be_joined(services: Services, room: Room) -> None:
    other = await services.rooms.add(HERE, 72, "Attic", 8)
    await sit(services, room, ANN, 25)
    await services.pauses.pause(HERE, None)
    assert not (await sit(services, room, BEN, None)).was_seated
    with pytest.raises(RefusalError) as refused:
        await sit(services, other, CLEO, 25)
    assert refused.value.key == "refusals.paused"
    await services.pauses.pause(HERE, MONDAY_NOON + timedelta(days=2))
    with pytest.raises(RefusalError) as refused:
        await sit(services, other, CLEO, 25)
    assert refused.value.key == "refusals.paused_until"


async def test_while_a_server_is_paused_the_next_opening_is_after_the_pause(
    services: Services, clock: ManualClock, room: Room
) -> None:
    await services.schedules.add(HERE, room.room_id, DAILY, 13 * 60, "UTC", 25)

    async def next_at() -> datetime | None:
        (listing,) = await services.sessions.listing(HERE)
        return listing.next_at

    one = datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert await next_at() == one
    await services.pauses.pause(HERE, None)
    assert await next_at() is None
    await services.pauses.pause(HERE, one + timedelta(days=2))  # at this very moment one opens again
    assert await next_at() == one + timedelta(days=2)
    await services.pauses.pause(HERE, one + timedelta(days=2, seconds=1))
    assert await next_at() == one + timedelta(days=3)


async def test_a_pause_gets_a_new_end_and_the_old_one_ends_nothing(
    services: Services, clock: ManualClock, room: Room
) -> None:
    began = clock.now()
    await services.pauses.pause(HERE, began + timedelta(days=1))
    clock.move(hours=1)
    await services.pauses.pause(HERE, None)
    guild = await services.server_settings.get(HERE)
    assert (guild.paused_at, guild.resumes_at) == (began, None)
    clock.move(days=30)
    await services.worker.run_due()
    assert (await services.server_settings.get(HERE)).paused_at == began


@pytest.mark.parametrize(
    ("ahead", "key"),
    [
        (timedelta(), "refusals.pause_passed"),
        (timedelta(days=-1), "refusals.pause_passed"),
        (timedelta(days=367), "refusals.pause_long"),
    ],
)
async def test_an_end_that_has_passed_or_is_far_away_is_refused_and_nothing_is_saved(
    services: Services, clock: ManualClock, path: Path, ahead: timedelta, key: str
) -> None:
    with pytest.raises(RefusalError) as refused:
        await services.pauses.pause(HERE, clock.now() + ahead)
    assert refused.value.key == key
    assert query(path, "SELECT * FROM guild") == []


async def test_resuming_a_server_that_is_not_paused_changes_nothing(services: Services, path: Path) -> None:
    assert not await services.pauses.resume(HERE)
    assert query(path, "SELECT * FROM guild") == []


async def test_a_pause_is_confirmed_only_once_what_had_begun_is_done(
    services: Services, clock: ManualClock
) -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), list[int]()

    async def act(due: Due) -> None:
        begun.set()
        await may_end.wait()
        ended.append(due.subject_id)
        await services.database.write(
            lambda statements: due_queue.cancel(statements, due.kind, due.subject_id)
        )

    services.worker.on(DueKind.CHECKIN, act)
    await add_due(services, DueKind.CHECKIN, 1, HERE, clock.now())
    running = asyncio.create_task(services.worker.run_due())
    await begun.wait()
    saved = asyncio.Event()
    services.database.subscribe(due_queue.topic_of(0), saved.set)
    pausing = asyncio.create_task(services.pauses.pause(HERE, clock.now() + timedelta(days=1)))
    await saved.wait()
    assert (await services.server_settings.get(HERE)).paused_at == clock.now()
    assert not pausing.done()
    may_end.set()
    await pausing
    assert ended == [1]
    await running


async def test_a_row_that_was_claimed_before_the_resume_is_not_held_after_it(
    services: Services, clock: ManualClock
) -> None:
    await services.pauses.pause(HERE, None)
    await add_due(services, DueKind.CHECKIN, 1, HERE, clock.now())
    now = clock.now()

    async def claim(statements: Statements) -> list[Due]:
        return await due_queue.claim(
            statements, 0, DueKind.CHECKIN, now, now + timedelta(minutes=1), 32, ","
        )

    (claimed,) = await services.database.write(claim)
    await services.pauses.resume(HERE)
    await services.database.write(
        lambda statements: due_queue.hold(statements, claimed, now + timedelta(days=7))
    )
    acted_on = ActedOn(services, DueKind.CHECKIN)
    await services.worker.run_due()
    assert acted_on.rows == [(DueKind.CHECKIN, 1)]


async def test_a_pause_goes_when_the_server_is_forgotten(
    services: Services, clock: ManualClock, path: Path
) -> None:
    services.worker.on(DueKind.FORGET_SERVER, services.removals.forget)
    services.worker.on(DueKind.RESUME_SERVER, services.pauses.end)
    await services.pauses.pause(HERE, clock.now() + timedelta(days=60))
    await services.removals.note_removed(HERE)
    clock.move(days=8)
    await services.worker.run_due()
    assert query(path, "SELECT * FROM guild") == []
    assert query(path, "SELECT kind FROM due WHERE kind <> 'retention'") == []


async def test_a_pause_that_got_a_later_end_is_not_ended_by_the_earlier_one(
    services: Services, clock: ManualClock
) -> None:
    first_end = clock.now() + timedelta(hours=1)
    await services.pauses.pause(HERE, first_end)
    await services.pauses.pause(HERE, first_end + timedelta(hours=1))
    await services.pauses.end(Due(DueKind.RESUME_SERVER, HERE, first_end, HERE))  # claimed before
    assert (await services.server_settings.get(HERE)).paused_at == clock.now()


async def test_what_is_coming_leaves_out_the_sessions_of_a_pause(
    services: Services, clock: ManualClock, room: Room
) -> None:
    await services.schedules.add(HERE, room.room_id, DAILY, 13 * 60, "UTC", 25)
    week = clock.now() + timedelta(days=7)
    assert len(await services.schedules.coming(HERE, week)) == 7
    await services.pauses.pause(HERE, clock.now() + timedelta(days=3, hours=1))
    assert len(await services.schedules.coming(HERE, week)) == 4
    await services.pauses.pause(HERE, None)
    assert await services.schedules.coming(HERE, week) == []
