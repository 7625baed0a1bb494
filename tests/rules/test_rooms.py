"""Phases, the budget of requests, and what people type."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rooms.model import Room
from bot.rooms.rules import LENGTHS, MOST_MINUTES, find_typed, free_name, whole_minutes
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import (
    begins_at,
    next_change,
    phase_at,
    phase_starts,
    round_of,
    settling_minutes,
    talk_minutes,
)
from bot.scheduling.wall_time import is_late

OPENED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
IN_ORDER = (Phase.SETTLING_IN, Phase.QUIET, Phase.TIME_TO_TALK, Phase.CLOSED)
INSTANT = timedelta(microseconds=1)


def session(minutes: int = 25, rounds: int = 1) -> Session:
    closes_at = OPENED + timedelta(minutes=whole_minutes(minutes, rounds))
    return Session(1, 1, 1, 1, OPENED, minutes, closes_at, rounds=rounds)


def phases_of(sitting: Session) -> list[Phase]:
    return list(phase_starts(sitting))


FITTING = [(m, r) for m in LENGTHS for r in (1, 2, 3, 4) if whole_minutes(m, r) <= MOST_MINUTES]


def test_four_rounds_fit_into_two_hours_but_for_the_longest() -> None:
    assert [each for each in FITTING if each[1] == 4] == [(5, 4), (10, 4), (15, 4), (25, 4)]
    assert [whole_minutes(*each) for each in FITTING if each[0] == 50] == [50, 105]
    assert whole_minutes(25, 4) == 115


@pytest.mark.parametrize(("minutes", "rounds"), FITTING)
def test_phases_follow_each_other_without_gap_or_overlap(minutes: int, rounds: int) -> None:
    sitting = session(minutes, rounds=rounds)
    order = phases_of(sitting)
    starts = [begins_at(sitting, phase) for phase in order]
    assert starts[0] == OPENED
    assert starts[-1] == OPENED + timedelta(minutes=whole_minutes(minutes, rounds))
    assert starts == sorted(set(starts))
    for before, phase, start in zip((None, *order), order, starts, strict=False):
        assert phase_at(sitting, start) is phase
        if before is not None:
            assert phase_at(sitting, start - INSTANT) is before


def test_the_time_to_talk_is_long_enough_to_talk() -> None:
    assert [talk_minutes(minutes) for minutes in LENGTHS] == [1, 2, 3, 5, 10]
    assert [settling_minutes(minutes) for minutes in LENGTHS] == [1, 1, 1, 2, 5]


def test_breaks_of_five_minutes_come_on_top_of_the_rounds() -> None:
    sitting = session(25, rounds=3)
    minutes = [(each - OPENED).total_seconds() / 60 for each in phase_starts(sitting).values()]
    assert minutes == [0, 2, 25, 30, 55, 60, 80, 85]
    assert phases_of(sitting) == [
        *(Phase.SETTLING_IN, Phase.QUIET, Phase.BREAK, Phase.QUIET_2, Phase.BREAK_2, Phase.QUIET_3),
        *(Phase.TIME_TO_TALK, Phase.CLOSED),
    ]
    assert [round_of(phase) for phase in phases_of(sitting)[:6]] == [1, 1, 1, 2, 2, 3]
    assert [phase for phase in Phase if phase.is_break] == [Phase.BREAK, Phase.BREAK_2, Phase.BREAK_3]


@given(st.sampled_from(FITTING), st.integers(-600, 8000))
def test_the_next_change_is_where_the_phase_that_is_shown_ends(fit: tuple[int, int], seconds: int) -> None:
    sitting, now = session(fit[0], rounds=fit[1]), OPENED + timedelta(seconds=seconds)
    phase = phase_at(sitting, now)
    change = next_change(sitting, phase)
    if change is None:
        assert phase is Phase.CLOSED
        return
    assert change > now
    assert phase_at(sitting, change - INSTANT) is phase
    order = phases_of(sitting)
    assert phase_at(sitting, change) is order[order.index(phase) + 1]


def test_a_phase_that_began_unseen_is_not_skipped() -> None:
    """The card still shows quiet, though the time to talk has begun: its edit is overdue."""
    assert next_change(session(25), Phase.QUIET) == begins_at(session(25), Phase.TIME_TO_TALK)


def test_ten_minutes_are_not_late_and_a_moment_more_is() -> None:
    assert not is_late(OPENED, OPENED + timedelta(minutes=10))
    assert is_late(OPENED, OPENED + timedelta(minutes=10) + INSTANT)
    assert not is_late(OPENED, OPENED - timedelta(hours=1))


@pytest.mark.parametrize(
    ("typed", "number"),
    [("2", 2), (" 3 ", 3), ("library", 2), (" Two ", 4), ("4", 4), ("5", None), ("", None)],
)
def test_typed_text_means_a_rooms_id_before_it_means_a_rooms_name(typed: str, number: int | None) -> None:
    named = {1: "2", 2: "Library", 3: "4", 4: "two"}
    found = find_typed([Room(each, 1, 1, name, 8) for each, name in named.items()], typed)
    assert (found.room_id if found else None) == number


def test_a_room_that_nobody_named_gets_a_free_name() -> None:
    taken = [Room(1, 1, 1, "Library", 8), Room(2, 1, 1, "Library 2", 8)]
    assert free_name(taken, "library", "Quiet room") == "library 3"
    assert free_name([], "\u2800", "Quiet room") == "Quiet room"
    assert free_name([], "x" * 100, "Quiet room") == "x" * 40
    assert free_name([Room(1, 1, 1, "x" * 40, 8)], "x" * 100, "Quiet room") == "x" * 38 + " 2"


def test_two_spellings_are_one_name() -> None:
    assert find_typed([Room(1, 1, 1, "Caf\u00e9", 8)], "CAFE\u0301") is not None
