"""Asking for cards to be shown again after something that they show was deleted."""

from collections.abc import Iterable
from datetime import datetime

from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements


async def show_again(tx: Statements, session_ids: Iterable[int], now: datetime) -> None:
    """Let the worker make cards true that no tap is at hand for, at the price of a phase's edit."""
    for session_id in session_ids:
        for row in await tx.rows("clear_shown_phase", session_id=session_id):
            guild_id = int(row["guild_id"] or 0)
            await due_queue.set(tx, DueKind.SESSION_PHASE, session_id, guild_id, now)
