"""Discord's answers in the exceptions of discord.py and aiohttp."""

import aiohttp
import discord

from bot.delivery.outcome import Outcome, classify

# Every exception that a failed request raises; a timeout is an OSError.
FAILED = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
_TOO_MANY_REQUESTS = 429


def answer_of(error: BaseException) -> tuple[int | None, int]:
    """Return the HTTP status (None: no answer came) and Discord's code (0: none) behind an error."""
    if isinstance(error, discord.HTTPException):
        return error.status, error.code
    if isinstance(error, discord.RateLimited):  # raised instead of waiting longer than allowed
        return _TOO_MANY_REQUESTS, 0
    return None, 0


def outcome_of(error: BaseException, *, may_have_happened: bool = False) -> Outcome:
    """Return what became of the request that ended with `error`; see `classify`."""
    status, code = answer_of(error)
    return classify(status, code, may_have_happened=may_have_happened)
