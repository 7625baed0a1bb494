"""Checks of how long a session is to be."""

from datetime import datetime

from bot.errors import RefusalError
from bot.rooms.rules import LENGTHS, MOST_MINUTES, MOST_ROUNDS, Fit, fit, whole_minutes


def check_length(minutes: int, rounds: int) -> None:
    """Raise RefusalError unless sessions can have so many rounds of `minutes`."""
    if minutes not in LENGTHS:
        raise RefusalError("refusals.minutes")
    if not 1 <= rounds <= MOST_ROUNDS:
        raise RefusalError("refusals.rounds", most=MOST_ROUNDS)
    whole = whole_minutes(minutes, rounds)
    if whole > MOST_MINUTES:
        values = {"rounds": rounds, "minutes": minutes, "whole": whole, "most": MOST_MINUTES}
        raise RefusalError("refusals.rounds_long", **values)


def fit_for_member(room: str, opens_at: datetime, minutes: int, rounds: int, until: datetime | None) -> Fit:
    """Return the session that a member opens, as `fit` does, but with all of its rounds.

    Raises RefusalError if its rounds do not fit before `until`, or if too little time is left for any.
    """
    found = fit(opens_at, minutes, rounds, until)
    if until is None or (found.is_useful and found.rounds == rounds):
        return found
    if not found.is_useful:
        raise RefusalError("refusals.opens_soon", room=room, next=until)
    values = {"rounds": rounds, "minutes": minutes, "whole": whole_minutes(minutes, rounds)}
    raise RefusalError("refusals.rounds_before", **values, room=room, next=until)
