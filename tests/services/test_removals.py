"""A server that removed the bot: for seven days nothing happens there, and then its data is deleted."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.rooms.model import Room
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.servers.removal import KEPT_FOR
from bot.services import Services
from bot.shards import ShardLayout
from bot.storage.database import Database, Statements
from tests.services.server_rows import count, kept
from tests.services.worker_actions import ActedOn
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, rooms_in_both, settle
from tests.storage.scratch import query


@pytest.fixture
async def rooms(services: Services) -> tuple[Room, Room]:
    """Return two rooms in two servers. Two members turned on everything and have a seat there."""
    found = await rooms_in_both(services)
    for room in found:
        for member_id in (ANN, BEN):
            await settle(services, member_id, room)
    services.worker.on(DueKind.FORGET_SERVER, services.removals.forget)
    return found


async def wait_for(services: Services, kind: DueKind, subject_id: int, at: datetime) -> None:

    async def work(statements: Statements) -> None:
        await due_queue.set(statements, kind, subject_id, HERE, at)

    await services.database.write(work)


async def test_seats_are_deleted_at_once_and_everything_else_stays(
    services: Services, rooms: tuple[Room, Room]
) -> None:
    before = await kept(services, HERE)
    assert all(before[table] for table in ("seat", "consent", "cadence", "due", "weekly_count"))
    await services.removals.note_removed(HERE)
    assert await kept(services, HERE) == {**before, "seat": 0, "arrival": 0, "channel_checkin_answer": 0}
    assert await services.rooms.of_guild(HERE) == [rooms[0]]
    assert [each.session for each in await services.sessions.listing(HERE)] == [None]


async def test_no_end_of_a_session_or_seat_is_due_any_more_there(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    ends = "SELECT guild_id, kind FROM due WHERE kind IN ('close_session', 'leave_time') ORDER BY 1, 2"
    for room in rooms:
        seat = await services.seats.find_in_server(room.guild_id, ANN)
        assert seat is not None
        await services.ends.leave_later(room.guild_id, seat.seat.session_id, ANN, 5)
    assert query(path, ends) == [
        (guild_id, kind) for guild_id in (HERE, THERE) for kind in ("close_session", "leave_time")
    ]
    await services.removals.note_removed(HERE)
    assert query(path, ends) == [(THERE, "close_session"), (THERE, "leave_time")]


async def test_due_rows_are_parked_in_that_server_and_in_no_other(
    services: Services, rooms: tuple[Room, Room], clock: ManualClock
) -> None:
    acted_on = ActedOn(
        services,
        DueKind.OPEN_SESSION,
        DueKind.CLOSE_SESSION,
        DueKind.CHECKIN,
        DueKind.LEAVE_TIME,
        DueKind.NATIVE_EVENT,
    )
    here, there = [await services.checkins.find(ANN, room.guild_id) for room in rooms]
    assert here is not None
    assert there is not None
    await services.removals.note_removed(HERE)
    clock.move(hours=1)
    for cadence in (here, there):
        await wait_for(services, DueKind.CHECKIN, cadence.cadence_id, clock.now())
    await services.worker.run_due()
    cadences = [subject_id for kind, subject_id in acted_on.rows if kind is DueKind.CHECKIN]
    assert here.cadence_id not in cadences
    assert there.cadence_id in cadences


async def test_parked_rows_are_acted_on_when_the_bot_is_invited_again(
    services: Services, rooms: tuple[Room, Room], clock: ManualClock
) -> None:
    acted_on = ActedOn(services, DueKind.CLOSE_SESSION, DueKind.CHECKIN)
    cadence = await services.checkins.find(ANN, rooms[0].guild_id)
    assert cadence is not None
    await services.removals.note_removed(HERE)
    clock.move(days=6)
    await wait_for(services, DueKind.CHECKIN, cadence.cadence_id, clock.now())
    await services.worker.run_due()
    assert (DueKind.CHECKIN, cadence.cadence_id) not in acted_on.rows
    before = await kept(services, HERE)
    await services.removals.note_present(HERE)
    await services.worker.run_due()
    assert acted_on.rows.count((DueKind.CHECKIN, cadence.cadence_id)) == 1
    clock.move(days=2)
    await services.worker.run_due()  # nothing is left to delete
    assert {**await kept(services, HERE), "due": 0} == {**before, "due": 0}
    assert await services.rooms.of_guild(HERE) == [rooms[0]]


async def test_after_a_restart_parked_rows_are_still_parked(
    services: Services, rooms: tuple[Room, Room], clock: ManualClock
) -> None:
    acted_on = ActedOn(services, DueKind.CLOSE_SESSION, DueKind.CHECKIN)
    cadence = await services.checkins.find(ANN, rooms[0].guild_id)
    assert cadence is not None
    await services.removals.note_removed(HERE)
    await wait_for(services, DueKind.CHECKIN, cadence.cadence_id, clock.now())
    await services.worker.run_due()
    await services.database.write(partial(due_queue.release_claims, shard_range=0))
    await services.worker.run_due()
    assert (DueKind.CHECKIN, cadence.cadence_id) not in acted_on.rows


@pytest.mark.usefixtures("rooms")
async def test_after_seven_days_nothing_of_the_server_or_its_members_there_is_left(
    services: Services, clock: ManualClock, path: Path
) -> None:
    ActedOn(services, DueKind.CLOSE_SESSION, DueKind.CHECKIN)
    await services.server_settings.set_help_contacts(HERE, "a help line of this very server")
    await services.prompts.add(HERE, "A chair in this very server.", "en")
    elsewhere = await kept(services, THERE)
    await services.removals.note_removed(HERE)
    clock.move_to(clock.now() + KEPT_FOR - timedelta(seconds=1))
    await services.worker.run_due()
    assert (await services.server_settings.get(HERE)).help_contacts
    clock.move(seconds=1)
    await services.worker.run_due()
    assert set((await kept(services, HERE)).values()) == {0}
    for table in (
        "guild",
        "room",
        "consent",
        "cadence",
        "weekly_count",
        "seat",
        "session",
        "native_event",
        "prompt",
    ):
        assert count(path, table, HERE) == 0, table
    assert (await kept(services, THERE))["consent"] == elsewhere["consent"]
    assert await services.rooms.of_guild(THERE)
    held = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"a help line of this very server" not in held
    assert b"A chair in this very server." not in held
    assert str(HERE).encode() not in held
    assert HERE.to_bytes(8, "big") not in held


@pytest.mark.usefixtures("rooms")
async def test_a_removal_that_is_noted_twice_counts_from_the_first_time(
    services: Services, clock: ManualClock
) -> None:
    await services.removals.note_removed(HERE)
    removed_at = (await services.server_settings.get(HERE)).removed_at
    clock.move(days=6)
    await services.removals.note_removed(HERE)
    assert (await services.server_settings.get(HERE)).removed_at == removed_at


@pytest.mark.usefixtures("rooms")
async def test_a_removal_while_the_bot_was_away_is_noticed_and_so_is_an_invitation(
    services: Services, clock: ManualClock
) -> None:
    await services.removals.compare({THERE})
    assert (await services.server_settings.get(HERE)).removed_at == clock.now()
    assert (await services.server_settings.get(THERE)).removed_at is None
    await services.removals.compare({HERE, THERE})
    assert (await services.server_settings.get(HERE)).removed_at is None


@pytest.mark.usefixtures("rooms")
async def test_a_server_that_has_the_bot_again_is_not_forgotten(
    services: Services, clock: ManualClock
) -> None:
    await services.removals.note_removed(HERE)
    await services.removals.note_present(HERE)
    await services.removals.forget(Due(DueKind.FORGET_SERVER, HERE, clock.now()))
    assert (await kept(services, HERE))["consent"] > 0


async def test_a_server_where_nothing_was_chosen_leaves_nothing(services: Services, path: Path) -> None:
    await services.removals.compare({HERE})
    assert count(path, "guild", HERE) == 0
    await services.removals.note_removed(HERE)
    assert count(path, "guild", HERE) == 0
    assert query(path, "SELECT * FROM due") == []


async def test_nothing_of_a_card_that_was_being_posted_is_left_once_the_bot_is_removed(
    services: Services, rooms: tuple[Room, Room], path: Path
) -> None:
    for room in rooms:
        assert await services.cards.begin_posting(room) is not None

    def cards() -> list[tuple[object, ...]]:
        return query(path, "SELECT guild_id FROM outbox WHERE key LIKE 'card:%'")

    assert sorted(cards()) == [(HERE,), (THERE,)]
    await services.removals.note_removed(HERE)
    assert cards() == [(THERE,)]
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0  # nor in the write-ahead log


@pytest.mark.usefixtures("rooms")
async def test_a_process_says_nothing_about_servers_of_other_processes(
    database: Database, clock: ManualClock
) -> None:
    layout = ShardLayout(3, 1)
    services = wire(database, clock, shards=layout.range(layout.range_of(HERE)))
    assert not services.shards.covers(THERE)
    await services.removals.compare({HERE})
    assert (await services.server_settings.get(THERE)).removed_at is None
    await services.removals.compare(())
    assert (await services.server_settings.get(THERE)).removed_at is None
    assert (await services.server_settings.get(HERE)).removed_at == clock.now()
