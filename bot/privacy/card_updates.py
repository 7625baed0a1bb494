"""Asking for cards to be shown again after something that they show was deleted."""

from collections.abc import Iterable
from datetime import datetime

from bot.scheduling.worker import DueKind
from bot.storage.database import Statements


async def show_again(tx: Statements, session_ids: Iterable[int], now: datetime) -> None:
    """Let the worker make cards true that no tap is at hand for, at the price of a phase's edit."""
    for session_id in session_ids:
        await tx.run("show_again", session_id=session_id)
        await tx.run("set_due", kind=DueKind.PHASE, subject_id=session_id, occurs_at=now)
