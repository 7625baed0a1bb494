"""The rules of sessions, pure."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.rooms.rules import LENGTHS
from bot.rooms.sessions.model import Phase, Seat, Session, Visibility

CALLS_PER_SESSION = 4
MOST_ADDED = 25  # minutes, once
FEWEST_ARRIVALS = 3  # below that, a number would be about persons
_NODS_TOGETHER = timedelta(minutes=1)


def edge_minutes(minutes: int) -> int:
    """Return how long settling in and time to talk each last in a session of `minutes` in all."""
    return max(1, minutes // 10)


def begins_at(session: Session, phase: Phase) -> datetime:
    """Return when `phase` of `session` begins; of one that was closed early, no later than that."""
    edge = edge_minutes(session.minutes)
    whole = session.minutes + session.extra_minutes
    minutes = {
        Phase.SETTLING_IN: 0,
        Phase.QUIET: edge,
        Phase.TIME_TO_TALK: whole - edge,
        Phase.CLOSED: whole,
    }[phase]
    at = session.opened_at + timedelta(minutes=minutes)
    return at if session.closed_at is None else min(at, session.closed_at)


def phase_at(session: Session, now: datetime) -> Phase:
    """Return the phase of `session` at `now`."""
    for phase in (Phase.CLOSED, Phase.TIME_TO_TALK, Phase.QUIET):
        if now >= begins_at(session, phase):
            return phase
    return Phase.SETTLING_IN


def next_change(session: Session, shown: Phase) -> datetime | None:
    """Return when the phase after `shown` begins or began, or None after the last."""
    following = {
        Phase.SETTLING_IN: Phase.QUIET,
        Phase.QUIET: Phase.TIME_TO_TALK,
        Phase.TIME_TO_TALK: Phase.CLOSED,
    }
    return begins_at(session, following[shown]) if shown in following else None


def may_spend(session: Session, phase: Phase) -> bool:
    """Return whether a rate-limited request may be spent on showing `phase`.

    A session has four; the last is kept for the close, so that no card is left saying it is open.
    """
    spare = 0 if phase is Phase.CLOSED else 1
    return session.requests_spent + spare < CALLS_PER_SESSION


def added_minutes(session: Session) -> int:
    """Return by how many minutes a tap extends `session`: by its length, within limits, and once."""
    return 0 if session.extra_minutes else min(session.minutes, MOST_ADDED)


def count_here(seats: Iterable[Seat], inside: Collection[int]) -> int:
    """Return how many a card counts: seats but hidden ones, and who is in voice without a seat.

    Somebody in voice who sits hidden is not counted: their seat says how they want to be shown.
    """
    known = list(seats)
    seated = {seat.member_id for seat in known}
    counted = sum(seat.visibility is not Visibility.HIDDEN for seat in known)
    return counted + sum(member_id not in seated for member_id in inside)


def has_place(seats: Iterable[Seat], member_id: int, capacity: int, visibility: Visibility | None) -> bool:
    """Return whether a member may sit: a seat is free, is theirs, or need not be one that counts."""
    known = list(seats)
    if visibility is Visibility.HIDDEN or any(seat.member_id == member_id for seat in known):
        return True
    return sum(seat.visibility is not Visibility.HIDDEN for seat in known) < capacity


def joins_nod(session: Session, now: datetime) -> bool:
    """Return whether a nod at `now` joins the one on the card: nods of a minute are one soft line."""
    return session.nodded_at is not None and now - session.nodded_at < _NODS_TOGETHER


def own_ends(session: Session, now: datetime) -> list[int]:
    """Return after how many minutes from `now` somebody may choose to leave before the session closes."""
    closes = begins_at(session, Phase.CLOSED)
    return [minutes for minutes in LENGTHS if now + timedelta(minutes=minutes) < closes]
