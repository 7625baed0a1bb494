"""Weekly totals: published once, from members who share, even if members change between two requests."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app.compose import wire
from bot.privacy.consent.model import Purpose
from bot.scheduling.wall_time import iso_week
from bot.services import Services
from bot.storage.database import Statements
from bot.storage.sqlite.database import SqliteDatabase
from bot.weeks.totals.model import WeeklyTotal
from bot.weeks.totals.rules import FEWEST_MEMBERS
from bot.weeks.totals.service import WeeklyTotals
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, HERE, THERE, agree
from tests.storage.scratch import query

MEMBERS = [ANN + number * 7_919 for number in range(8)]


def plain() -> float:
    """Replace the random blur with no blur."""
    return 0.0


async def share(services: Services, member_id: int, guild_id: int = HERE) -> None:
    for purpose in (Purpose.WEEKLY_COUNTS, Purpose.SHARE_COUNTS):
        await agree(services, member_id, guild_id, purpose)


async def sit(services: Services, member_id: int, times: int = 1, guild_id: int = HERE) -> None:
    week = iso_week(services.clock.now(), "UTC")

    async def count(statements: Statements) -> None:
        for _ in range(times):
            await statements.run("count_sit", member_id=member_id, guild_id=guild_id, week=week)

    await services.database.write(count)


async def published(services: Services, guild_id: int = HERE) -> list[WeeklyTotal]:
    return (await WeeklyTotals(services.database, services.clock, plain).publish(guild_id)).totals


async def a_week_of(services: Services, clock: ManualClock, members: Sequence[int], times: int = 4) -> int:
    """Let members share and, in the week after, sit; return that week, which is over then."""
    for member_id in members:
        await share(services, member_id)
    clock.move(days=7)
    week = iso_week(clock.now(), "UTC")
    for member_id in members:
        await sit(services, member_id, times)
    clock.move(days=7)
    return week


async def test_a_week_of_five_is_published_when_it_is_over(services: Services, clock: ManualClock) -> None:
    for member_id in MEMBERS[:5]:
        await share(services, member_id)
    clock.move(days=7)
    for member_id in MEMBERS[:5]:
        await sit(services, member_id, 4)
    assert await published(services) == []
    week = iso_week(clock.now(), "UTC")
    clock.move(days=7)
    assert await published(services) == [WeeklyTotal(week, 20, 0)]


async def test_a_week_of_four_is_not_published_even_if_a_fifth_member_shares_later(
    services: Services, clock: ManualClock
) -> None:
    week = await a_week_of(services, clock, MEMBERS[:4])
    assert await published(services) == []
    await share(services, MEMBERS[4])

    async def count(statements: Statements) -> None:
        await statements.run("count_sit", member_id=MEMBERS[4], guild_id=HERE, week=week)

    await services.database.write(count)
    assert await published(services) == []


async def test_a_member_who_shares_but_did_nothing_is_not_one_of_the_five(
    services: Services, clock: ManualClock
) -> None:
    await share(services, MEMBERS[5])
    await a_week_of(services, clock, MEMBERS[:4])
    assert await published(services) == []


async def test_a_member_who_sits_all_day_counts_for_at_most_five_sits(
    services: Services, clock: ManualClock
) -> None:
    for member_id in MEMBERS[:5]:
        await share(services, member_id)
    clock.move(days=7)
    for member_id in MEMBERS[:4]:
        await sit(services, member_id)
    await sit(services, MEMBERS[4], 80)
    clock.move(days=7)
    (total,) = await published(services)
    assert total.sits == 10  # of nine


async def test_counts_from_before_the_consent_are_not_in_the_total(
    services: Services, clock: ManualClock
) -> None:
    for member_id in MEMBERS[:5]:
        await agree(services, member_id, HERE, Purpose.WEEKLY_COUNTS)
        await sit(services, member_id, 4)
        await agree(services, member_id, HERE, Purpose.SHARE_COUNTS)
        await sit(services, member_id, 4)
    clock.move(days=14)
    assert await published(services) == []


async def test_members_who_do_not_share_are_not_in_the_total(
    services: Services, clock: ManualClock
) -> None:
    for member_id in MEMBERS[5:]:
        await agree(services, member_id, HERE, Purpose.WEEKLY_COUNTS)
    await share(services, MEMBERS[7], THERE)
    clock.move(days=7)
    for member_id in MEMBERS[5:]:
        await sit(services, member_id, 5)
    clock.move(days=-7)
    week = await a_week_of(services, clock, MEMBERS[:5])
    assert await published(services) == [WeeklyTotal(week, 20, 0)]
    assert await published(services, THERE) == []


@pytest.mark.parametrize("purpose", [Purpose.WEEKLY_COUNTS, Purpose.SHARE_COUNTS])
async def test_members_who_agreed_to_an_older_text_are_not_in_the_total(
    services: Services, clock: ManualClock, path: Path, purpose: Purpose
) -> None:
    await a_week_of(services, clock, MEMBERS[:5])
    older = "UPDATE consent SET version = version - 1 WHERE member_id = ? AND purpose = ? RETURNING purpose"
    assert query(path, older, MEMBERS[0], purpose.value) == [(purpose.value,)]
    assert await published(services) == []


@pytest.mark.parametrize("leaving", ["share", "weekly", "delete"])
async def test_leaving_before_a_week_is_published_removes_the_members_counts(
    services: Services, clock: ManualClock, leaving: str
) -> None:
    await a_week_of(services, clock, MEMBERS[:5])
    if leaving == "delete":
        await services.erasure.erase_member(MEMBERS[0], None)
    else:
        await services.consents.turn_off(MEMBERS[0], HERE, Purpose(f"{leaving}_counts"))
    assert await published(services) == []


async def test_published_totals_stay_when_members_leave_or_come(
    services: Services, clock: ManualClock
) -> None:
    week = await a_week_of(services, clock, MEMBERS[:5])
    expected = [WeeklyTotal(week, 20, 0)]
    assert await published(services) == expected
    for member_id in MEMBERS[:5]:
        await services.erasure.erase_member(member_id, None)
        assert await published(services) == expected
    clock.move(days=77)
    assert await published(services) == expected
    clock.move(days=7)
    assert await published(services) == []


async def test_asking_twice_at_the_same_moment_publishes_once(
    services: Services, clock: ManualClock
) -> None:
    await a_week_of(services, clock, MEMBERS[:6])
    blurring = WeeklyTotals(services.database, clock)
    looks = await asyncio.gather(*(blurring.publish(HERE) for _ in range(5)))
    assert len(looks[0].totals) == 1
    assert all(each.totals == looks[0].totals for each in looks)


async def test_no_more_than_twelve_weeks_are_saved_and_none_of_them_is_about_a_person(
    services: Services, clock: ManualClock, path: Path
) -> None:
    for _ in range(3):
        await published(services)
        clock.move(days=63)
    await published(services)
    assert query(path, "SELECT COUNT(*) FROM weekly_total") == [(12,)]
    columns = {row[1] for row in query(path, "PRAGMA table_info(weekly_total)")}
    assert columns == {"guild_id", "week", "sits", "checkins"}


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["share", "withdraw", "erase"]), st.integers(0, 7)),
        st.tuples(st.just("sit"), st.integers(0, 7)),
        st.tuples(st.just("all sit"), st.integers(4, 8)),
        st.tuples(st.just("hours"), st.sampled_from([1, 30, 80, 170])),
    ),
    min_size=25,
    max_size=60,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS)
def test_asking_after_every_step_shows_no_member_coming_or_leaving(actions: list[tuple[str, int]]) -> None:
    """The differencing attack: look, let a member do something, look again, and compare.

    No difference is caused by a person: between two looks, only weeks that ended are added, each with five
    members or more, and old weeks disappear.
    """
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(attack(Path(folder) / "alongside.db", actions))


async def attack(path: Path, actions: list[tuple[str, int]]) -> None:
    database, clock = await SqliteDatabase.open(path), ManualClock()
    services = wire(database, clock)
    sat: dict[int, set[int]] = defaultdict(set)  # by week, everybody who ever sat in it
    try:
        sat[await a_week_of(services, clock, MEMBERS[:6])] = set(MEMBERS[:6])
        before = await services.weekly_totals.publish(HERE)
        assert before.totals
        for action, number in actions:
            await act(services, clock, sat, action, number)
            after = await services.weekly_totals.publish(HERE)
            compare(before.totals, after.totals, after.weeks, action)
            assert all(len(sat[each.week]) >= FEWEST_MEMBERS for each in after.totals)
            assert all(each.week < iso_week(clock.now(), "UTC") for each in after.totals)
            before = after
    finally:
        await database.close()


def compare(before: list[WeeklyTotal], after: list[WeeklyTotal], weeks: list[int], action: str) -> None:
    """Assert that a look shows the same as the one before it, plus at most weeks that have ended."""
    assert [each for each in before if each.week in weeks] == [each for each in after if each in before]
    fresh = [each.week for each in after if each not in before]
    assert action == "hours" or not fresh
    assert not set(fresh) & {each.week for each in before}


async def act(
    services: Services, clock: ManualClock, sat: dict[int, set[int]], action: str, number: int
) -> None:
    """Do what a member can do, or let time pass."""
    if action == "hours":
        clock.move(hours=number)
    elif action == "share":
        await share(services, MEMBERS[number])
    elif action == "withdraw":
        await services.consents.turn_off(MEMBERS[number], HERE, Purpose.SHARE_COUNTS)
    elif action == "erase":
        await services.erasure.erase_member(MEMBERS[number], None)
    else:
        for member_id in MEMBERS[:number] if action == "all sit" else [MEMBERS[number]]:
            if Purpose.WEEKLY_COUNTS in await services.consents.in_force(member_id, HERE):
                await sit(services, member_id)
                sat[iso_week(clock.now(), "UTC")].add(member_id)
