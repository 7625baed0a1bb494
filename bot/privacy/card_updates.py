"""Card updates without a tap on the card: after a consent was turned on or off, or data was deleted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements


@dataclass(frozen=True, slots=True)
class CardsChanged:
    """Open sessions whose cards are out of date after a change.

    `is_required`: a card shows a name without consent, so its update may cost a rate-limited request.
    """

    session_ids: tuple[int, ...]
    is_required: bool


class CardUpdates:
    """Tells subscribers, which edit messages, about changes of cards that services made."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[CardsChanged], None]] = []

    def subscribe(self, subscriber: Callable[[CardsChanged], None]) -> None:
        """Call `subscriber` with every change, on the event loop. It must not raise."""
        self._subscribers.append(subscriber)

    def publish(self, change: CardsChanged) -> None:
        """Call the subscribers after the commit of a change and before the member is answered."""
        if change.session_ids:
            for subscriber in self._subscribers:
                subscriber(change)


async def mark_cards(statements: Statements, session_ids: Iterable[int], now: datetime) -> None:
    """Schedule edits of these sessions' cards, in a unit of work that no tap on a card started.

    Each edit uses one of the few requests that a session may spend on its card.
    """
    for session_id in session_ids:
        for row in await statements.rows("clear_shown_phase", session_id=session_id):
            guild_id = int(row["guild_id"] or 0)
            await due_queue.set(statements, DueKind.SESSION_PHASE, session_id, guild_id, now)
