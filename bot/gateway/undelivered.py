"""Answers that Discord did not accept or confirm: counted, and logged once a minute at most.

Source of the codes: Discord's "Opcodes and Status Codes".
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import aiohttp
import discord
from discord import app_commands

from bot.delivery.outcome import Outcome
from bot.errors import has_lost_turn
from bot.gateway.answers import UNKNOWN_MESSAGE, outcome_of
from bot.observability.metrics import Metrics

log = logging.getLogger(__name__)

Reason: TypeAlias = Literal["late", "elsewhere", "lost", "dismissed", "interrupted"]

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
    "lost": (
        logging.WARNING,
        "Discord did not confirm an answer: it, or the network, has trouble. The member may not see it",
    ),
    "dismissed": (logging.INFO, "a member deleted the message in which an answer was to come"),
    "interrupted": (
        logging.INFO,
        "an answer was not sent: this process may have lost the right to serve to another one",
    ),
}
_FAILED_ON_THE_WAY = (
    *(discord.HTTPException, discord.RateLimited, aiohttp.ClientError),
    *(ConnectionError, TimeoutError),  # not every OSError: that may be the disk
)


def is_lost(error: BaseException) -> bool:
    """Return whether no usable answer of Discord came: the request may have been carried out."""
    if not isinstance(error, _FAILED_ON_THE_WAY):
        return False
    return outcome_of(error, may_have_happened=True) is Outcome.UNKNOWN


def is_answered_already(error: BaseException) -> bool:
    """Return whether Discord says that an interaction had its first response before."""
    return isinstance(error, discord.HTTPException) and error.code == _ANSWERED_ALREADY


def reason_of(error: BaseException, interaction: discord.Interaction[Any]) -> Reason | None:
    """Return why Discord did not accept or confirm an answer, or None for any other error."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if is_answered_already(cause):
        return "lost" if getattr(interaction.response, "may_have_arrived", False) else "elsewhere"
    if has_lost_turn(cause):
        return "interrupted"
    code = cause.code if isinstance(cause, discord.HTTPException) else 0
    if code in _LATE:
        return "late"
    if code == UNKNOWN_MESSAGE and interaction.response.is_done():
        return "dismissed"
    has_failed = isinstance(cause, _FAILED_ON_THE_WAY) and outcome_of(cause) is not Outcome.REFUSED
    return "lost" if has_failed else None


class UndeliveredAnswers:
    """Counts answers that Discord did not accept or confirm."""

    def __init__(self, metrics: Metrics, now: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._now = now
        self._logged_at: dict[Reason, float] = {}

    def note(self, error: BaseException, interaction: discord.Interaction[Any]) -> Reason | None:
        """Count an error if it says that an answer was not accepted; return why, as `reason_of` does."""
        reason = reason_of(error, interaction)
        if reason is None:
            return None
        self._metrics.note_undelivered(reason)
        now = self._now()
        if now - self._logged_at.get(reason, -_LOGGED_EVERY_SECONDS) >= _LOGGED_EVERY_SECONDS:
            self._logged_at[reason] = now
            level, line = _LINES[reason]
            log.log(level, "%s (more within a minute are only counted)", line)
        return reason
