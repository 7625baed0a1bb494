"""Edits cards when members turn a consent on or off, or delete their data."""

import asyncio
from collections.abc import Sequence

from bot.errors import report
from cogs.rooms.card_updater import CardUpdater


class CardSubscriber:
    """Edits the cards that services say have changed; one task for each change."""

    def __init__(self, updater: CardUpdater) -> None:
        self._updater = updater
        self._tasks: set[asyncio.Task[None]] = set()

    def update(self, room_ids: Sequence[int]) -> None:
        """Begin to edit the cards of rooms."""
        task = asyncio.create_task(self._update(room_ids))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _update(self, room_ids: Sequence[int]) -> None:
        """Edit each card by a recent tap on it; where there is none, the worker does it."""
        for room_id in room_ids:
            try:
                await self._updater.refresh(room_id)
            except Exception as error:  # noqa: BLE001 - nobody awaits the task, and the other cards follow
                report("updating a card", error)
