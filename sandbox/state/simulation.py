"""What the sandbox's parts share: the world, the clock, the gateway and the news of changes."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.api.rate_limits import RateLimits
from sandbox.faults import RestFaults
from sandbox.gateway.server import Gateway
from sandbox.state.scheduled_events import Alarm
from sandbox.state.snowflakes import Mint

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.state.clock import Clock
    from sandbox.state.models import Json, Message
    from sandbox.state.world import World

log = logging.getLogger("sandbox")


@dataclass(frozen=True)
class RequestRecord:
    """One REST request as it came in, with the status that it got.

    `path` is without the API's prefix; `body` is the parsed JSON, or for multipart
    `{"payload_json": ..., "files": [{"name", "filename", "size"}]}`.
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


@dataclass(frozen=True)
class News:
    """A change that the page may want to show."""

    kind: str
    what: dict[str, Any]


@dataclass
class Core:
    """The shared parts. Everything else is given this and nothing more."""

    world: World
    clock: Clock
    base_url: str = ""
    requests: list[RequestRecord] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    nonces: dict[tuple[int, str], Message] = field(default_factory=dict)  # (channel, nonce)
    opened_dms: set[int] = field(default_factory=set)  # users whose DM the bot opened
    listeners: list[Callable[[News], None]] = field(default_factory=list)
    date_shift: float = 0.0  # seconds by which the Date header is off
    _waiters: set[asyncio.Future[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.mint = Mint(self.clock.now)
        self.limits = RateLimits(self.clock.unix)
        self.faults = RestFaults()
        self.gateway = Gateway(self)
        self.alarm = Alarm(self)

    def refuse(self, what: str) -> None:
        """Note something that the sandbox refused, loudly."""
        self.refusals.append(what)
        log.warning("refused: %s", what)
        self.touch()

    def signal(self, kind: str, **what: object) -> None:
        """Tell the page's listeners and wake whoever waits for a change."""
        news = News(kind, what)
        for listener in list(self.listeners):
            listener(news)
        self.touch()

    def dispatch(self, event: str, data: Json, guild_id: int | None = None) -> None:
        """Send an event to the bot's sessions that may have it, and wake waiters."""
        self.gateway.dispatch(event, data, guild_id)
        self.touch()

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def stop_listening(self) -> None:
        """Let every live page go."""
        self.signal("end")

    async def until(self, predicate: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109 - callers say how long they wait
        """Return once the predicate holds, looking again after every change.

        Raises `TimeoutError` after `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            while not predicate():
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
