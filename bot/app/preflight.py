"""One look at Discord before connecting: at the token, the session starts that are left, and the clock.

No session start is spent before it went well.
"""

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any

import aiohttp

from bot.errors import ConfigurationError
from bot.gateway.identify import Starts, pause_before
from bot.scheduling.clock import SystemClock
from bot.settings import Settings

CLOCK_MAY_DIFFER = timedelta(minutes=2)
_WITHIN = aiohttp.ClientTimeout(total=20.0)
_UNAUTHORISED, _OK = 401, 200
_AGENT = f"DiscordBot (alongside, {version('alongside-bot')})"


class AwayError(Exception):
    """Discord does not answer as it should. Trying again later can help. The message is one line."""


@dataclass(frozen=True, slots=True)
class Front:
    """What Discord says to a bot before it connects."""

    shards: int  # that it recommends
    starts: Starts
    clock_is_ahead: timedelta | None  # this machine's, negative where it is behind; None: nothing to tell


@dataclass(frozen=True, slots=True)
class Wait:
    """What speaks against connecting now: a line for the operator, and for how long at least."""

    why: str
    least: timedelta = timedelta()


async def ask(settings: Settings) -> Front:
    """Ask Discord. Raises ConfigurationError where it does not accept the token, AwayError."""
    status, said, date = await fetch(settings, "/gateway/bot")
    if status == _UNAUTHORISED:
        raise ConfigurationError("ALONGSIDE_DISCORD_TOKEN is not accepted by Discord")
    if status != _OK:
        raise AwayError(f"Discord cannot be reached (HTTP {status})")
    try:
        limit = said["session_start_limit"]
        starts = Starts(
            int(limit["total"]), int(limit["remaining"]), timedelta(milliseconds=int(limit["reset_after"]))
        )
        return Front(int(said["shards"]), starts, _ahead(date))
    except (KeyError, TypeError, ValueError):
        raise AwayError("Discord cannot be reached (an answer that is not Discord's)") from None


async def fetch(settings: Settings, path: str) -> tuple[int, Any, str | None]:
    """Return status, body and Date header of a GET with the bot's token. Raises AwayError."""
    address = str(settings.discord_api_url).rstrip("/") + path
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}", "User-Agent": _AGENT}
    try:
        async with (
            aiohttp.ClientSession(timeout=_WITHIN, headers=headers) as session,
            session.get(address) as answer,
        ):
            body = await answer.json(content_type=None) if answer.status == _OK else None
            return answer.status, body, answer.headers.get("Date")
    except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
        raise AwayError(f"Discord cannot be reached ({type(error).__name__})") from None


def objection(front: Front, settings: Settings) -> Wait | None:
    """Return what speaks against connecting now, if anything does."""
    ahead = front.clock_is_ahead
    if settings.clock_url is None and ahead is not None and abs(ahead) > CLOCK_MAY_DIFFER:
        return Wait(f"this machine's clock is {describe(ahead)}: nothing is done by a wrong clock. Set it")
    pause = pause_before(front.starts, settings.shard_count or 1)
    if pause:
        left = f"{front.starts.remaining} of {front.starts.total}"
        return Wait(f"this bot has connected too often today ({left} session starts are left)", pause)
    return None


def describe(ahead: timedelta) -> str:
    """Return by how much a clock is off, in words."""
    seconds = timedelta(seconds=round(abs(ahead).total_seconds()))
    return f"{seconds} {'ahead of' if ahead > timedelta() else 'behind'} Discord's"


def _ahead(date: str | None) -> timedelta | None:
    try:
        return None if date is None else SystemClock().now() - parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
