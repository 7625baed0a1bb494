"""Discord's rate limits: the global one, buckets by route, and limits that no header announces.

Discord does not publish these numbers; they are what users of its API have observed. Windows are measured
with the sandbox's clock.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

GLOBAL_PER_SECOND = 50


@dataclass(frozen=True)
class Limit:
    """How many requests are allowed in how many seconds."""

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
INTERACTION_WEBHOOK = Limit(5, 2.0)  # of one interaction, whatever its route
CREATE_THREADS = Limit(50, 300.0)  # shared by all apps in a server


@dataclass(frozen=True)
class Verdict:
    """Whether a request is allowed: `retry_after` is None, or how many seconds to wait."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False
    scope: str = "user"
    code: int = 0


class RateLimited(Exception):  # noqa: N818 - named after the response, 429
    """A request was refused by a rate limit, or by a planned fault that looks like one."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class _Window:
    """The window of one bucket: it starts with the first request after the last window."""

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
        """Count a request of a route; `major` has its major parameters, such as the channel id."""
        if not self.enabled:
            return Verdict({})
        now = self.now()
        every = self._window("global", Limit(GLOBAL_PER_SECOND, 1.0))
        if not every.take(now):
            headers = {"X-RateLimit-Global": "true"}
            return Verdict(headers, every.ends_at - now, is_global=True, scope="global")
        limit = self.overrides.get((method, route)) or ROUTE_LIMITS.get((method, route), DEFAULT)
        return self._take(f"{method} {route} {major}", limit, _bucket_name(method, route))

    def take_webhook(self, token: str) -> Verdict:
        """Count a request of an interaction's webhook, which the global limit does not count."""
        if not self.enabled:
            return Verdict({})
        return self._take(f"webhook {token}", INTERACTION_WEBHOOK, _bucket_name("webhook", token))

    def _take(self, key: str, limit: Limit, bucket: str) -> Verdict:
        now = self.now()
        window = self._window(key, limit)
        allowed = window.take(now)
        headers = {
            "X-RateLimit-Limit": str(limit.count),
            "X-RateLimit-Remaining": str(limit.count - window.used),
            # Clients compare it with their own clock, as they do the Date header, which is real too.
            "X-RateLimit-Reset": f"{time.time() + window.ends_at - now:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends_at - now:.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        return Verdict(headers, None if allowed else window.ends_at - now)

    def take_hidden(self, key: str, limit: Limit) -> float | None:
        """Count against a limit that no header announces; return the seconds to wait if it is used up."""
        if not self.enabled:
            return None
        now = self.now()
        window = self._window(key, limit)
        return None if window.take(now) else window.ends_at - now

    def require_hidden(self, key: str, limit: Limit, *, code: int = 0, scope: str = "user") -> None:
        """Count against a limit that no header announces; raise `RateLimited` if it is used up."""
        wait = self.take_hidden(key, limit)
        if wait is not None:
            raise RateLimited(Verdict({}, wait, scope=scope, code=code))


def _bucket_name(method: str, route: str) -> str:
    return hashlib.blake2b(f"{method} {route}".encode(), digest_size=16).hexdigest()
