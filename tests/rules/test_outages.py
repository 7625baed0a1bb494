"""When moderators are told: only of changes that last, and rarely of the same thing again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.servers.outages.rules import (
    NOT_AGAIN_WITHIN,
    STEADY_FOR,
    Outage,
    may_be_forgotten,
    observe,
    tell_at,
    told,
)

T = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOM = Outage(1, "room:1")
MINUTE = timedelta(minutes=1)


def live(works_by_minute: list[bool]) -> list[tuple[int, bool]]:
    """Return what moderators are told, and in which minute, if a room is looked at each minute."""
    outage, messages = ROOM, list[tuple[int, bool]]()
    for minute, works in enumerate(works_by_minute):
        now = T + minute * MINUTE
        outage = observe(outage, now, works=works)
        at = tell_at(outage)
        if at is not None and at <= now:
            outage = told(outage, now)
            messages.append((minute, not outage.is_told))
    return messages


def test_moderators_are_told_of_a_stop_after_five_minutes_and_of_its_end_after_five_more() -> None:
    assert live([True] * 3 + [False] * 20 + [True] * 20) == [(8, False), (28, True)]


def test_what_lasts_less_than_five_minutes_is_not_mentioned() -> None:
    assert live(([False] * 5 + [True]) * 60) == []
    assert live([False] * 20 + ([True] * 5 + [False]) * 60) == [(5, False)]


def test_a_room_that_keeps_stopping_is_mentioned_at_most_every_six_hours() -> None:
    messages = live(([False] * 10 + [True] * 10) * 72)  # for a day
    stops = [minute for minute, works in messages if not works]
    assert len(stops) == 4
    assert all(later - sooner >= 360 for sooner, later in pairwise(stops))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 400)), min_size=4, max_size=12))
def test_messages_alternate_and_are_true_when_they_are_sent(spans: list[tuple[bool, int]]) -> None:
    works_by_minute = [works for works, minutes in spans for _ in range(minutes)]
    messages = live(works_by_minute)
    assert [works for _, works in messages] == [number % 2 == 1 for number in range(len(messages))]
    for minute, works in messages:
        recent = works_by_minute[minute - STEADY_FOR // MINUTE : minute + 1]
        assert set(recent) == {works}
    stops = [minute for minute, works in messages if not works]
    assert all(b - a >= NOT_AGAIN_WITHIN // MINUTE for a, b in pairwise(stops))


def test_a_subject_that_works_is_forgotten_once_its_next_stop_may_be_told() -> None:
    assert may_be_forgotten(ROOM, T)
    stopped = told(observe(ROOM, T, works=False), T)
    assert not may_be_forgotten(stopped, T + 10 * NOT_AGAIN_WITHIN)
    resumed = told(observe(stopped, T, works=True), T)
    assert not may_be_forgotten(resumed, T + NOT_AGAIN_WITHIN - MINUTE)
    assert may_be_forgotten(resumed, T + NOT_AGAIN_WITHIN)
