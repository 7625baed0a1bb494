"""A simulated year of check-ins: of ten thousand members by the rules, of some by the services too."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bench.year.judge import PROMISES, Judge
from bench.year.run import by_rules, by_services, report
from bot.checkins.times import CheckinTimes
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY

MORNINGS = CheckinTimes(MONDAY_TO_FRIDAY, 480, 660, "Europe/Berlin", 3)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # nine in Berlin


async def test_a_year_of_ten_thousand_members_breaks_no_promise() -> None:
    year = await by_rules(10_000)
    print(report(year))  # noqa: T201 - the counts are for people to read: pytest -s
    assert {promise: year.broken[promise] for promise in PROMISES} == dict.fromkeys(PROMISES, 0)
    assert year.seen["check-ins"] > 80_000
    assert year.seen["on days when clocks change"] > 200
    assert all(year.seen[f"deeds: {name}"] > 500 for name in ("pause", "change", "move", "stop", "back"))


async def test_the_services_send_everything_at_the_same_moments_as_the_rules() -> None:
    members = 20
    by_the_services = await by_services(members)
    print(report(by_the_services))  # noqa: T201 - the counts are for people to read: pytest -s
    assert by_the_services.broken.total() == 0
    assert by_the_services.came == (await by_rules(members)).came
    assert by_the_services.seen["check-ins"] > 150


def judged(times: CheckinTimes, *days: float, removes: bool = True, ended: bool = False) -> Counter[str]:
    """Return the broken promises that a judge finds in check-ins, given as days after a Monday morning."""
    broken: Counter[str] = Counter()
    judge = Judge(broken, Counter())
    judge.agreed(times)
    judge.paused(MONDAY - timedelta(hours=1))
    if ended:
        judge.ended()
    for number, after in enumerate(days, 1):
        removed = number - 1 if removes else None
        judge.came(MONDAY + timedelta(days=after), number, removed=removed, at_once=False)
    return +broken


@pytest.mark.parametrize(
    ("promise", "found"),
    [
        ("outside the window", judged(MORNINGS, 0.1)),
        ("outside the window", judged(MORNINGS, 5)),
        ("outside the window", judged(replace(MORNINGS, start_minute=541, end_minute=1980), 0)),
        ("in quiet hours", judged(replace(MORNINGS, quiet_start_minute=530, quiet_end_minute=60), 0)),
        ("in quiet hours", judged(replace(MORNINGS, quiet_start_minute=530, quiet_end_minute=541), 0)),
        ("before the day to begin", judged(replace(MORNINGS, begins_on=date(2026, 11, 24)), 0)),
        ("in a pause", judged(MORNINGS, -3 - 1 / 24)),
        ("over the week's maximum", judged(MORNINGS, 0, 1, 2, 3)),
        ("two unanswered in view", judged(MORNINGS, 0, 1, removes=False)),
        ("after consent ended", judged(MORNINGS, 0, ended=True)),
        ("after four unanswered", judged(MORNINGS, 0, 1, 7, 8, 14)),
    ],
)
def test_the_judge_finds_every_kind_of_broken_promise(promise: str, found: Counter[str]) -> None:
    assert found == {promise: 1}


def test_the_judge_accepts_what_was_promised() -> None:
    quiet = replace(MORNINGS, quiet_start_minute=1320, quiet_end_minute=540)
    assert judged(quiet, 0, 1, 2, 7) == {}
    nights = CheckinTimes(
        1 << 6, 1320, 1320 + 720, "Europe/Berlin", 1
    )  # Sunday's night lasts until Monday's ten
    assert judged(nights, 0, 7, 14) == {}
