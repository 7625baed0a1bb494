"""A simulated year of check-ins: of four thousand members by the rules, of some by the services too."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bench.year.judge import PROMISES, Judge
from bench.year.notice_judge import NOTICE_PROMISES, NoticeJudge, Opened
from bench.year.notices import by_services as notices_by_services
from bench.year.run import by_rules, by_services, report
from bot.checkins.times import CheckinTimes
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY

MORNINGS = CheckinTimes(MONDAY_TO_FRIDAY, 480, 660, "Europe/Berlin", 3)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # nine in Berlin
DAY = timedelta(days=1)
DAILY = replace(MORNINGS, per_week=5)


async def test_a_year_of_four_thousand_members_breaks_no_promise() -> None:
    year = await by_rules(4_000)  # python -m bench.year runs ten thousand
    print(report(year))  # noqa: T201 - the counts are for people to read: pytest -s
    assert {promise: year.broken[promise] for promise in PROMISES} == dict.fromkeys(PROMISES, 0)
    assert year.seen["check-ins"] > 32_000
    assert year.seen["on days when clocks change"] > 80
    assert all(year.seen[f"actions: {name}"] > 200 for name in ("pause", "change", "move", "stop", "back"))


async def test_the_services_send_everything_at_the_same_moments_as_the_rules() -> None:
    members = 20
    by_the_services = await by_services(members)
    print(report(by_the_services))  # noqa: T201 - the counts are for people to read: pytest -s
    assert by_the_services.broken.total() == 0
    assert by_the_services.came == (await by_rules(members)).came
    assert by_the_services.seen["check-ins"] > 150


def judged(
    times: CheckinTimes, *days: float, removes: bool = True, ended: bool = False, until: float | None = None
) -> Counter[str]:
    """Return the broken promises that a judge finds in check-ins, given as days after a Monday morning.

    `until`: the last day on which the check-in that the member waits for may still come.
    """
    broken: Counter[str] = Counter()
    judge = Judge(broken, Counter())
    judge.agreed(times, MONDAY - DAY)
    judge.paused(MONDAY - DAY, MONDAY - timedelta(hours=1))
    if ended:
        judge.ended(MONDAY - DAY)
    for number, after in enumerate(days, 1):
        removed = number - 1 if removes else None
        moment = MONDAY + timedelta(days=after)
        judge.came(moment, number, removed=removed, due=moment)
    if until is not None:
        judge.ended(MONDAY + timedelta(days=until))
    return +broken


@pytest.mark.parametrize(
    ("promise", "found"),
    [
        ("outside the window", judged(MORNINGS, 0.1)),
        ("outside the window", judged(replace(MORNINGS, weekdays=1 << 1), 0)),
        ("outside the window", judged(replace(MORNINGS, start_minute=541, end_minute=1980), 0)),
        ("in quiet hours", judged(replace(MORNINGS, quiet_start_minute=530, quiet_end_minute=60), 0)),
        ("in quiet hours", judged(replace(MORNINGS, quiet_start_minute=530, quiet_end_minute=541), 0)),
        ("before the day to begin", judged(replace(MORNINGS, begins_on=date(2026, 11, 24)), 0)),
        ("in a pause", judged(MORNINGS, -3 - 1 / 24)),
        ("over the week's maximum", judged(replace(MORNINGS, per_week=1), 0, 1)),
        ("two unanswered in view", judged(MORNINGS, 0, 1, removes=False)),
        ("after consent ended", judged(MORNINGS, 0, ended=True)),
        ("after four unanswered", judged(DAILY, 0, 1, 3, 7, 9)),
        ("not half as often after two unanswered", judged(DAILY, 0, 1, 2, 3)),
        ("not half as often after two unanswered", judged(replace(MORNINGS, per_week=2), 0, 2, 7, 9)),
        ("not half as often after two unanswered", judged(replace(MORNINGS, per_week=1), 0, 7, 14, 21)),
        ("too seldom", judged(DAILY, 2)),
        ("too seldom", judged(DAILY, 0, 2)),
        ("too seldom", judged(DAILY, 0, until=2)),
        ("too seldom", judged(DAILY, 0, 1, 4)),
        ("too seldom", judged(replace(MORNINGS, per_week=1), 0, 7, 21, 42)),
    ],
)
def test_the_judge_finds_every_kind_of_broken_promise(promise: str, found: Counter[str]) -> None:
    assert found == {promise: 1}


def test_the_judge_knows_what_was_late() -> None:
    broken: Counter[str] = Counter()
    judge = Judge(broken, Counter())
    judge.agreed(DAILY, MONDAY - DAY)
    judge.came(MONDAY + timedelta(minutes=10), 1, removed=0, due=MONDAY)
    judge.skipped(MONDAY + DAY + timedelta(minutes=11), MONDAY + DAY)
    assert +broken == {}
    judge.came(MONDAY + 2 * DAY + timedelta(minutes=11), 2, removed=1, due=MONDAY + 2 * DAY)
    assert +broken == {"more than ten minutes late": 1}
    judge.skipped(MONDAY + 3 * DAY + timedelta(minutes=10), MONDAY + 3 * DAY)
    assert +broken == {"more than ten minutes late": 1, "skipped though not late": 1}


def test_the_judge_expects_check_ins_again_after_a_tap_and_after_a_pause() -> None:
    broken: Counter[str] = Counter()
    judge = Judge(broken, Counter())
    judge.agreed(DAILY, MONDAY - DAY)
    for number, day in enumerate((0, 1, 3, 7), 1):
        judge.came(MONDAY + day * DAY, number, removed=number - 1, due=MONDAY + day * DAY)
    judge.tapped(4, MONDAY + 30 * DAY)  # a Wednesday, long after they stopped
    judge.paused(MONDAY + 30 * DAY, MONDAY + 35 * DAY)
    judge.ended(MONDAY + 36 * DAY)
    assert +broken == {}
    judge.agreed(DAILY, MONDAY + 42 * DAY)
    judge.paused(MONDAY + 42 * DAY, MONDAY + 49 * DAY)
    judge.ended(MONDAY + 51 * DAY)
    assert +broken == {"too seldom": 1}


def test_the_judge_accepts_what_was_promised() -> None:
    assert judged(DAILY, 0, 1, 3, 7, until=100) == {}
    assert judged(replace(MORNINGS, per_week=1), 0, 7, 21, 35, until=100) == {}
    quiet = replace(MORNINGS, quiet_start_minute=1320, quiet_end_minute=540)
    assert judged(quiet, 0, 1, 3, 8) == {}
    nights = CheckinTimes(
        1 << 6, 1320, 1320 + 720, "Europe/Berlin", 1
    )  # Sunday's night lasts until Monday's ten
    assert judged(nights, 0, 7, 21) == {}


# Room notices


async def test_some_weeks_of_room_notices_break_no_promise() -> None:
    year = await notices_by_services(6, days=40)  # python -m bench.year: 100 members and a year
    assert {promise: year.broken[promise] for promise in NOTICE_PROMISES} == dict.fromkeys(
        NOTICE_PROMISES, 0
    )
    assert year.seen["notices"] == year.seen["removed"] > 30
    assert year.seen["taps"] > 5
    assert year.has_passed


SESSIONS = [Opened(number, MONDAY + number * DAY, 50) for number in range(8)]
MISSING = timedelta(minutes=-1)  # instead of how long after the opening a notice came


def judged_notices(
    *came: timedelta | float, quiet: bool = False, paused: bool = False, ended: bool = False
) -> NoticeJudge:
    """Return a judge of notices, each so many minutes after its session opened, and removed in time."""
    judge = NoticeJudge(Counter(), Counter())
    judge.agreed(("Europe/Berlin", 8 * 60, 10 * 60) if quiet else None)
    if paused:
        judge.paused(MONDAY + 7 * DAY)
    if ended:
        judge.ended()
    for session, after in zip(SESSIONS, came, strict=False):
        if isinstance(after, timedelta):
            judge.did_not_come(session, session.at)
        else:
            judge.came(session, session.at + timedelta(minutes=after))
            judge.removed(session, session.closes_at)
        judge.closed(session)
    return judge


def of_one_session(*acts: str) -> NoticeJudge:
    judge = judged_notices()
    for act in acts:
        if act == "came":
            judge.came(SESSIONS[0], SESSIONS[0].at)
        else:
            judge.removed(SESSIONS[0], SESSIONS[0].at)
    judge.closed(SESSIONS[0])
    return judge


@pytest.mark.parametrize(
    ("promise", "judge"),
    [
        ("after settling in", judged_notices(5)),
        ("after settling in", judged_notices(-1)),
        ("in quiet hours", judged_notices(1, quiet=True)),
        ("in a pause", judged_notices(1, paused=True)),
        ("after consent ended", judged_notices(1, ended=True)),
        ("missing though wanted", judged_notices(1, MISSING)),
        ("not half as often after two unanswered", judged_notices(1, 1, 1)),
        ("too seldom after two unanswered", judged_notices(1, 1, MISSING, MISSING)),
        ("after four unanswered", judged_notices(1, 1, MISSING, 1, MISSING, 1, MISSING, 1)),
        ("twice about one session", of_one_session("came", "came", "removed")),
        ("left after the close", of_one_session("came")),
        ("removed before the close", of_one_session("came", "removed")),
    ],
)
def test_each_broken_promise_about_notices_is_noticed(promise: str, judge: NoticeJudge) -> None:
    assert promise in +judge.broken


@pytest.mark.parametrize(
    "judge",
    [
        judged_notices(1, 4.9, MISSING, 1, MISSING, 1, MISSING, MISSING),
        judged_notices(MISSING, quiet=True),
        judged_notices(MISSING, paused=True),
        judged_notices(MISSING, ended=True),
    ],
)
def test_notices_as_promised_break_nothing(judge: NoticeJudge) -> None:
    assert not +judge.broken
