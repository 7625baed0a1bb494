"""Phases, the budget of requests, and what people type."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rooms.model import Room
from bot.rooms.rules import LENGTHS, find_typed, free_name
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import (
    CALLS_PER_SESSION,
    begins_at,
    edge_minutes,
    may_spend,
    next_change,
    phase_at,
)
from bot.scheduling.wall_time import is_late

OPENED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
IN_ORDER = (Phase.SETTLING_IN, Phase.QUIET, Phase.TIME_TO_TALK, Phase.CLOSED)
INSTANT = timedelta(microseconds=1)


def session(minutes: int = 25, requests_spent: int = 0) -> Session:
    return Session(1, 1, 1, 1, None, OPENED, minutes, None, None, requests_spent)


@pytest.mark.parametrize("minutes", LENGTHS)
def test_phases_follow_each_other_without_gap_or_overlap(minutes: int) -> None:
    sitting = session(minutes)
    starts = [begins_at(sitting, phase) for phase in IN_ORDER]
    assert starts[0] == OPENED
    assert starts[3] == OPENED + timedelta(minutes=minutes)
    assert starts == sorted(set(starts))
    for before, phase, start in zip((None, *IN_ORDER), IN_ORDER, starts, strict=False):
        assert phase_at(sitting, start) is phase
        if before is not None:
            assert phase_at(sitting, start - INSTANT) is before


@pytest.mark.parametrize("minutes", LENGTHS)
def test_arriving_lasts_as_long_as_landing_and_most_of_it_is_quiet(minutes: int) -> None:
    assert 1 <= edge_minutes(minutes) <= minutes * 0.2


@given(st.sampled_from(LENGTHS), st.integers(-600, 4000))
def test_the_next_change_is_where_the_phase_that_is_shown_ends(minutes: int, seconds: int) -> None:
    sitting, now = session(minutes), OPENED + timedelta(seconds=seconds)
    phase = phase_at(sitting, now)
    change = next_change(sitting, phase)
    if change is None:
        assert phase is Phase.CLOSED
        return
    assert change > now
    assert phase_at(sitting, change - INSTANT) is phase
    assert phase_at(sitting, change) is IN_ORDER[IN_ORDER.index(phase) + 1]


def test_a_phase_that_began_unseen_is_not_skipped() -> None:
    """The card still shows quiet though the time to talk has begun: that edit is overdue."""
    assert next_change(session(25), Phase.QUIET) == begins_at(session(25), Phase.TIME_TO_TALK)


@given(st.lists(st.sampled_from(IN_ORDER[:3])))
def test_whatever_happens_to_the_card_the_close_can_still_be_shown(wanted: list[Phase]) -> None:
    """Each entry is an attempt to post, edit or repost after a loss; each request that is made counts."""
    sitting = session()
    for phase in wanted:
        if may_spend(sitting, phase):
            sitting = replace(sitting, requests_spent=sitting.requests_spent + 1)
    assert sitting.requests_spent == min(len(wanted), 3)
    assert may_spend(sitting, Phase.CLOSED)
    closed = replace(sitting, requests_spent=sitting.requests_spent + 1)
    assert closed.requests_spent <= CALLS_PER_SESSION == 4


def test_no_request_is_spent_beyond_the_fourth() -> None:
    assert not any(may_spend(session(requests_spent=4), phase) for phase in IN_ORDER)


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
