"""The benchmark of floods says which promise was broken."""

from __future__ import annotations

from typing import Any

import pytest

from bench.flood import Part


def part(**broken: Any) -> Part:
    """Return a part in which all went well, except for what is given."""
    return Part("a part", **{"seconds": [0.1] * 50, "wanted": 400.0, "offered": 400.0, **broken})


def test_a_part_in_which_every_promise_held_passes() -> None:
    assert part().has_passed


@pytest.mark.parametrize(
    "broken",
    [{"seconds": [0.1] * 50 + [3.01]}, {"lost": 1}, {"twice": 1}, {"too_late": 1}],
    ids=["late", "lost", "twice", "too late"],
)
def test_each_broken_promise_is_noticed(broken: dict[str, Any]) -> None:
    assert not part(**broken).has_passed


@pytest.mark.parametrize(("lost", "has_passed"), [(5, True), (6, False)])
def test_where_some_answers_may_be_missing_more_than_these_are_noticed(
    lost: int, *, has_passed: bool
) -> None:
    assert part(may_lose=0.1, lost=lost).has_passed is has_passed


@pytest.mark.parametrize("missing", [{"seconds": [0.1] * 49}, {"offered": 350.0}])
def test_too_little_to_judge_is_noticed(missing: dict[str, Any]) -> None:
    assert not part(**missing).has_passed
