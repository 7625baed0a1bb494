"""Discord's rate limits as observed: per-route buckets with headers, sub-limits without, the global one.

Discord does not publish its numbers; those here are the ones that its users have seen
(see the project's notes on the platform). Windows are measured by the sandbox's clock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GLOBAL_PER_SECOND = 50


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds."""

    count: int
    seconds: float


DEFAULT = Limit(50, 1.0)
ROUTE_LIMITS: Mapping[tuple[str, str], Limit] = {
    ("POST", "/channels/{channel_id}/messages"): Limit(5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 1.0),
    ("PATCH", "/channels/{channel_id}"): Limit(10, 15.0),
    ("POST", "/channels/{channel_id}/typing"): Limit(5, 5.0),
    ("PUT", "/applications/{application_id}/commands"): Limit(5, 20.0),
    ("PUT", "/applications/{application_id}/guilds/{guild_id}/commands"): Limit(5, 20.0),
}
RENAME = Limit(2, 600.0)
OLD_EDIT = Limit(3, 6.0)
CREATE_COMMANDS = Limit(200, 86_400.0)
OPEN_DMS = Limit(10, 600.0)
CREATE_THREADS = Limit(50, 300.0)  # all apps of a server together; the number is not documented


@dataclass(frozen=True)
class Verdict:
    """What the limiter says of one request."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False
    scope: str = "user"
    code: int = 0


class _Window:
    """One bucket: it opens with its first request and empties when its time is over."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.used = 0
        self.ends_at = 0.0

    def take(self, now: float) -> bool:
        if now >= self.ends_at:
            self.used = 0
            self.ends_at = now + self.limit.seconds
        if self.used >= self.limit.count:
            return False
        self.used += 1
        return True


class RateLimits:
    """All buckets of one application."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self._windows: dict[str, _Window] = {}
        self.enabled = True
        self.overrides: dict[tuple[str, str], Limit] = {}

    def _window(self, key: str, limit: Limit) -> _Window:
        return self._windows.setdefault(key, _Window(limit))

    def take(self, method: str, route: str, major: str) -> Verdict:
        """Count one request of a route; `major` is its channel, guild or webhook id."""
        if not self.enabled:
            return Verdict({})
        now = self.now()
        whole = self._window("global", Limit(GLOBAL_PER_SECOND, 1.0))
        if not whole.take(now):
            headers = {"X-RateLimit-Global": "true"}
            return Verdict(headers, whole.ends_at - now, is_global=True, scope="global")
        limit = self.overrides.get((method, route)) or ROUTE_LIMITS.get((method, route), DEFAULT)
        window = self._window(f"{method} {route} {major}", limit)
        allowed = window.take(now)
        headers = {
            "X-RateLimit-Limit": str(limit.count),
            "X-RateLimit-Remaining": str(limit.count - window.used),
            "X-RateLimit-Reset": f"{window.ends_at:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends_at - now:.3f}",
            "X-RateLimit-Bucket": _bucket_name(method, route),
        }
        return Verdict(headers, None if allowed else window.ends_at - now)

    def take_sub(self, key: str, limit: Limit) -> float | None:
        """Count against a limit that no header shows; seconds to wait when it is used up."""
        if not self.enabled:
            return None
        now = self.now()
        window = self._window(key, limit)
        return None if window.take(now) else window.ends_at - now


def _bucket_name(method: str, route: str) -> str:
    return hashlib.blake2b(f"{method} {route}".encode(), digest_size=16).hexdigest()
