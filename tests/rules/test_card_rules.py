"""When a card changes by itself, and how many requests a session costs at most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.rooms.model import Room
from bot.rooms.rules import whole_minutes
from bot.rooms.sessions.model import Card, CardMessage, IdleCard, Phase, Session
from bot.rooms.sessions.rules import asks_arriving, begins_at, is_empty, most_requests, next_edit

OPENED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ROOM = Room(1, 1, 1, "Library", 8)
MESSAGE = CardMessage(1, 1, 1)


def session(minutes: int = 25, rounds: int = 1) -> Session:
    closes_at = OPENED + timedelta(minutes=whole_minutes(minutes, rounds))
    return Session(1, 1, 1, 1, OPENED, minutes, closes_at, rounds=rounds)


def card(counted: int, phase: Phase = Phase.SETTLING_IN) -> Card:
    return Card(ROOM, session(), MESSAGE, phase, counted=counted)


@pytest.mark.parametrize(
    ("following", "phase"), [(Phase.QUIET, Phase.SETTLING_IN), (Phase.TIME_TO_TALK, Phase.QUIET)]
)
def test_a_card_that_shows_someone_changes_with_each_phase(following: Phase, phase: Phase) -> None:
    assert next_edit(card(1, phase), None) == begins_at(session(), following)
    assert next_edit(card(0, phase), 2) == begins_at(session(), following)  # two people are in voice


def test_a_card_that_shows_nobody_does_not_change_by_itself() -> None:
    assert is_empty(card(0), None)
    assert is_empty(card(0), 0)
    assert next_edit(card(0), None) is None
    assert next_edit(card(0, Phase.QUIET), 0) is None


def test_a_close_is_left_to_whatever_closes_the_session() -> None:
    assert next_edit(card(3, Phase.TIME_TO_TALK), None) is None


def test_an_idle_card_changes_soon_after_what_it_announces() -> None:
    assert next_edit(IdleCard(ROOM, MESSAGE), None) is None
    at = next_edit(IdleCard(ROOM, MESSAGE, OPENED), None)
    assert at is not None
    assert timedelta(0) < at - OPENED < timedelta(seconds=20)


def test_the_arriving_question_is_asked_in_the_first_phase_and_of_a_room_where_nobody_sits() -> None:
    asking = replace(ROOM, asks_arriving=True)
    for counted, phase, asks in [
        (1, Phase.SETTLING_IN, True),
        (1, Phase.QUIET, False),
        (0, Phase.QUIET, True),
    ]:
        assert asks_arriving(replace(card(counted, phase), room=asking)) is asks
        assert not asks_arriving(card(counted, phase))


def test_a_session_costs_five_requests_three_from_the_card_and_two_more_for_each_further_round() -> None:
    assert most_requests(session()) == 5
    assert most_requests(session(), is_opened_by_tap=True) == 3
    assert most_requests(session(), is_empty=True) == 3
    assert [most_requests(session(25, rounds)) for rounds in (2, 3, 4)] == [7, 9, 11]
