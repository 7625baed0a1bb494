"""The log of REST requests, for tests that count or inspect them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class RequestRecord:
    """One REST request with the status of its response.

    `path` has no API prefix. `body` is the parsed JSON, or for multipart requests `{"payload_json": ...,
    "files": [{"name", "filename", "size"}]}`. `limited` says whether the global rate limit counts
    the request. `loop_seconds` is when it came, in real time, which is not moved with the clock.
    `status` is 0 if a planned fault aborted the connection.
    """

    at: datetime
    loop_seconds: float
    method: str
    path: str
    route: str | None
    query: dict[str, str]
    body: Any
    status: int
    limited: bool
    user_agent: str


def most_in_a_second(moments: Iterable[float]) -> int:
    """Return how many moments, in seconds, are in the second with the most, wherever that begins."""
    recent: deque[float] = deque()
    most = 0
    for each in sorted(moments):
        recent.append(each)
        while each - recent[0] >= 1:
            recent.popleft()
        most = max(most, len(recent))
    return most
