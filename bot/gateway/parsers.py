"""Guards around discord.py's parsers of gateway events: an event that cannot be read is left out.

Without them, an error in a parser ends `Client.start`, and with it the service for every server.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

_LOGGED_AGAIN_AFTER_SECONDS = 600.0
_LARGEST_ID = 2**63 - 1

Data = dict[str, Any]
Parser = Callable[[Any], None]


class UnreadableFrameError(ConnectionError):
    """Discord sent a frame without which the connection cannot go on. Connecting again may help."""


class ParserGuard:
    """Replaces the parsers of a client with guarded ones; `note` is called for each unreadable event.

    `state` is discord.py's `ConnectionState`. Its private attributes are used here and in
    `bot.gateway.client` only: discord.py has no hook for errors of its parsers.
    """

    def __init__(self, state: Any, note: Callable[[], None]) -> None:  # noqa: ANN401 - private to discord.py
        self._state = state
        self._note = note
        self._logged: dict[tuple[str, str], float] = {}  # when, in the loop's seconds
        for name, parse in list(state.parsers.items()):
            state.parsers[name] = self._guarded(name, parse)

    def _guarded(self, name: str, parse: Parser) -> Parser:
        def parse_guarded(data: Any) -> None:  # noqa: ANN401 - JSON of any shape
            is_begun = False
            try:
                _check(name, data)
                is_begun = True
                parse(data)
            except Exception as error:  # noqa: BLE001 - the boundary: discord.py would end the process
                self._note()
                self._log(name, error)
                if name == "READY":
                    raise UnreadableFrameError("READY cannot be read") from None
                if name == "GUILD_CREATE" or (name == "GUILD_UPDATE" and is_begun):
                    self._leave_out(data)

        return parse_guarded

    def _leave_out(self, data: Any) -> None:  # noqa: ANN401 - JSON of any shape
        """Treat a server that was read only in part as unavailable until Discord sends it again."""
        guild_id = _id_of(data)
        if guild_id is not None:
            unavailable = {"id": str(guild_id), "unavailable": True}
            self._state._add_guild_from_data(unavailable)  # noqa: SLF001 - see the class

    def _log(self, name: str, error: Exception) -> None:
        """Log once in ten minutes that an event cannot be read, without anything from the event."""
        why, now = _describe(error), asyncio.get_running_loop().time()
        last = self._logged.get((name, why))
        if last is not None and now - last < _LOGGED_AGAIN_AFTER_SECONDS:
            return
        self._logged[name, why] = now
        what = "a server" if name == "GUILD_CREATE" else "an event"
        log.error("left out %s that cannot be read: %s (%s)", what, name, why)


def _check(name: str, data: Any) -> None:  # noqa: ANN401 - JSON of any shape
    """Raise ValueError or TypeError for data that discord.py would misread without an error."""
    if not isinstance(data, dict):
        raise TypeError("not an object")
    if name == "READY":
        data["guilds"] = [each for each in data["guilds"] if _id_of(each) is not None]
    elif name in {"GUILD_CREATE", "GUILD_UPDATE"} and data.get("unavailable") is not True:
        _check_roles(data)
    elif name == "GUILD_DELETE" and not isinstance(data.get("unavailable", False), bool):
        raise TypeError("neither an outage nor a removal")  # the bot deletes data after a removal


def _check_roles(guild: Data) -> None:
    """Raise ValueError unless a server has the role @everyone, whose id is the server's."""
    if _id_of(guild) is None or _id_of(guild) not in [_id_of(role) for role in guild["roles"]]:
        raise ValueError("a server without @everyone")


def _id_of(data: Any) -> int | None:  # noqa: ANN401 - JSON of any shape
    """Return the id of an object, or None if it has none."""
    try:
        number = int(data["id"])
    except (KeyError, TypeError, ValueError):
        return None
    return number if 0 < number <= _LARGEST_ID else None


def _describe(error: Exception) -> str:
    """Return an error's class, and the function that raised it. Its text may quote a member."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{type(error).__name__} in {step.tb_frame.f_code.co_name if step else '?'}"
