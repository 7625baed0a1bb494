"""Deleted data is removed from the files, not only marked as deleted."""

from functools import partial
from pathlib import Path

from bot.checkins.personal.cadence import Cadence
from bot.privacy.consent.model import Purpose
from bot.services import Services
from bot.storage.database import Database, Statements
from tests.rooms import sit
from tests.storage.members import ANN, BEN, HERE, MORNINGS, agree, rooms_in_both, settle


def traces(path: Path, what: int | str) -> list[str]:
    """Return the files that contain a text, or a number as text or as SQLite stores those of its size."""
    forms = [str(what).encode(), *([what.to_bytes(8, "big")] if isinstance(what, int) else [])]
    files = [path, path.with_name(f"{path.name}-wal")]
    return [
        file.name for file in files if file.exists() and any(form in file.read_bytes() for form in forms)
    ]


async def test_the_search_finds_saved_data(services: Services, path: Path) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    assert traces(path, ANN) == ["alongside.db-wal"]
    await services.database.truncate_wal()
    assert traces(path, ANN) == ["alongside.db"]


async def test_erasing_leaves_no_trace_of_a_member(services: Services, path: Path) -> None:
    here, there = await rooms_in_both(services)
    for room in (here, there):
        await settle(services, ANN, room)
        await settle(services, BEN, room)
    await services.erasure.erase_member(ANN, None)
    assert traces(path, ANN) == []
    assert traces(path, ANN + 1000) == []  # their direct messages
    assert traces(path, ANN + 2000) == []  # the check-in in view
    assert traces(path, ANN + 3000) == []  # the notice in view
    assert traces(path, BEN) == ["alongside.db"]


async def test_a_closed_session_leaves_no_trace_of_who_sat(services: Services, path: Path) -> None:
    here, _ = await rooms_in_both(services)
    sat = await sit(services, here, ANN, 5)
    await services.sessions.close(sat.card.session.session_id)
    assert traces(path, ANN) == []


async def test_turning_a_purpose_off_leaves_no_trace_of_its_data(services: Services, path: Path) -> None:
    here, _ = await rooms_in_both(services)
    await settle(services, ANN, here)
    await services.consents.turn_off(ANN, HERE, Purpose.CHECKINS)
    assert traces(path, ANN + 2000) == []  # the check-in in view
    assert traces(path, ANN + 3000) == ["alongside.db"]  # the notice in view
    await services.consents.turn_off(ANN, HERE, Purpose.ROOM_NOTICES)
    assert traces(path, ANN + 3000) == []
    assert traces(path, ANN + 1000) == []  # the direct messages of both
    assert traces(path, ANN) == ["alongside.db"]


async def add_rows(statements: Statements, member_id: int) -> None:
    row = {"member_id": member_id, "guild_id": HERE}
    await statements.run(
        "grant_consent", **row, purpose=Purpose.CHECKINS, version=1, granted_at=1, active_month=202611
    )
    await statements.run("count_sit", **row, week=202648)
    times = {name: getattr(MORNINGS, name) for name in MORNINGS.__slots__}
    cadence = await statements.one(
        Cadence,
        "add_cadence",
        **row,
        dm_channel_id=member_id + 1,
        thread_id=member_id + 2,
        sound=False,
        locale="de",
        **times,
    )
    assert cadence is not None


async def erase_rows(statements: Statements, member_id: int) -> list[int]:
    return [
        await statements.run(f"erase_{table}", member_id=member_id, guild_id=None)
        for table in ("consent", "cadence", "weekly_count")
    ]


async def test_many_members_leave_no_trace_though_rows_moved_between_pages(
    services: Services, path: Path
) -> None:
    """Hundreds of rows split pages, and the old bytes of a moved row have to be overwritten too."""
    members = [ANN + (number * 7_919_131 * 2) % 1_000_003 * 65_536 for number in range(700)]
    for member_id in members:
        await services.database.write(partial(add_rows, member_id=member_id))
    for member_id in members[::3]:
        assert await services.database.write(partial(erase_rows, member_id=member_id)) == [1, 1, 1]
    await services.database.vacuum()
    left = [each for each in members[::3] if traces(path, each)]
    assert left == []


async def test_truncating_empties_the_log_and_loses_nothing(database: Database, path: Path) -> None:
    await database.write(
        lambda statements: statements.run("count_sit", member_id=ANN, guild_id=HERE, week=202648)
    )
    await database.truncate_wal()
    assert traces(path, ANN) == ["alongside.db"]
    assert path.with_name("alongside.db-wal").stat().st_size == 0
