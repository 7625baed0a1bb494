"""Channel check-ins on a real file: due, sent, tapped, deleted, stopped without taps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.checkins.channel.model import ChannelCheckin
from bot.checkins.channel.outbox import ChannelCheckinToSend
from bot.errors import RefusalError
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.database import Statements
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE
from tests.storage.scratch import query

DAILY = 0b1111111


@pytest.fixture
async def one(services: Services) -> ChannelCheckin:
    return await services.channel_checkins.add(HERE, 71, DAILY, 9 * 60, "Europe/Berlin")


def due_at(path: Path) -> datetime | None:
    found = query(path, "SELECT occurs_at FROM due WHERE kind LIKE 'channel_checkin%'")
    return datetime.fromtimestamp(int(str(found[0][0])), UTC) if found else None


async def send_next(
    services: Services, clock: ManualClock, path: Path, one: ChannelCheckin, message_id: int
) -> None:
    """Move the clock to the next one, and record it as sent."""
    at = due_at(path)
    assert at is not None
    clock.move_to(at)
    prepared = await services.channel_checkins.outbox.prepare(
        Due(DueKind.CHANNEL_CHECKIN, one.channel_checkin_id, at)
    )
    assert isinstance(prepared, ChannelCheckinToSend)
    await services.channel_checkins.outbox.note_sent(
        one.channel_checkin_id, message_id, prepared.one.number
    )


async def delete_shown(services: Services, clock: ManualClock, path: Path, one: ChannelCheckin) -> None:
    """Move the clock to its end, and record that its message was deleted."""
    at = due_at(path)
    assert at is not None
    clock.move_to(at)
    assert (
        await services.channel_checkins.outbox.prepare(
            Due(DueKind.CHANNEL_CHECKIN_END, one.channel_checkin_id, at)
        )
        is not None
    )
    await services.channel_checkins.outbox.note_gone(one.channel_checkin_id)


async def test_one_due_row_leads_from_a_channel_check_in_to_its_end_and_to_the_next(
    services: Services, clock: ManualClock, path: Path, one: ChannelCheckin
) -> None:
    assert due_at(path) == datetime(2026, 11, 24, 8, tzinfo=UTC)
    await send_next(services, clock, path, one, 1)
    assert due_at(path) == datetime(2026, 11, 24, 20, tzinfo=UTC)
    await services.channel_checkins.outbox.note_sent(
        one.channel_checkin_id, 2, 1
    )  # again, as after a crash
    assert query(path, "SELECT message_id, sent FROM channel_checkin") == [(1, 1)]
    await delete_shown(services, clock, path, one)
    assert due_at(path) == datetime(2026, 11, 25, 8, tzinfo=UTC)


async def test_channel_check_ins_stop_after_four_in_a_row_without_a_tap(
    services: Services, clock: ManualClock, path: Path, one: ChannelCheckin
) -> None:
    for number in range(4):
        await send_next(services, clock, path, one, number + 1)
        await delete_shown(services, clock, path, one)
    assert due_at(path) is None
    await services.channel_checkins.begin_again(THERE)
    assert due_at(path) is None
    await services.channel_checkins.begin_again(HERE)
    assert due_at(path) == clock.now().replace(hour=8) + timedelta(days=1)
    for number in range(4):  # as many as before come again without a tap
        assert due_at(path) is not None
        await send_next(services, clock, path, one, number + 5)
        await delete_shown(services, clock, path, one)
    assert due_at(path) is None


async def test_each_member_counts_once_for_a_message_until_it_is_deleted(
    services: Services, clock: ManualClock, path: Path, one: ChannelCheckin
) -> None:
    await send_next(services, clock, path, one, 17)
    number = one.channel_checkin_id
    for member_id in (ANN, ANN, BEN):
        await services.channel_checkins.note_answered(HERE, number, 1, 71, 17, member_id)
    message = await services.channel_checkins.outbox.message(number)
    assert message is not None
    assert message.answered == 2
    for guild_id, channel_id, message_id in ((THERE, 71, 17), (HERE, 71, 16), (HERE, 72, 17)):
        with pytest.raises(RefusalError):
            await services.channel_checkins.note_answered(guild_id, number, 1, channel_id, message_id, ANN)
    await delete_shown(services, clock, path, one)
    assert query(path, "SELECT * FROM channel_checkin_answer") == []
    assert all(str(ANN).encode() not in each.read_bytes() for each in path.parent.glob("*.db*"))


@pytest.mark.parametrize(("moment", "now"), [(0, 11), (5, 5)], ids=["late", "not planned"])
async def test_a_channel_check_in_that_is_late_or_not_planned_is_skipped(
    services: Services, clock: ManualClock, path: Path, one: ChannelCheckin, moment: int, now: int
) -> None:
    at = due_at(path)
    assert at is not None
    due = Due(DueKind.CHANNEL_CHECKIN, one.channel_checkin_id, at + timedelta(minutes=moment))

    async def work(statements: Statements) -> None:
        await due_queue.set(statements, due.kind, due.subject_id, HERE, due.occurs_at)

    await services.database.write(work)
    clock.move_to(at + timedelta(minutes=now))
    assert await services.channel_checkins.outbox.prepare(due) is None
    assert due_at(path) == at + timedelta(days=1)


async def test_a_tap_shows_that_a_channel_check_in_was_sent_and_the_claimed_row_does_nothing_more(
    services: Services, clock: ManualClock, path: Path, one: ChannelCheckin
) -> None:
    at = due_at(path)
    assert at is not None
    clock.move_to(at)
    await services.channel_checkins.note_answered(HERE, one.channel_checkin_id, 1, 71, 17, ANN)
    assert query(path, "SELECT sent, unanswered, message_id FROM channel_checkin") == [(1, 0, 17)]
    assert due_at(path) == at + timedelta(hours=12)
    assert (
        await services.channel_checkins.outbox.prepare(
            Due(DueKind.CHANNEL_CHECKIN, one.channel_checkin_id, at)
        )
        is None
    )
    await delete_shown(services, clock, path, one)
    with pytest.raises(RefusalError):  # a tap on the one that went brings nothing into view
        await services.channel_checkins.note_answered(HERE, one.channel_checkin_id, 1, 71, 17, BEN)


async def test_removing_a_channel_check_in_deletes_its_row_and_who_answered(
    services: Services, clock: ManualClock, path: Path, one: ChannelCheckin
) -> None:
    await send_next(services, clock, path, one, 17)
    await services.channel_checkins.note_answered(HERE, one.channel_checkin_id, 1, 71, 17, ANN)
    with pytest.raises(RefusalError):
        await services.channel_checkins.remove(THERE, one.channel_checkin_id)
    await services.channel_checkins.remove(HERE, one.channel_checkin_id)
    for table in ("channel_checkin", "channel_checkin_answer", "due"):
        assert query(path, f"SELECT * FROM {table}") == []  # noqa: S608 - our own names


async def test_the_end_of_a_channel_check_in_that_was_removed_meanwhile_changes_nothing(
    services: Services, one: ChannelCheckin, path: Path
) -> None:
    before = query(path, "SELECT * FROM channel_checkin"), due_at(path)
    await services.channel_checkins.outbox.note_gone(one.channel_checkin_id + 1)
    assert (query(path, "SELECT * FROM channel_checkin"), due_at(path)) == before
