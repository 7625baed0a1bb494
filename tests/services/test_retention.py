"""Consents that expire without a tap or an answer, old weekly counts, and the data that goes with them."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import outbox
from bot.errors import RefusalError
from bot.privacy import retention
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import OUTDATED_ENDS_AFTER, VERSIONS, WEEKS_KEPT, month_of
from bot.privacy.erasure import erase_live
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.erasure_log import ErasureLog, LogPosition
from tests.rooms import find_card, here, named, sit
from tests.storage.manual_clock import MONDAY_NOON, ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, agree, begin, rooms_in_both, settle
from tests.storage.scratch import query
from tests.storage.test_traces import traces

NEXT = VERSIONS[Purpose.CHECKINS] + 1


@pytest.fixture(autouse=True)
async def only_retention_acts(services: Services) -> None:
    """Let the worker run retention, and nothing else, when it is due."""

    async def rest(due: Due) -> None:
        await services.database.write(
            lambda statements: due_queue.cancel(statements, due.kind, due.subject_id)
        )

    for kind in set(DueKind) - {DueKind.RETENTION}:
        services.worker.on(kind, rest)
    await services.retention.begin()


async def pass_days(services: Services, clock: ManualClock, days: int) -> None:
    clock.move(days=days)
    await services.worker.run_due()


def purposes(path: Path, member_id: int = ANN) -> set[object]:
    return {row[0] for row in query(path, "SELECT purpose FROM consent WHERE member_id = ?", member_id)}


async def test_deletion_records_are_removed_after_90_days(
    services: Services, clock: ManualClock, path: Path
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    await services.erasure.erase_member(ANN, None)
    for days, is_left in ((89, True), (2, False)):
        await pass_days(services, clock, days)
        assert bool(ErasureLog(path).entries_after(LogPosition())) is is_left


async def test_a_year_without_a_tap_ends_every_consent_and_deletes_its_data(
    services: Services, clock: ManualClock, path: Path
) -> None:
    here, _ = await rooms_in_both(services)
    await settle(services, ANN, here)
    await settle(services, BEN, here)
    for _ in range(12):
        await pass_days(services, clock, 31)
        await services.consents.record_activity(BEN, HERE)
    assert clock.now() > MONDAY_NOON + timedelta(days=365)
    assert len(purposes(path)) == 4  # the thirteenth month has not ended
    await pass_days(services, clock, 30)
    assert purposes(path) == set()
    await services.worker.run_due()
    # Nobody closed the session or deleted the channel check-in.
    await services.database.write(lambda statements: erase_live(statements, ANN, HERE))
    await services.database.vacuum()
    assert traces(path, ANN) == []
    assert len(purposes(path, BEN)) == 4


async def test_a_tap_renews_consents_in_its_server_and_in_direct_messages_in_all(
    services: Services, clock: ManualClock, path: Path
) -> None:
    for guild_id in (HERE, THERE):
        await agree(services, ANN, guild_id, Purpose.SHOW_NAME)
    clock.move(days=31)
    assert await services.consents.record_activity(ANN, HERE) == []
    months = "SELECT guild_id, active_month FROM consent ORDER BY guild_id"
    assert query(path, months) == [(HERE, 202612), (THERE, 202611)]
    clock.move(days=31)
    await services.consents.record_activity(ANN, None)
    assert query(path, months) == [(HERE, 202701), (THERE, 202701)]


async def test_nothing_is_saved_about_members_who_agreed_to_nothing(services: Services, path: Path) -> None:
    assert await services.consents.record_activity(ANN, HERE) == []
    await services.database.truncate_wal()
    assert traces(path, ANN) == []


async def test_the_month_of_the_last_tap_is_written_once_a_month(
    services: Services, clock: ManualClock, executed_commands: list[str]
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    clock.move(days=31)
    executed_commands.clear()
    for _ in range(3):
        await services.consents.record_activity(ANN, HERE)
    assert sum(each.startswith("UPDATE consent") for each in executed_commands) == 1


async def test_a_member_who_was_looked_up_this_month_is_not_looked_up_again(
    services: Services, clock: ManualClock
) -> None:
    units: list[str] = []
    services.database.observer = lambda what, _: units.append(what)
    for _ in range(3):
        await services.consents.record_activity(ANN, HERE)
    assert units == ["read"]
    clock.move(days=31)
    await services.consents.record_activity(ANN, HERE)
    assert units == ["read", "read"]


async def test_a_consent_given_after_a_member_was_looked_up_is_prolonged_the_next_month(
    services: Services, clock: ManualClock
) -> None:
    await services.consents.record_activity(ANN, HERE)
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    await services.consents.record_activity(ANN, HERE)
    (given,) = await services.consents.of_member(ANN, HERE)
    clock.move(days=31)
    await services.consents.record_activity(ANN, HERE)
    (prolonged,) = await services.consents.of_member(ANN, HERE)
    assert given.active_month < prolonged.active_month == month_of(clock.now())


async def test_members_have_thirty_days_to_answer_a_changed_text_and_nothing_new_happens(
    services: Services, clock: ManualClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadence = await begin(services)
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    monkeypatch.setitem(VERSIONS, Purpose.CHECKINS, NEXT)
    clock.move(days=5)
    await services.retention.begin()  # a new program starts
    assert await services.retention.ends_at(Purpose.CHECKINS) == clock.now() + OUTDATED_ENDS_AFTER
    (old,) = await services.consents.record_activity(ANN, None)
    assert (old.purpose, old.active_month) == (Purpose.CHECKINS, 202611)
    assert (
        await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, clock.now()))
        is None
    )
    await pass_days(services, clock, 10)
    await services.retention.begin()  # a restart counts from when it was first seen
    await pass_days(services, clock, 19)
    assert purposes(path) == {"checkins", "weekly_counts"}
    await pass_days(services, clock, 1)
    assert purposes(path) == {"weekly_counts"}
    assert query(path, "SELECT * FROM cadence") == []
    assert traces(path, 500) == []  # their direct messages


async def test_an_answer_lets_check_ins_continue_as_they_were_chosen(
    services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cadence = await begin(services)
    monkeypatch.setitem(VERSIONS, Purpose.CHECKINS, NEXT)
    await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, clock.now()))
    assert await services.checkins.next_at(cadence.cadence_id) is None
    with pytest.raises(RefusalError, match="consent_changed"):
        await services.checkins.agree_again(ANN, HERE, NEXT - 1)
    await services.checkins.agree_again(ANN, HERE, NEXT)
    assert await services.checkins.next_at(cadence.cadence_id) is not None
    assert await services.checkins.get(cadence.cadence_id, ANN) == cadence
    with pytest.raises(RefusalError, match="checkins_gone"):
        await services.checkins.agree_again(BEN, HERE, NEXT)


async def test_a_name_whose_consent_expires_leaves_an_open_card(
    services: Services, clock: ManualClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    monkeypatch.setitem(VERSIONS, Purpose.SHOW_NAME, VERSIONS[Purpose.SHOW_NAME] + 1)
    await services.retention.begin()
    clock.move_to(clock.now() + OUTDATED_ENDS_AFTER)
    sat = await sit(services, room, ANN, 50)
    query(path, "DELETE FROM due WHERE kind = 'card'")  # the card is posted
    query(path, "UPDATE seat SET visibility = 'named'")  # as it was while the consent was in force
    await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))
    card = await find_card(services, sat.card.session.session_id)
    assert card is not None
    assert (here(card), named(card)) == (1, ())
    waits = "SELECT occurs_at FROM due WHERE kind = 'card'"  # the worker edits the card
    assert query(path, waits) == [(int(clock.now().timestamp()),)]


async def test_weekly_counts_are_deleted_after_fifty_three_weeks(
    services: Services, clock: ManualClock, path: Path
) -> None:
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    for _ in range(WEEKS_KEPT + 3):
        sat = await sit(services, room, ANN, 5)
        await services.sessions.close(sat.card.session.session_id)
        await services.consents.record_activity(ANN, HERE)
        await pass_days(services, clock, 7)
    weeks = await services.weekly_counts.all_weeks(ANN, HERE)
    assert len(weeks) == WEEKS_KEPT
    assert weeks[0].week == 202651


async def test_the_copy_that_a_migration_saved_is_removed_after_a_week(
    services: Services, clock: ManualClock, path: Path
) -> None:
    copy, other = (path.with_name(path.name + end) for end in (".v12", ".before-20261123T120000Z"))
    for each in (copy, other):
        each.touch()
        os.utime(each, (clock.now().timestamp(),) * 2)
    await pass_days(services, clock, 7)
    assert copy.exists()
    await pass_days(services, clock, 1)
    assert not copy.exists()
    assert other.exists()  # it is the operator's


async def test_retention_is_one_due_row_once_a_day(
    services: Services, clock: ManualClock, path: Path
) -> None:
    waits = "SELECT kind, subject_id, occurs_at FROM due"
    await services.worker.run_due()
    tomorrow = int((MONDAY_NOON + timedelta(hours=15)).timestamp())
    assert query(path, waits) == [("retention", 0, tomorrow)]
    await pass_days(services, clock, 400)
    assert len(query(path, waits)) == 1


async def test_every_member_is_checked_though_only_a_few_at_a_time(
    services: Services, clock: ManualClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most in (("_MEMBERS_PER_PAGE", 3), ("_CONSENTS_PER_UNIT", 2)):
        monkeypatch.setattr(retention, name, most)
    for member_id in range(1, 9):
        for guild_id in (HERE, THERE)[: 1 + member_id % 2]:
            for purpose in (Purpose.SHOW_NAME, Purpose.WEEKLY_COUNTS):
                await agree(services, member_id, guild_id, purpose)
    clock.move(days=400)
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))
    assert query(path, "SELECT member_id FROM consent") == [(ANN,)]


async def test_two_small_writes_are_made_if_nothing_has_expired(
    services: Services, clock: ManualClock, executed_commands: list[str]
) -> None:
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    clock.move(days=40)
    executed_commands.clear()
    await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))
    assert executed_commands.count("COMMIT") == 2  # of when it looks again, and that it vacuumed
    assert not any("FROM consent" in each or "FROM weekly_count" in each for each in executed_commands)


async def test_a_tap_between_the_check_and_the_deletion_keeps_the_consent(
    services: Services, clock: ManualClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(services, ANN, HERE, Purpose.SHOW_NAME)
    clock.move(days=400)
    append = ErasureLog.append

    def tap_first(*given: Any) -> LogPosition:
        query(path, "UPDATE consent SET active_month = ?", month_of(clock.now()))
        return append(*given)

    monkeypatch.setattr(ErasureLog, "append", tap_first)
    await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))
    assert purposes(path) == {"show_name"}


async def test_a_week_that_no_consent_covers_is_deleted_within_a_day(
    services: Services, clock: ManualClock, path: Path
) -> None:
    await agree(services, BEN, HERE, Purpose.WEEKLY_COUNTS)
    for member_id in (ANN, BEN):
        query(path, "INSERT INTO weekly_count VALUES (?, ?, 202648, 1, 1)", member_id, HERE)
    await services.retention.act(Due(DueKind.RETENTION, 0, clock.now()))
    assert query(path, "SELECT member_id FROM weekly_count") == [(BEN,)]


async def test_records_of_unfinished_sends_are_deleted_after_thirty_days(
    services: Services, clock: ManualClock, path: Path
) -> None:
    await services.database.write(
        lambda statements: outbox.begin(statements, "checkin:4", HERE, 71, clock.now())
    )
    for days, left in ((29, 1), (2, 0)):
        await pass_days(services, clock, days)
        assert len(query(path, "SELECT * FROM outbox")) == left
