"""Judges what a room's card says.

It uses what is saved about the session and its seats, and the times that a moderator set, but not the rules
by which the bot makes cards. Rooms have eight seats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.arrivals import labels
from sandbox.state import messages
from sandbox.state.models import Message

OPENS = "Open a session"
SIT = "Sit"
AGAIN = "Sit again"
SETTLING, _TALKING = 10, 5  # one part of so many of a session's minutes


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that is open, and the message on which it is to be seen."""

    message_id: int | None
    opened_at: datetime
    closes_at: datetime
    minutes: int
    counted: int


def verdict(cards: Sequence[Message], session: OpenSession | None, coming: datetime, now: datetime) -> str:
    """Return whether a room has one card, and all that it says is true.

    `coming` is when the room opens next on schedule.
    """
    if len(cards) != 1:
        return "twice" if cards else "lost"
    (card,) = cards
    text = messages.plain_text(card)
    expected, button = [f"Next session: {_stamp(coming, 'F')}"], OPENS
    if session is not None:
        expected, button = _expected(session, now), SIT
    is_recorded = session is None or session.message_id == card.id
    is_true = is_recorded and button in labels(card) and all(each in text for each in expected)
    return "true" if is_true else "untrue"


def _expected(session: OpenSession, now: datetime) -> list[str]:
    """Return what the card of an open session has to say."""
    quiet = session.opened_at + timedelta(minutes=max(1, session.minutes // SETTLING))
    talk = session.closes_at - timedelta(minutes=max(1, session.minutes // _TALKING))
    closes = _stamp(session.closes_at, "t")
    if not session.counted:
        times = f"Open until {closes}. Quiet from {_stamp(quiet, 't')} to {_stamp(talk, 't')}"
        return [times, "There are 8 seats."]
    seats = (
        "One of 8 seats is taken." if session.counted == 1 else f"{session.counted} of 8 seats are taken."
    )
    if now < quiet:
        return [seats, "Settling in.", f"closes at {closes}"]
    if now < talk:
        return [seats, f"Quiet until {_stamp(talk, 't')}", f"closes at {closes}"]
    return [seats, "Quiet time is over.", f"closes {_stamp(session.closes_at, 'R')}"]


def _stamp(at: datetime, style: str) -> str:
    return f"<t:{int(at.timestamp())}:{style}>"
