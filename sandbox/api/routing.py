"""Routes: which handler serves which method and path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.api.requests import Handler

API_PREFIX = "/api/v10"


@dataclass(frozen=True)
class Route:
    """A method, a path template as in Discord's API description, and its handler."""

    method: str
    template: str
    handler: Handler
    needs_bot_token: bool = True  # false for paths that contain an interaction's token
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)
        object.__setattr__(self, "pattern", re.compile(pattern))

    @property
    def is_limited(self) -> bool:
        """Whether the global rate limit counts it. Interaction endpoints are exempt."""
        return self.needs_bot_token


@dataclass(frozen=True)
class Match:
    """What was found for a request: its route and parameters, or whether the path has other methods."""

    route: Route | None
    params: dict[str, str] = field(default_factory=dict)
    path_exists: bool = False


def find_route(routes: Iterable[Route], method: str, path: str) -> Match:
    """Return the first route that matches the method and path."""
    path_exists = False
    for route in routes:
        found = route.pattern.fullmatch(path)
        if found and route.method == method:
            return Match(route, found.groupdict(), path_exists=True)
        path_exists = path_exists or found is not None
    return Match(None, path_exists=path_exists)
