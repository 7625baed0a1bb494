"""Discord's JSON errors, by their code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNKNOWN: Mapping[str, tuple[int, str]] = {
    "application": (10002, "Unknown Application"),
    "channel": (10003, "Unknown Channel"),
    "guild": (10004, "Unknown Guild"),
    "member": (10007, "Unknown Member"),
    "message": (10008, "Unknown Message"),
    "overwrite": (10009, "Unknown Overwrite"),
    "role": (10011, "Unknown Role"),
    "user": (10013, "Unknown User"),
    "webhook": (10015, "Unknown Webhook"),
    "interaction": (10062, "Unknown interaction"),
    "command": (10063, "Unknown application command"),
    "event": (10070, "Unknown Guild Scheduled Event"),
}

_REFUSALS: Mapping[int, tuple[int, str]] = {
    30013: (400, "Maximum number of guild channels reached (500)"),
    30032: (400, "Maximum number of application commands reached"),
    30034: (400, "Maximum number of daily application command creates has been reached (200)"),
    30038: (400, "Maximum number of uncompleted guild scheduled events has been reached (100)"),
    30060: (400, "Maximum number of channel permission overwrites reached (1000)"),
    40003: (400, "You are opening direct messages too fast."),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50028: (400, "Invalid role"),
    50083: (400, "Thread is archived"),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160006: (400, "Maximum number of active threads reached"),
    160004: (400, "A thread has already been created for this message"),
    180000: (400, "Cannot update a finished event"),
}


class ApiError(Exception):
    """A refusal that the REST layer renders as Discord's error JSON."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        errors: dict[str, Any] | None = None,
        *,
        loud: bool = False,
    ) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.loud = loud

    def body(self) -> dict[str, Any]:
        """Return the JSON that goes over the wire."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


def unknown(what: str) -> ApiError:
    """Return the 404 for a thing that does not exist."""
    code, message = _UNKNOWN[what]
    return ApiError(404, code, message)


def refused(code: int) -> ApiError:
    """Return Discord's error with this code."""
    status, message = _REFUSALS[code]
    return ApiError(status, code, message)


def invalid(problems: list[tuple[tuple[str, ...], str, str]]) -> ApiError:
    """Return 50035 from (path, code, message) triples, nested as Discord nests them."""
    errors: dict[str, Any] = {}
    for path, code, message in problems:
        node = errors
        for step in path:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return ApiError(400, 50035, "Invalid Form Body", errors, loud=True)


def invalid_field(path: str, message: str, code: str = "BASE_TYPE_BAD") -> ApiError:
    """Return 50035 for one field; `path` has its steps joined by dots."""
    return invalid([(tuple(path.split(".")), code, message)])
