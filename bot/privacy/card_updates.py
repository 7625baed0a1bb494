"""Updates of cards that nobody tapped: members turned a consent on or off, or deleted their data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements


@dataclass(frozen=True, slots=True)
class CardsChanged:
    """What the cards of these open sessions show has changed.

    `is_required`: they show a name that they may not show any longer, so an update may cost a request.
    """

    session_ids: tuple[int, ...]
    is_required: bool


class CardUpdates:
    """Hands changes of cards from the services that make them to the subscriber that edits messages."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[CardsChanged], None]] = []

    def subscribe(self, subscriber: Callable[[CardsChanged], None]) -> None:
        """Call `subscriber` with every change, on the event loop. It must not raise."""
        self._subscribers.append(subscriber)

    def publish(self, change: CardsChanged) -> None:
        """Tell the subscribers of a change, after its commit and before the member is answered."""
        if change.session_ids:
            for subscriber in self._subscribers:
                subscriber(change)


async def mark_cards(statements: Statements, session_ids: Iterable[int], now: datetime) -> None:
    """Let the worker edit the cards of these sessions, inside a unit that nobody's tap on a card follows.

    Each costs one of the requests that its session may take.
    """
    for session_id in session_ids:
        for row in await statements.rows("clear_shown_phase", session_id=session_id):
            guild_id = int(row["guild_id"] or 0)
            await due_queue.set(statements, DueKind.SESSION_PHASE, session_id, guild_id, now)
