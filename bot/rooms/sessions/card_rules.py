"""When cards change by themselves, and how many requests that costs, as pure functions.

A session costs rate-limited requests for its card: a post and the deletion of the message before it (unless
a tap on the card opened the session), an edit for each phase after the first, and an edit when it closes.
A session in which nobody is shown has no edits for phases. A change that no tap carries costs one more
edit.
"""

from datetime import datetime, timedelta

from bot.rooms.sessions.model import Card, IdleCard, Phase, Session, ShownCard
from bot.rooms.sessions.rules import next_change, phase_starts

EDIT_PAUSE = timedelta(seconds=15)
"""Between two rate-limited requests for one card: changes meanwhile are shown by the next one together."""

_OPENS_WITHIN = timedelta(seconds=10)  # after its time; only then does the card show a later opening


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
