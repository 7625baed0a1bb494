"""The rules of sessions and their cards, pure.

A session costs rate-limited requests for its card: a post and the deletion of the message before it (unless
a tap on the card opened the session), an edit for each phase after the first, and an edit when it closes.
While the card shows nobody, phases are not edited into it. A change that no tap can show costs one more
edit.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from bot.rooms.rules import BREAK_MINUTES, LENGTHS, whole_minutes
from bot.rooms.sessions.model import Card, IdleCard, Phase, Seat, Session, ShownCard, Visibility

MOST_NAMES = 30  # on a card: as many mentions as read well in one line; the others are counted
FEWEST_ARRIVALS = 3  # a smaller number would reveal who answered

EDIT_PAUSE = timedelta(seconds=15)
"""Between two rate-limited requests for one card: changes meanwhile are shown by the next one together."""

_OPENS_WITHIN = timedelta(seconds=10)  # after its time; only then does the card show a later opening
_NOD_WINDOW = timedelta(minutes=1)
_ORDER = {phase: number for number, phase in enumerate(Phase)}
_FURTHER_ROUNDS = (
    (Phase.BREAK, Phase.QUIET_2),
    (Phase.BREAK_2, Phase.QUIET_3),
    (Phase.BREAK_3, Phase.QUIET_4),
)


def settling_minutes(minutes: int) -> int:
    """Return how long settling in takes, in minutes, if a round lasts `minutes`."""
    return max(1, minutes // 10)


def talk_minutes(minutes: int) -> int:
    """Return how long the time to talk is, in minutes, if a round lasts `minutes`."""
    return max(1, minutes // 5)


@lru_cache(1024)  # a card asks for them again and again
def phase_starts(session: Session) -> Mapping[Phase, datetime]:
    """Return when each phase of a session begins, in order; none is later than an early close."""
    opened, minutes, closes = session.opened_at, session.minutes, session.closes_at
    planned = {
        Phase.SETTLING_IN: opened,
        Phase.QUIET: opened + timedelta(minutes=settling_minutes(minutes)),
    }
    for number, (pause, quiet) in enumerate(_FURTHER_ROUNDS[: session.rounds - 1], 1):
        planned[pause] = opened + timedelta(minutes=whole_minutes(minutes, number))
        planned[quiet] = planned[pause] + timedelta(minutes=BREAK_MINUTES)
    planned[Phase.TIME_TO_TALK] = max(
        planned[Phase.QUIET], closes - timedelta(minutes=talk_minutes(minutes))
    )
    planned[Phase.CLOSED] = closes
    last = closes if session.closed_at is None else min(closes, session.closed_at)
    return MappingProxyType({phase: min(at, last) for phase, at in planned.items()})


def begins_at(session: Session, phase: Phase) -> datetime:
    """Return when a phase of a session begins. Raises KeyError if the session has no such phase."""
    return phase_starts(session)[phase]


def phase_at(session: Session, now: datetime) -> Phase:
    """Return the phase that a session is in at `now`."""
    begun = [phase for phase, at in phase_starts(session).items() if at <= now]
    return begun[-1] if begun else Phase.SETTLING_IN


def next_phase(session: Session, phase: Phase) -> Phase | None:
    """Return the phase that follows another in a session, or None after the last."""
    return next((each for each in phase_starts(session) if _ORDER[each] > _ORDER[phase]), None)


def next_change(session: Session, shown: Phase) -> datetime | None:
    """Return when the phase after `shown` begins or began, or None after the last."""
    following = next_phase(session, shown)
    return begins_at(session, following) if following else None


def round_of(phase: Phase) -> int:
    """Return in which round of a session a phase is; a break belongs to the round before it."""
    for number, (pause, quiet) in enumerate(_FURTHER_ROUNDS, 1):
        if phase in {pause, quiet}:
            return number if phase is pause else number + 1
    return 1


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


def is_empty(card: Card, in_voice: int | None) -> bool:
    """Return whether a card shows nobody: no seat that is not hidden, and nobody in its voice channel.

    Such a card says the same in every phase, so that no phase needs an edit. A hidden seat makes no
    difference: it would reveal someone.
    """
    return card.counted == 0 and not in_voice


def asks_arriving(card: Card) -> bool:
    """Return whether a card asks the arriving question: in the first phase, and as long as nobody sits."""
    return card.room.asks_arriving and (card.phase is Phase.SETTLING_IN or card.counted == 0)


def next_edit(shown: ShownCard, in_voice: int | None) -> datetime | None:
    """Return when a card has to change though nobody does anything, or None.

    The close is not among these moments: whatever closes a session makes its card due.
    """
    if isinstance(shown, IdleCard):
        return shown.next_at + _OPENS_WITHIN if shown.next_at else None
    if is_empty(shown, in_voice):
        return None
    at, closes = next_change(shown.session, shown.phase), phase_starts(shown.session)[Phase.CLOSED]
    return None if at == closes else at


def most_requests(session: Session, *, is_opened_by_tap: bool = False, is_empty: bool = False) -> int:
    """Return how many rate-limited requests a session costs at most if taps make all of its changes."""
    phases = 0 if is_empty else len(phase_starts(session)) - 2  # all but the first and the close
    return phases + 1 + (0 if is_opened_by_tap else 2)
