"""The rules of sessions, pure."""

from collections.abc import Collection, Container, Iterable
from datetime import datetime, timedelta

from bot.rooms.rules import LENGTHS
from bot.rooms.sessions.model import Phase, Seat, Session, Visibility

CALLS_PER_SESSION = 4
MOST_ADDED = 25  # minutes, once
MOST_NAMES = 30  # on a card: as many mentions as read well in one line; the others are counted
FEWEST_ARRIVALS = 3  # a smaller number would reveal who answered
_NOD_WINDOW = timedelta(minutes=1)


def edge_minutes(minutes: int) -> int:
    """Return the length in minutes of the first phase, and of the last, in a session of `minutes`."""
    return max(1, minutes // 10)


def begins_at(session: Session, phase: Phase) -> datetime:
    """Return when a phase of a session begins. No phase begins after the session was closed early."""
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
    """Return the phase that a session is in at `now`."""
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

    A session may take four in all. The last is reserved for the close, so that no card keeps saying that a
    closed session is open.
    """
    spare = 0 if phase is Phase.CLOSED else 1
    return session.requests_spent + spare < CALLS_PER_SESSION


def added_minutes(session: Session) -> int:
    """Return by how many minutes a tap extends a session; 0 if it was extended before."""
    return 0 if session.extra_minutes else min(session.minutes, MOST_ADDED)


def count_here(counted: int, seated: Container[int], in_voice: Iterable[int]) -> int:
    """Return how many people a card counts: seats that are not hidden, and people in voice without a seat.

    Someone who is in voice and has a hidden seat is not counted: they chose not to be shown.
    """
    return counted + sum(member_id not in seated for member_id in in_voice)


def count_counted(seats: Iterable[Seat]) -> int:
    """Return how many seats are not hidden: only those count towards the room's capacity."""
    return sum(seat.visibility is not Visibility.HIDDEN for seat in seats)


def can_sit(seats: Collection[Seat], member_id: int, capacity: int, visibility: Visibility | None) -> bool:
    """Return whether a member may sit: a seat is free, or they already have one, or want a hidden one."""
    if visibility is Visibility.HIDDEN or any(seat.member_id == member_id for seat in seats):
        return True
    return count_counted(seats) < capacity


def joins_nod(session: Session, now: datetime) -> bool:
    """Return whether a nod at `now` is shown together with the card's last nod: one is shown per minute."""
    return session.nodded_at is not None and now - session.nodded_at < _NOD_WINDOW


def leave_choices(session: Session, now: datetime) -> list[int]:
    """Return after how many minutes from `now` a member may choose to leave before the session closes."""
    closes = begins_at(session, Phase.CLOSED)
    return [minutes for minutes in LENGTHS if now + timedelta(minutes=minutes) < closes]
