"""Errors as HTTP responses: Discord's JSON errors, plain HTTP errors, and the 429 of a rate limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.state.errors import DiscordError

_STATUS: Mapping[int, int] = {
    40005: 413,
    50001: 403,
    50003: 403,
    50005: 403,
    50007: 403,
    50013: 403,
    50027: 401,
    50278: 403,
    160002: 403,
}
_UNKNOWN_CODES = range(10_000, 20_000)


class HttpError(DiscordError):
    """An error whose HTTP status does not follow from its code."""

    def __init__(self, status: int, code: int, message: str, *, is_malformed: bool = False) -> None:
        super().__init__(code, message, is_malformed=is_malformed)
        self.status = status


class ConnectionAborted(Exception):  # noqa: N818 - a planned fault: the connection is closed, nothing is answered
    """The connection was aborted on purpose before the request was handled."""


def http_status(error: DiscordError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, HttpError):
        return error.status
    return _STATUS.get(error.code, 404 if error.code in _UNKNOWN_CODES else 400)


def error_body(error: DiscordError) -> dict[str, Any]:
    """Return the JSON of an error."""
    body: dict[str, Any] = {"message": error.message, "code": error.code}
    return body | ({"errors": error.errors} if error.errors else {})
