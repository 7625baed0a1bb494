"""Seconds after a member's data were deleted or changed, their bytes are in no file of the database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.checkins.personal.cadence import Cadence
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.model import Room
from bot.rooms.sessions.model import Session
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.sqlite import vacuum
from bot.storage.sqlite.database import SqliteDatabase
from tests.rooms import sit
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, MORNINGS, agree, rooms_in_both, settle
from tests.storage.test_traces import traces
from tests.storage.test_vacuum import another_connection_reads
from tests.storage.units import PATIENCE_SECONDS, note

ZONE = "Pacific/Chatham"
THREAD = 1_333_444_555_666_777_888
PROMPT = 1_444_555_666_777_888_999


async def truncated(database: SqliteDatabase) -> None:
    """Wait until the log holds nothing."""
    await asyncio.wait_for(database.truncated.wait(), PATIENCE_SECONDS)


@pytest.fixture
async def database(made: Path) -> AsyncIterator[SqliteDatabase]:
    """Open a database that truncates its log as soon as it can."""
    opened = await SqliteDatabase.open(made, truncate_seconds=0)
    yield opened
    await opened.close()


@pytest.fixture
def services(database: SqliteDatabase, clock: ManualClock) -> Services:
    return wire(database, clock)


async def open_session(services: Services) -> Session:
    """Return the session in which ANN and BEN sit; ANN has chosen when to leave."""
    (listing,) = await services.sessions.listing(HERE)
    assert listing.session is not None
    return listing.session


async def cadence_of(services: Services) -> Cadence:
    found = await services.checkins.find(ANN, HERE)
    assert found is not None
    return found


async def slip_out(services: Services) -> None:
    await services.seats.leave(HERE, (await open_session(services)).session_id, ANN)


async def leave_at_the_chosen_time(services: Services, clock: ManualClock) -> None:
    session = await open_session(services)
    clock.move(minutes=6)
    await services.ends.remove_leaving(Due(DueKind.LEAVE_TIME, session.session_id, clock.now(), HERE))


async def session_closes(services: Services) -> None:
    await services.sessions.close((await open_session(services)).session_id)


async def sit_only(services: Services) -> Room:
    here, _ = await rooms_in_both(services)
    await sit(services, here, BEN, 25)
    await sit(services, here, ANN, 5)
    return here


async def begin(services: Services) -> None:
    await services.checkins.begin(
        ANN,
        HERE,
        500,
        replace(MORNINGS, zone=ZONE),
        VERSIONS[Purpose.CHECKINS],
        sound=False,
        thread_id=THREAD,
    )
    cadence = await cadence_of(services)
    await services.checkins.outbox.note_sent(cadence.cadence_id, PROMPT, cadence.number)


async def change_the_zone(services: Services) -> None:
    await services.checkins.begin(ANN, HERE, 500, MORNINGS, VERSIONS[Purpose.CHECKINS], sound=False)


async def leave_the_thread(services: Services) -> None:
    await services.checkins.leave_thread((await cadence_of(services)).cadence_id, ANN, 500, None)


async def check_in_goes(services: Services) -> None:
    await services.checkins.outbox.forget_prompt((await cadence_of(services)).cadence_id, PROMPT)


async def withdraw(services: Services) -> None:
    await services.consents.turn_off(ANN, HERE, Purpose.CHECKINS)


async def erase(services: Services) -> None:
    await services.erasure.erase_member(ANN, HERE)


async def everything(services: Services) -> None:
    here, _ = await rooms_in_both(services)
    await settle(services, ANN, here)
    for _ in range(1):
        await begin(services)


async def forget_server(services: Services, clock: ManualClock) -> None:
    await services.removals.note_removed(HERE)
    clock.move(days=8)
    await services.removals.forget(Due(DueKind.FORGET_SERVER, HERE, clock.now(), HERE))


async def channel_checkin_goes(services: Services) -> None:
    (one,) = await services.channel_checkins.of_guild(HERE)
    await services.channel_checkins.outbox.note_gone(one.channel_checkin_id)


async def answer_channel_checkin(services: Services) -> None:
    here, _ = await rooms_in_both(services)
    (one,) = await services.channel_checkins.of_guild(HERE)
    number = one.channel_checkin_id
    await services.channel_checkins.outbox.note_sent(number, 77, 1)
    await services.channel_checkins.note_answered(HERE, number, 1, here.channel_id, 77, ANN)


async def consents_expire(services: Services, clock: ManualClock) -> None:
    clock.move(days=400)
    await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))


async def agree_to_names(services: Services) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)


Prepare = Callable[[Services], Awaitable[object]]
CASES: list[tuple[Prepare, Callable[..., Awaitable[None]], int | str]] = [
    (sit_only, slip_out, ANN),
    (sit_only, leave_at_the_chosen_time, ANN),
    (sit_only, session_closes, ANN),
    (begin, change_the_zone, ZONE),
    (begin, leave_the_thread, THREAD),
    (begin, check_in_goes, PROMPT),
    (begin, withdraw, THREAD),
    (begin, withdraw, ANN),
    (everything, erase, ANN),
    (everything, erase, ZONE),
    (everything, forget_server, ANN),
    (answer_channel_checkin, channel_checkin_goes, ANN),
    (agree_to_names, consents_expire, ANN),
]


@pytest.mark.parametrize(
    ("prepare", "act", "what"), CASES, ids=[f"{act.__name__}-{what}" for _, act, what in CASES]
)
async def test_what_a_member_deletes_or_changes_is_soon_in_no_file(
    prepare: Prepare,
    act: Callable[..., Awaitable[None]],
    what: int | str,
    services: Services,
    database: SqliteDatabase,
    clock: ManualClock,
    path: Path,
) -> None:
    await prepare(services)
    await truncated(database)
    assert traces(path, what) == ["alongside.db"]
    await (act(services, clock) if "clock" in act.__annotations__ else act(services))
    await truncated(database)
    assert traces(path, what) == []


async def test_a_reader_delays_the_truncation_and_no_write(
    services: Services, database: SqliteDatabase, path: Path
) -> None:
    await sit_only(services)
    await truncated(database)
    with another_connection_reads(path):
        await asyncio.wait_for(slip_out(services), 4)  # SQLite waits for five seconds
        await asyncio.wait_for(note(database, 1), 4)
        assert traces(path, ANN) != []
        assert not database.truncated.is_set()
    await truncated(database)
    assert traces(path, ANN) == []


async def test_many_commits_share_one_truncation(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[float]()
    monkeypatch.setattr(vacuum.Vacuum, "_truncate_now", lambda _: calls.append(1))
    database = await SqliteDatabase.open(made, truncate_seconds=0.01)
    for number in range(50):
        await note(database, number + 1)
    await asyncio.sleep(0.02)
    await database.close()
    assert calls == [1]


async def test_what_a_crash_left_in_the_log_is_truncated_at_the_next_start(
    services: Services, database: SqliteDatabase, path: Path, tmp_path: Path
) -> None:
    await sit_only(services)
    await truncated(database)
    with another_connection_reads(path):
        await slip_out(services)
        for file in path.parent.glob("alongside.db*"):  # as a crash would leave them
            (tmp_path / file.name.replace("alongside", "crashed")).write_bytes(file.read_bytes())
    crashed = tmp_path / "crashed.db"
    assert traces(crashed, ANN) != []
    again = await SqliteDatabase.open(crashed, truncate_seconds=0)
    await truncated(again)
    assert traces(crashed, ANN) == []
    await again.close()
