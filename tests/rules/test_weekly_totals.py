"""What is published about a week, and that it shows almost nothing about any one person."""

import math
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.weeks.counts.picture import draw
from bot.weeks.counts.rules import monday, week_of
from bot.weeks.totals.model import SharedCounts, WeeklyTotal
from bot.weeks.totals.rules import (
    FEWEST_MEMBERS,
    MOST_PER_MEMBER,
    ODDS,
    ROUNDED_TO,
    begins_at,
    blurred,
    columns,
    newest_over,
    publish,
)
from tests.rules.test_weekly_counts import point

MOMENTS = st.builds(
    datetime.combine, st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.times(), st.just(UTC)
)
ZONES = [timezone(timedelta(hours=hours)) for hours in range(-12, 15)]
FALL = math.exp(-math.log(ODDS) / MOST_PER_MEMBER)
BESIDES = 400  # how far the blur is followed; what lies beyond is less likely than any test can see


def outcomes(count: int) -> dict[int, float]:
    """Return every total that `count` can be published as, with its probability, from the formula alone."""
    chances: dict[int, float] = {}
    for by in range(-BESIDES, BESIDES + 1):
        published = max(0, round((count + by) / ROUNDED_TO) * ROUNDED_TO)
        chances[published] = chances.get(published, 0.0) + (1 - FALL) / (1 + FALL) * FALL ** abs(by)
    return chances


@given(MOMENTS)
def test_a_week_is_published_once_it_is_over_in_every_zone_and_not_later(now: datetime) -> None:
    running = {week_of(now.astimezone(zone).date()) for zone in ZONES}
    assert newest_over(now) < min(running)
    assert (monday(min(running)) - monday(newest_over(now))).days == 7


@given(MOMENTS)
def test_a_consent_covers_no_week_that_has_begun_in_any_time_zone(agreed: datetime) -> None:
    begun = {week_of(agreed.astimezone(zone).date()) for zone in ZONES}
    assert all(begins_at(week) <= agreed for week in begun)
    after = week_of(monday(max(begun)) + timedelta(weeks=1))
    assert begins_at(after) > agreed


@given(st.integers(0, FEWEST_MEMBERS - 1), st.integers(0, 99), st.integers(0, 99))
def test_fewer_than_five_members_are_not_published(members: int, sits: int, checkins: int) -> None:
    assert publish(202648, SharedCounts(members, sits, checkins), lambda: 0.5) == WeeklyTotal(
        202648, None, None
    )


def test_without_a_blur_a_total_is_rounded_to_tens() -> None:
    for count, total in ((0, 0), (4, 0), (6, 10), (14, 10), (16, 20), (1234, 1230)):
        assert publish(202648, SharedCounts(5, count, 0), lambda: 0.0) == WeeklyTotal(202648, total, 0)


@pytest.mark.parametrize("count", [0, 7, 33])
def test_the_blur_follows_the_formula(count: int) -> None:
    """The samples are spread evenly instead of at random, so that every run gives the same result."""
    places = [(place + 0.5) / 300 for place in range(300)]
    found = Counter(blurred(count, iter(pair).__next__) for pair in product(places, repeat=2))
    expected = outcomes(count)
    assert set(found) <= set(expected)
    for published, chance in expected.items():
        assert abs(found[published] / 90_000 - chance) < 0.005


@pytest.mark.parametrize("others", [0, 3, 4, 5, 6, 10, 24, 25, 26, 101])
def test_no_outcome_tells_much_about_whether_one_person_was_in_it(others: int) -> None:
    """Even someone who knows and controls all other members' counts cannot tell: the odds are bounded."""
    without = outcomes(others)
    for own in range(1, MOST_PER_MEMBER + 1):
        with_them = outcomes(others + own)
        for published in without.keys() | with_them.keys():
            one, other = without.get(published, 0.0), with_them.get(published, 0.0)
            if max(one, other) > 1e-12:
                assert max(one, other) / min(one, other) <= ODDS * (1 + 1e-6)


@pytest.mark.parametrize("others", [4, 5, 20, 24])
def test_the_best_guess_of_someone_who_knows_all_others_is_often_wrong(others: int) -> None:
    """The guess, whether a member took five seats or none, is right two times in three at best."""
    dice = random.Random(others)  # noqa: S311 - the same game every time
    likely = {own: outcomes(others + own) for own in (0, MOST_PER_MEMBER)}
    right = 0
    for game in range(6000):
        own = (0, MOST_PER_MEMBER)[game % 2]
        published = blurred(others + own, dice.random)
        guess = max(likely, key=lambda each: likely[each].get(published, 0.0))
        right += guess == own
    assert right / 6000 < 0.71
    assert right / 6000 > 0.5  # the game is played in earnest


def test_an_empty_week_has_no_stone_and_small_totals_are_shown_as_few() -> None:
    weeks = [202652, 202653, 202701]
    found = columns(weeks, [WeeklyTotal(202652, 40, 0), WeeklyTotal(202653, None, None)])
    assert [(each.label, each.above and each.above[0], each.below and each.below[0]) for each in found] == [
        ("52", "40", "<10"),
        ("53", None, None),
        ("1", None, None),
    ]


def test_the_word_few_fits_on_its_stone() -> None:
    (column,) = columns([202652], [WeeklyTotal(202652, 0, 0)])
    picture = draw([column])
    brightness = [sum(point(picture, x, 54)) for x in range(96)]
    stone = [x for x, each in enumerate(brightness) if each > 400]
    written = [x for x in range(stone[0], stone[-1]) if brightness[x] < 300]
    assert stone[0] + 2 < written[0] < written[-1] < stone[-1] - 2
