"""The log of REST requests, for tests that count or inspect them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class RequestRecord:
    """One REST request with the status of its response.

    `path` has no API prefix. `body` is the parsed JSON, or for multipart requests `{"payload_json": ...,
    "files": [{"name", "filename", "size"}]}`. `limited` says whether rate limits count the request.
    `status` is 0 if a planned fault aborted the connection.
    """

    at: datetime
    method: str
    path: str
    route: str | None
    query: dict[str, str]
    body: Any
    status: int
    limited: bool
    user_agent: str
