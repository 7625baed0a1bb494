"""The judge of `bench.processes` notices each promise that is broken."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bench.kills.judge import WRONG as WRONG_CHECKINS
from bench.night.judge import WRONG as WRONG_OPENINGS
from bench.processes.fleet import Absence, absent_at_some_time, away_all_the_time
from bench.processes.judge import Tally, shortest_spacing
from bench.processes.tapping import Taps
from sandbox.state.session_starts import Identify

NOON = datetime(2031, 1, 8, 12, tzinfo=UTC)
SHARDS = frozenset({4, 5})


def seen() -> Tally:
    """Return the figures of a run in which everything was as promised."""
    return Tally(
        kills=1,
        take_over_seconds=[4.0],
        card_seconds=[1.0],
        settle_seconds=[2.0],
        checkins=Counter(once=5, late=1),
        openings=Counter(once=1),
        taps=Taps(Counter({"answered": 9, "nobody served": 3}), [0.1], in_dms=2, seats=2),
        counted_requests=60,
        most_requests_a_second=50,
        spacing_seconds=5.0,
    )


def test_a_run_in_which_everything_was_as_promised_passes() -> None:
    assert seen().has_passed, str(seen())


@pytest.mark.parametrize("verdict", [*WRONG_CHECKINS])
def test_one_wrong_check_in_breaks_a_promise(verdict: str) -> None:
    tally = seen()
    tally.checkins[verdict] += 1
    assert tally.is_broken
    assert not tally.has_passed


@pytest.mark.parametrize("verdict", WRONG_OPENINGS)
def test_one_wrong_opening_breaks_a_promise(verdict: str) -> None:
    tally = seen()
    tally.openings[verdict] += 1
    assert tally.is_broken


def _lose_tap(tally: Tally) -> None:
    tally.taps.results["lost"] += 1


def _lose_seat(tally: Tally) -> None:
    tally.taps.faults["a confirmed seat was gone"] += 1


def _show_wrong_card(tally: Tally) -> None:
    tally.card_seconds.append(20.5)


def _wait_for_a_lease(tally: Tally) -> None:
    tally.settle_seconds.append(41.0)


def _flood(tally: Tally) -> None:
    tally.most_requests_a_second = 51


def _identify_early(tally: Tally) -> None:
    tally.spacing_seconds = 4.9


def _send_unasked(tally: Tally) -> None:
    tally.faults["check-ins came that were not due"] += 1


@pytest.mark.parametrize(
    "wrong",
    [
        *(_lose_tap, _lose_seat, _show_wrong_card, _wait_for_a_lease),
        *(_flood, _identify_early, _send_unasked),
    ],
)
def test_each_other_broken_promise_is_noticed(wrong: Callable[[Tally], None]) -> None:
    tally = seen()
    wrong(tally)
    assert tally.is_broken
    assert "BROKEN" in str(tally)


def test_a_run_that_showed_too_little_does_not_pass() -> None:
    for name, nothing in (
        ("kills", 0),
        ("checkins", Counter[str]()),
        ("card_seconds", []),
        ("taps", Taps(Counter(answered=9), [0.1], in_dms=0, seats=1)),
        ("taps", Taps(Counter(answered=9), [0.1], in_dms=1, seats=0)),
        ("counted_requests", 0),
    ):
        tally = seen()
        setattr(tally, name, nothing)
        assert not tally.has_passed, name
        assert not tally.is_broken, name


def test_a_run_that_was_not_finished_neither_passes_nor_breaks_a_promise() -> None:
    tally = seen()
    tally.unfinished = "a process does not serve"
    assert not tally.has_passed
    assert not tally.is_broken


def test_identifies_are_compared_with_those_of_their_own_key() -> None:
    made = [Identify(shard, 12, 0.0, at) for shard, at in ((0, 0.0), (1, 1.0), (4, 7.0), (0, 13.0))]
    assert shortest_spacing(made, max_concurrency=16) == 13.0
    assert shortest_spacing(made, max_concurrency=4) == 6.0
    assert shortest_spacing(made, max_concurrency=1) == 1.0
    assert shortest_spacing(made[:1], max_concurrency=1) == float("inf")


def test_a_tap_is_excused_if_nobody_served_its_shard_at_some_time_of_it() -> None:
    absences = [Absence(SHARDS, 10.0, NOON, 20.0, NOON + timedelta(minutes=6))]
    assert absent_at_some_time(absences, 4, 8.0, 11.0)
    assert absent_at_some_time(absences, 5, 19.0, 22.0)
    assert not absent_at_some_time(absences, 4, 8.0, 9.0)
    assert not absent_at_some_time(absences, 4, 21.0, 22.0)
    assert not absent_at_some_time(absences, 3, 12.0, 15.0)
    assert absent_at_some_time([Absence(SHARDS, 10.0, NOON)], 4, 30.0, 31.0)


def test_an_opening_is_excused_only_if_nobody_served_its_shard_the_whole_time() -> None:
    absences = [Absence(SHARDS, 10.0, NOON, 20.0, NOON + timedelta(minutes=6))]
    assert away_all_the_time(absences, 4, NOON, NOON + timedelta(minutes=6))
    assert not away_all_the_time(absences, 4, NOON, NOON + timedelta(minutes=7))
    assert not away_all_the_time(absences, 3, NOON, NOON + timedelta(minutes=6))
    assert away_all_the_time([Absence(SHARDS, 10.0, NOON)], 4, NOON, NOON + timedelta(days=1))
