"""Answers to interactions that Discord did not accept: counted, and logged once a minute at most.

Source of the codes: Discord's "Opcodes and Status Codes".
"""

import logging
import time
from collections.abc import Callable
from typing import Literal, TypeAlias

import discord
from discord import app_commands

from bot.observability.metrics import Metrics

log = logging.getLogger(__name__)

Reason: TypeAlias = Literal["late", "elsewhere"]

_LOGGED_EVERY_SECONDS = 60.0
_LATE = {
    10062,  # unknown interaction: three seconds passed, and the member's Discord gave up
    10015,  # unknown webhook: a follow-up to an interaction that had no answer in time
    50027,  # invalid webhook token: fifteen minutes passed
}
_ANSWERED_ALREADY = 40060
_LINES: dict[Reason, tuple[int, str]] = {
    "late": (
        logging.WARNING,
        "an answer came too late: Discord had given up on it. The machine or the network is slow",
    ),
    "elsewhere": (
        logging.ERROR,
        "an interaction was answered already (40060): does another process run with the same token?",
    ),
}


def reason_of(error: BaseException) -> Reason | None:
    """Return why Discord did not accept an answer, or None for any other error."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if not isinstance(cause, discord.HTTPException):
        return None
    if cause.code == _ANSWERED_ALREADY:
        return "elsewhere"
    return "late" if cause.code in _LATE else None


class UndeliveredAnswers:
    """Counts answers that Discord did not accept."""

    def __init__(self, metrics: Metrics, now: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._now = now
        self._logged_at: dict[Reason, float] = {}

    def note(self, error: BaseException) -> bool:
        """Count an error if it says that an answer was not accepted; return whether it does."""
        reason = reason_of(error)
        if reason is None:
            return False
        self._metrics.note_undelivered(reason)
        now = self._now()
        if now - self._logged_at.get(reason, -_LOGGED_EVERY_SECONDS) >= _LOGGED_EVERY_SECONDS:
            self._logged_at[reason] = now
            level, line = _LINES[reason]
            log.log(level, "%s (more within a minute are only counted)", line)
        return True
