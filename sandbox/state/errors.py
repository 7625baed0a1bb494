"""Discord's JSON errors, by their code.

Source: Discord's "Opcodes and Status Codes" topic. `sandbox.api.errors` knows which HTTP status a code has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_UNKNOWN: Mapping[str, tuple[int, str]] = {
    "channel": (10003, "Unknown Channel"),
    "guild": (10004, "Unknown Guild"),
    "member": (10007, "Unknown Member"),
    "message": (10008, "Unknown Message"),
    "overwrite": (10009, "Unknown Overwrite"),
    "role": (10011, "Unknown Role"),
    "emoji": (10014, "Unknown Emoji"),
    "user": (10013, "Unknown User"),
    "webhook": (10015, "Unknown Webhook"),
    "interaction": (10062, "Unknown interaction"),
    "command": (10063, "Unknown application command"),
    "event": (10070, "Unknown Guild Scheduled Event"),
}

_MESSAGES: Mapping[int, str] = {
    30003: "Maximum number of pins reached for the channel (250)",
    30010: "Maximum number of reactions reached (20)",
    30013: "Maximum number of guild channels reached (500)",
    30032: "Maximum number of application commands reached",
    30033: "Maximum number of thread participants reached (1000)",
    30034: "Maximum number of daily application command creates has been reached (200)",
    30038: "Maximum number of uncompleted guild scheduled events has been reached (100)",
    30060: "Maximum number of channel permission overwrites reached (1000)",
    40003: "You are opening direct messages too fast.",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    50001: "Missing Access",
    50003: "Cannot execute action on a DM channel",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50008: "Cannot send messages in a non-text channel",
    50013: "Missing Permissions",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50034: "You can only bulk delete messages that are under 14 days old.",
    50083: "Thread is archived",
    50278: "Cannot send messages to this user due to having no mutual guilds",
    160006: "Maximum number of active threads reached",
    160002: "Cannot reply without permission to read message history",
    160004: "A thread has already been created for this message",
}
INVALID_FORM_BODY = 50035


class DiscordError(Exception):
    """What Discord answers when it refuses: a code, a message and, for forms, errors by field.

    `is_malformed` marks a request that no correct client sends; the sandbox lists those as refusals.
    """

    def __init__(
        self,
        code: int,
        message: str,
        errors: dict[str, Any] | None = None,
        *,
        is_malformed: bool = False,
    ) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message
        self.errors = errors
        self.is_malformed = is_malformed


def unknown(kind: str) -> DiscordError:
    """Return the error for something that does not exist, for example "channel"."""
    return DiscordError(*_UNKNOWN[kind])


def refused(code: int) -> DiscordError:
    """Return Discord's error with this code."""
    return DiscordError(code, _MESSAGES[code])


def invalid_form(problems: list[tuple[tuple[str, ...], str, str]]) -> DiscordError:
    """Return 50035 from (path, code, message) triples, nested as Discord nests them."""
    errors: dict[str, Any] = {}
    for path, code, message in problems:
        node = errors
        for step in path:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return DiscordError(INVALID_FORM_BODY, "Invalid Form Body", errors, is_malformed=True)


def invalid_field(path: str, message: str, code: str = "BASE_TYPE_BAD") -> DiscordError:
    """Return 50035 for one field; `path` has its steps joined by dots."""
    return invalid_form([(tuple(path.split(".")), code, message)])
