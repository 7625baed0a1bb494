"""What to do about a native event follows from the saved event, the next occurrence, and the time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.rooms.events.model import EventPlan, EventProblem, NativeEvent, Step
from bot.rooms.events.rules import is_given_up, next_reconcile_at, steps

AT = datetime(2026, 1, 5, 19, 0, tzinfo=UTC)
NEXT = AT + timedelta(days=7)
BEFORE = AT - timedelta(days=1)
DAY = date(2026, 1, 5)


def kept(event_id: int | None = 7, problem: EventProblem | None = None) -> NativeEvent:
    return NativeEvent(1, 2, event_id, AT, DAY, problem)


def plan(closes_at: datetime | None = None) -> EventPlan:
    return EventPlan(1, kept(), None, 25, None, closes_at, ())


def test_an_event_is_made_where_none_is_saved() -> None:
    assert steps(None, AT, BEFORE, is_wanted=True) == (Step.CREATE,)


def test_an_event_to_come_is_brought_up_to_date_and_never_made_twice() -> None:
    assert steps(kept(), AT, BEFORE, is_wanted=True) == (Step.EDIT,)


def test_a_skipped_occurrence_is_cancelled_and_the_next_announced() -> None:
    assert steps(kept(), NEXT, BEFORE, is_wanted=True, is_skipped=True) == (Step.CANCEL, Step.CREATE)


@pytest.mark.parametrize("now", [BEFORE, AT])
def test_an_unwanted_event_is_cancelled(now: datetime) -> None:
    assert steps(kept(), NEXT, now, is_wanted=False) == (Step.CANCEL, Step.FORGET)
    assert steps(None, NEXT, now, is_wanted=False) == (Step.FORGET,)


def test_the_event_of_an_ended_schedule_is_cancelled_or_ended() -> None:
    assert steps(kept(), None, BEFORE, is_wanted=True) == (Step.CANCEL, Step.FORGET)
    assert steps(kept(), None, AT, is_wanted=True) == (Step.END, Step.FORGET)
    assert steps(None, None, AT, is_wanted=True) == (Step.FORGET,)


def test_the_event_runs_while_a_session_is_open_and_ends_after_it() -> None:
    assert steps(kept(), NEXT, AT, is_wanted=True, is_opening=True) == ()
    assert steps(kept(), NEXT, AT, is_wanted=True, is_open=True) == (Step.START,)
    assert steps(kept(), NEXT, AT, is_wanted=True) == (Step.END, Step.CREATE)


def test_a_deleted_event_is_not_made_again_for_the_same_occurrence() -> None:
    gone = kept(None, EventProblem.DELETED)
    assert steps(gone, AT, BEFORE, is_wanted=True) == ()
    assert steps(gone, NEXT, BEFORE, is_wanted=True) == (Step.CREATE,)
    assert steps(gone, NEXT, AT, is_wanted=True) == (Step.END, Step.CREATE)


@pytest.mark.parametrize("problem", [EventProblem.PERMISSION, EventProblem.LIMIT, EventProblem.REFUSED])
def test_an_event_that_could_not_be_made_is_tried_again(problem: EventProblem) -> None:
    assert steps(kept(None, problem), AT, BEFORE, is_wanted=True) == (Step.CREATE,)


def test_the_next_look_at_an_event_is_when_its_session_is_over() -> None:
    assert next_reconcile_at(plan(), AT, BEFORE) == AT + timedelta(minutes=25)
    closes_at = AT + timedelta(minutes=40)
    assert next_reconcile_at(plan(closes_at), AT, AT) == closes_at + timedelta(minutes=1)
    assert next_reconcile_at(plan(closes_at), NEXT, AT) == NEXT + timedelta(minutes=25)


def test_a_failed_cancel_of_an_event_is_tried_once_more_a_day_later() -> None:
    left = EventPlan(1, kept(), None, 0, None, None, (Step.CANCEL, Step.FORGET))
    assert next_reconcile_at(left, AT, BEFORE) == AT + timedelta(days=1)


def test_the_next_look_at_an_event_is_never_in_the_past() -> None:
    late = AT + timedelta(days=3)
    assert next_reconcile_at(plan(), AT, late) > late
    assert next_reconcile_at(plan(AT), AT, late) > late


def test_an_event_that_cannot_be_cancelled_is_given_up_after_a_day() -> None:
    assert not is_given_up(kept(), AT)
    assert is_given_up(kept(), AT + timedelta(days=1))
