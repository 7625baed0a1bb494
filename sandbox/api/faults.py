"""What the REST API does wrong on purpose, as planned by a test."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum


class FaultKind(Enum):
    """How a request goes wrong."""

    FAIL = "answer with an error"
    RATE_LIMIT = "answer 429"
    RESET = "abort the connection before the request is handled"
    LOSE_RESPONSE = "handle the request, but abort the connection before the response"
    HANG = "wait before the request is handled"


@dataclass
class RestFault:
    """A fault of the next `times` requests of a route; `seconds` is how long to hang or to retry after."""

    kind: FaultKind
    method: str
    route: str
    times: int
    status: int = 0
    code: int | None = None
    seconds: float = 0.0
    scope: str = "user"


@dataclass
class RestFaults:
    """The planned faults, used up in the order in which they were planned."""

    planned: list[RestFault] = field(default_factory=list)
    hanging: dict[asyncio.Future[None], tuple[str, str]] = field(default_factory=dict)
    """Requests that wait until their future is done or their time is over: method and route."""

    date_shift_seconds: float = 0.0  # by how much the Date header is wrong

    def take(self, method: str, route: str) -> RestFault | None:
        """Use up and return the next fault for a request, None if there is none."""
        for fault in self.planned:
            if fault.method == method.upper() and fault.route in {route, "*"}:
                fault.times -= 1
                if fault.times <= 0:
                    self.planned.remove(fault)
                return fault
        return None
