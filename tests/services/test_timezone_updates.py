"""After a tz database update, future schedules and check-ins have the same local time."""

import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.checkins.personal import timezone_updates
from bot.checkins.personal.cadence import Cadence
from bot.checkins.times import CheckinTimes
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.schedules.model import Schedule
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY
from bot.services import Services
from tests import zones
from tests.rooms import find_card, sit
from tests.services.berlin_schedule import FIRST, HALF_PAST_SEVEN, MONDAY, TODAY, WEEK, edit, next_run_at
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, HERE, begin
from tests.storage.scratch import query


@pytest.fixture
async def schedule(services: Services) -> Schedule:
    room = await services.rooms.add(HERE, 71, "Library", 8)
    return await services.schedules.add(HERE, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25)


@pytest.fixture
def helsinki_for_berlin(tmp_path: Path) -> Iterator[Path]:
    """Return a tz database in which Berlin's clocks show Helsinki's time, not in use yet."""
    before = zoneinfo.TZPATH
    yield zones.helsinki_for_berlin(tmp_path / "newer")
    use(*before)


@pytest.fixture
def berlin_again(tmp_path: Path) -> Path:
    """Return an even newer tz database, in which Berlin's clocks show Berlin's time again."""
    return zones.copied(tmp_path / "newest", zones.NEWEST)


async def begin_for(services: Services, member_id: int) -> Cadence:
    """Let a member have a check-in every morning in Berlin. The first one was sent."""
    times = CheckinTimes(MONDAY_TO_SUNDAY, 480, 660, "Europe/Berlin", 7)
    version = VERSIONS[Purpose.CHECKINS]
    begun = await services.checkins.begin(member_id, HERE, 500 + member_id, times, version, sound=False)
    await services.checkins.outbox.note_sent(begun.cadence.cadence_id, 9000 + member_id, 1)
    return begun.cadence


def use(*folders: Path | str) -> None:
    """Make zoneinfo read from these folders from now on."""
    zoneinfo.reset_tzpath([str(each) for each in folders])
    zoneinfo.ZoneInfo.clear_cache()


async def test_a_new_tz_database_moves_what_is_ahead_to_its_wall_time(
    services: Services, schedule: Schedule, helsinki_for_berlin: Path
) -> None:
    other = await services.schedules.add(HERE, schedule.room_id, MONDAY, HALF_PAST_SEVEN, "UTC", 25)
    await services.schedules.move(HERE, other.schedule_id, TODAY, date(2026, 11, 24), 600)
    await services.timezone_updates.catch_up()
    assert await next_run_at(services, schedule) == FIRST
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert await next_run_at(services, schedule) == FIRST - timedelta(hours=1)
    assert await next_run_at(services, other) == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


async def test_a_moved_occurrence_keeps_its_wall_time_too(
    services: Services, schedule: Schedule, helsinki_for_berlin: Path
) -> None:
    await services.schedules.move(HERE, schedule.schedule_id, TODAY, date(2026, 11, 25), 600)
    await services.timezone_updates.catch_up()
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert await next_run_at(services, schedule) == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


async def test_a_new_tz_database_changes_nothing_else(
    services: Services, schedule: Schedule, helsinki_for_berlin: Path, path: Path, clock: ManualClock
) -> None:
    sat = await sit(services, await services.rooms.get(HERE, schedule.room_id), ANN, 50)
    await services.timezone_updates.catch_up()
    clock.move_to(FIRST + timedelta(minutes=5))  # the opening is due, and a little late
    tables = ("schedule", "schedule_change", "session", "seat", "due", "room")
    before = {table: query(path, f"SELECT * FROM {table}") for table in tables}  # noqa: S608 - our own names
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert {table: query(path, f"SELECT * FROM {table}") for table in tables} == before  # noqa: S608 - our own names
    assert await find_card(services, sat.card.session.session_id) is not None


async def test_an_opening_whose_time_has_passed_by_the_new_rules_is_due_at_that_time(
    services: Services, schedule: Schedule, helsinki_for_berlin: Path, clock: ManualClock
) -> None:
    """The worker decides whether it is late; the week after does not replace it."""
    await services.timezone_updates.catch_up()
    clock.move_to(FIRST - timedelta(minutes=55))
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert await next_run_at(services, schedule) == FIRST - timedelta(hours=1)


async def test_an_opening_that_took_place_does_not_take_place_again_by_the_new_rules(
    services: Services,
    schedule: Schedule,
    helsinki_for_berlin: Path,
    berlin_again: Path,
    clock: ManualClock,
) -> None:
    use(helsinki_for_berlin)
    await edit(services, replace(schedule, minutes=5))
    await services.timezone_updates.catch_up()
    clock.move_to(FIRST - timedelta(hours=1))
    await services.sessions.open_scheduled(
        Due(DueKind.OPEN_SESSION, schedule.schedule_id, FIRST - timedelta(hours=1))
    )
    use(berlin_again)
    await services.timezone_updates.catch_up()  # by these rules, half past seven is an hour ahead again
    assert await next_run_at(services, schedule) == FIRST + WEEK


async def test_members_check_ins_follow_the_new_rules_and_none_comes_twice(
    services: Services, helsinki_for_berlin: Path, berlin_again: Path, clock: ManualClock
) -> None:
    cadence = await begin(services, CheckinTimes(MONDAY_TO_SUNDAY, 480, 660, "Europe/Berlin", 7))
    before = await services.checkins.next_at(cadence.cadence_id)
    assert before is not None
    await services.timezone_updates.catch_up()
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert await services.checkins.next_at(cadence.cadence_id) == before - timedelta(hours=1)
    clock.move_to(before - timedelta(hours=1))
    await services.checkins.outbox.note_sent(cadence.cadence_id, 9002, cadence.sent + 1)
    following = await services.checkins.next_at(cadence.cadence_id)
    use(berlin_again)
    await services.timezone_updates.catch_up()
    assert following is not None
    assert await services.checkins.next_at(cadence.cadence_id) == following + timedelta(hours=1)


async def test_everybodys_check_ins_follow_the_new_rules_a_few_in_each_commit(
    services: Services,
    helsinki_for_berlin: Path,
    executed_commands: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone_updates, "_MOVED_AT_ONCE", 2)
    begun = [await begin_for(services, member_id) for member_id in range(1, 6)]
    before = {each.cadence_id: await services.checkins.next_at(each.cadence_id) for each in begun}
    await services.timezone_updates.catch_up()
    use(helsinki_for_berlin)
    executed_commands.clear()
    await services.timezone_updates.catch_up()
    assert executed_commands.count("COMMIT") >= 3
    for cadence_id, was_due in before.items():
        assert was_due is not None
        assert await services.checkins.next_at(cadence_id) == was_due - timedelta(hours=1)


async def test_a_check_in_that_is_due_already_is_left_to_the_worker(
    services: Services, helsinki_for_berlin: Path, clock: ManualClock
) -> None:
    cadence = await begin_for(services, ANN)
    await services.timezone_updates.catch_up()
    was_due = await services.checkins.next_at(cadence.cadence_id)
    assert was_due is not None
    clock.move_to(was_due)
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert await services.checkins.next_at(cadence.cadence_id) == was_due


async def test_new_rules_make_no_check_in_due_for_a_member_who_paused_until_they_return(
    services: Services, helsinki_for_berlin: Path, clock: ManualClock
) -> None:
    """A row of another kind with the same number may be due."""
    cadence = await begin_for(services, ANN)
    await services.checkins.pause(ANN, None)
    other = DueKind.LEAVE_TIME, cadence.cadence_id, HERE, clock.now() + timedelta(days=1)
    await services.database.write(lambda statements: due_queue.set(statements, *other))
    await services.timezone_updates.catch_up()
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert await services.checkins.next_at(cadence.cadence_id) is None


async def test_the_same_tz_database_is_processed_only_once(
    services: Services, schedule: Schedule, executed_commands: list[str]
) -> None:
    await services.timezone_updates.catch_up()
    executed_commands.clear()
    await services.timezone_updates.catch_up()
    assert executed_commands == []
    assert await next_run_at(services, schedule) == FIRST


async def test_a_change_of_the_tz_database_is_in_the_log_and_the_first_start_is_not(
    services: Services, helsinki_for_berlin: Path, log_lines: list[str]
) -> None:
    def said() -> int:
        return sum("tz database is newer" in line for line in log_lines)

    await services.timezone_updates.catch_up()
    assert said() == 0
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    assert said() > 0


async def test_a_failed_catch_up_is_repeated_at_the_next_start(
    services: Services, schedule: Schedule, helsinki_for_berlin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await services.timezone_updates.catch_up()
    use(helsinki_for_berlin)
    with monkeypatch.context() as broken:
        broken.setattr(services.database, "write", None)
        with pytest.raises(TypeError):
            await services.timezone_updates.catch_up()
    assert await next_run_at(services, schedule) == FIRST
    await services.timezone_updates.catch_up()
    assert await next_run_at(services, schedule) == FIRST - timedelta(hours=1)


async def test_a_process_with_an_older_tz_database_changes_nothing(
    services: Services, schedule: Schedule, helsinki_for_berlin: Path, log_lines: list[str]
) -> None:
    use(helsinki_for_berlin)
    await services.timezone_updates.catch_up()
    before = await next_run_at(services, schedule)
    for older in ([], [zones.copied(helsinki_for_berlin.parent / "old", None)]):
        use(*older)
        await services.timezone_updates.catch_up()
        assert await next_run_at(services, schedule) == before
    assert not any("tz database is newer" in line for line in log_lines)


async def test_two_hosts_with_different_tz_databases_that_start_in_turn_do_not_undo_each_other(
    services: Services, schedule: Schedule, helsinki_for_berlin: Path, clock: ManualClock
) -> None:
    other = wire(services.database, clock)
    for _ in range(2):
        use()
        await services.timezone_updates.catch_up()
        use(helsinki_for_berlin)
        await other.timezone_updates.catch_up()
        assert await next_run_at(services, schedule) == FIRST - timedelta(hours=1)


async def test_the_same_rules_in_a_newer_version_exclude_older_ones_too(
    services: Services, schedule: Schedule, berlin_again: Path, helsinki_for_berlin: Path
) -> None:
    for folder in (berlin_again, helsinki_for_berlin):
        await services.timezone_updates.catch_up()
        use(folder)
    await services.timezone_updates.catch_up()
    assert await next_run_at(services, schedule) == FIRST
