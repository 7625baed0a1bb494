"""Checks before connecting: the token is valid, session starts are left, and the clock is right.

Connecting uses up a session start, so the bot connects only when all three checks pass.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import aiohttp

from bot.errors import ConfigurationError
from bot.gateway.identify import SessionStarts, pause_before
from bot.scheduling.checked_clock import parse_date
from bot.scheduling.clock import SystemClock
from bot.scheduling.plausibility import TOLERANCE, describe_offset
from bot.settings import Settings

_TIMEOUT = aiohttp.ClientTimeout(total=20.0)
_UNAUTHORISED, _OK = 401, 200
_AGENT = f"DiscordBot (alongside, {version('alongside-bot')})"


class DiscordUnavailableError(Exception):
    """Discord does not answer as it should; trying again later can help. The message is one line."""


@dataclass(frozen=True, slots=True)
class GatewayInfo:
    """Discord's answer to GET /gateway/bot, with the time on Discord's clock (None: unknown)."""

    shards: int  # as many as Discord recommends
    starts: SessionStarts
    discord_time: datetime | None
    clock_is_ahead: timedelta | None  # this machine's, if the bot goes by it; negative if it is behind


@dataclass(frozen=True, slots=True)
class Wait:
    """Why not to connect now, as a line for the operator, and the shortest time to wait."""

    why: str
    least: timedelta = timedelta()


async def fetch_gateway_info(settings: Settings) -> GatewayInfo:
    """Request GET /gateway/bot.

    Raises DiscordUnavailableError, and ConfigurationError for a refused token.
    """
    status, body, date = await fetch(settings, "/gateway/bot")
    if status == _UNAUTHORISED:
        raise ConfigurationError("ALONGSIDE_DISCORD_TOKEN is not accepted by Discord")
    if status != _OK:
        raise DiscordUnavailableError(f"Discord cannot be reached (HTTP {status})")
    try:
        limit = body["session_start_limit"]
        starts = SessionStarts(
            int(limit["total"]),
            int(limit["remaining"]),
            timedelta(milliseconds=int(limit["reset_after"])),
            max(1, int(limit.get("max_concurrency", 1))),
        )
        time = parse_date(date)
        ahead = None if time is None or settings.clock_url else SystemClock().now() - time
        return GatewayInfo(int(body["shards"]), starts, time, ahead)
    except (KeyError, TypeError, ValueError):
        raise DiscordUnavailableError(
            "Discord cannot be reached (an answer that is not Discord's)"
        ) from None


async def fetch(settings: Settings, path: str) -> tuple[int, Any, str | None]:
    """Return status, body and Date header of a GET with the bot's token. Raises DiscordUnavailableError."""
    address = str(settings.discord_api_url).rstrip("/") + path
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}", "User-Agent": _AGENT}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, headers=headers) as session,
            session.get(address) as answer,
        ):
            body = await answer.json(content_type=None) if answer.status == _OK else None
            return answer.status, body, answer.headers.get("Date")
    except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
        raise DiscordUnavailableError(f"Discord cannot be reached ({type(error).__name__})") from None


def reason_to_wait(info: GatewayInfo, shards: int) -> Wait | None:
    """Return why not to connect `shards` sessions now, or None."""
    ahead = info.clock_is_ahead
    if ahead is not None and abs(ahead) > TOLERANCE:
        return Wait(
            f"this machine's clock is {describe_offset(ahead)}: the bot does nothing until it is right"
        )
    pause = pause_before(info.starts, shards)
    if pause:
        left = f"{info.starts.remaining} of {info.starts.total}"
        return Wait(f"this bot has connected too often today ({left} session starts are left)", pause)
    return None


async def ask_time(settings: Settings) -> datetime | None:
    """Return the time on Discord's clock, or None if Discord does not answer."""
    try:
        _, _, date = await fetch(settings, "/gateway/bot")
    except DiscordUnavailableError:
        return None
    return parse_date(date)
