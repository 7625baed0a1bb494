"""The budget of requests for a session, measured as `bench.requests` does it."""

from __future__ import annotations

import pytest

from bench.requests import Cost, Opening, Plan, measure

# Beside other tests, more taps in the same moment could not all be answered in time: the bot drops those.
_AT_ONCE = 16
_IDLE = "Open a session whenever you like."
_WHOLE = ("POST card", "DELETE card", "PATCH card", "PATCH card", "PATCH card")


@pytest.mark.parametrize("seats", [1, 8, 100])
@pytest.mark.parametrize("opening", Opening)
async def test_a_session_stays_within_its_budget_whatever_its_size(opening: Opening, seats: int) -> None:
    cost = await measure(Plan(opening, seats), _AT_ONCE)
    assert cost.is_within, cost


async def test_a_thousand_people_share_one_card_within_the_budget() -> None:
    cost = await measure(Plan(Opening.SCHEDULE, 1_000), _AT_ONCE)  # waits until the card counts all of them
    assert cost.is_within, cost


async def test_a_scheduled_session_in_which_nobody_sits_costs_three_requests() -> None:
    cost = await measure(Plan(Opening.SCHEDULE, 0))
    assert sorted(cost.limited) == ["DELETE card", "PATCH card", "POST card"]
    assert cost.is_within


async def test_people_in_voice_and_rounds_stay_within_the_budget() -> None:
    for plan in (Plan(Opening.COMMAND, 8, has_voice=True), Plan(Opening.COMMAND, 8, rounds=2)):
        cost = await measure(plan)
        assert cost.is_within, cost


def test_a_sixth_request_is_above_the_budget_and_a_fourth_if_a_tap_opened_it() -> None:
    plan = Plan(Opening.COMMAND, 8)
    assert Cost(plan, _WHOLE, 0, (_IDLE,)).is_within
    assert not Cost(plan, (*_WHOLE, "PATCH card"), 0, (_IDLE,)).is_within
    assert Cost(Plan(Opening.TAP, 8), _WHOLE[2:], 0, (_IDLE,)).is_within
    assert not Cost(Plan(Opening.TAP, 8), (*_WHOLE[2:], "PATCH card"), 0, (_IDLE,)).is_within
    assert Cost(
        Plan(Opening.COMMAND, 8, rounds=2), (*_WHOLE, "PATCH card", "PATCH card"), 0, (_IDLE,)
    ).is_within


def test_a_session_that_sent_nothing_or_two_cards_is_not_within_the_budget() -> None:
    for opening in (Opening.SCHEDULE, Opening.COMMAND):
        for limited in ((), _WHOLE[1:], ("POST card", "POST card")):
            assert not Cost(Plan(opening, 8), limited, 0, (_IDLE,)).is_within
    assert Cost(Plan(Opening.TAP, 8), (), 0, (_IDLE,)).is_within  # taps alone can carry all of it
    assert not Cost(Plan(Opening.TAP, 8), ("POST card",), 0, (_IDLE,)).is_within


def test_a_session_that_leaves_no_card_or_two_or_an_open_one_is_not_within_the_budget() -> None:
    plan = Plan(Opening.COMMAND, 8)
    for cards in ((), (_IDLE, _IDLE), ("Quiet until 10:25.",)):
        assert not Cost(plan, _WHOLE, 0, cards).is_within
