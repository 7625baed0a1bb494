"""The promise of four requests a session, measured as `bench.requests` does it."""

from __future__ import annotations

import pytest

from bench.requests import Cost, measure

_FOUR = ("POST card", "PATCH card", "PATCH card", "PATCH card")


@pytest.mark.parametrize("seats", [8, 100])
async def test_a_session_costs_four_requests_whatever_its_size(seats: int) -> None:
    cost = await measure(seats)
    assert cost.limited == _FOUR
    assert cost.taps == 2 * seats - 1 + seats // 2
    assert "Open a session" in cost.last


async def test_a_thousand_people_share_one_card_for_four_requests() -> None:
    # It waits until the card says that a thousand are here. Beside other tests, more taps in the same
    # moment could not all be answered in time, and the bot drops those.
    cost = await measure(1_000, at_once=40)
    assert cost.limited == _FOUR
    assert "Open a session" in cost.last


def test_a_fifth_request_is_above_the_budget() -> None:
    closed = "This session closed at 10:25."
    assert Cost(8, _FOUR, 0, closed).is_within
    assert not Cost(8, (*_FOUR, "PATCH card"), 0, closed).is_within


def test_a_session_that_did_not_close_or_sent_nothing_is_not_within_the_budget() -> None:
    assert not Cost(8, _FOUR, 0, "There are 8 seats.").is_within
    assert not Cost(8, (), 0, "This session closed at 10:25.").is_within
