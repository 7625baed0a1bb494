"""The simulated world with its clock, ids and timer, and the events that it emits.

Code that changes the world calls `dispatch` with the gateway event for the bot and `notify` with the change
for the page. This module does not know its listeners: the gateway and the page subscribe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.state.alarm import Alarm
from sandbox.state.clock import Clock
from sandbox.state.models import Json, Message
from sandbox.state.session_starts import SessionStarts
from sandbox.state.snowflakes import SnowflakeGenerator
from sandbox.state.world import World

log = logging.getLogger("sandbox")

_LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class GatewayEvent:
    """An event for the bot, with its data in Discord's format; `guild_id` None is a DM's."""

    name: str
    data: Json
    guild_id: int | None


@dataclass(frozen=True)
class Change:
    """A change for the page to show, such as "message"; `details` has the records concerned."""

    kind: str
    details: dict[str, Any]


@dataclass(repr=False)  # it holds all of the world: a failing test would take minutes to print it
class Simulation:
    """The world and everything that must be shared to change it."""

    world: World
    clock: Clock
    base_url: str = ""
    max_active_threads: int = 1000  # in one server
    refusals: list[str] = field(default_factory=list)  # requests that no correct client sends
    nonces: dict[tuple[int, str], Message] = field(default_factory=dict)  # by author id and nonce
    opened_dms: set[int] = field(default_factory=set)  # users whose DM the bot has opened
    event_listeners: list[Callable[[GatewayEvent], None]] = field(default_factory=list)
    change_listeners: list[Callable[[Change], None]] = field(default_factory=list)
    _waiters: set[asyncio.Future[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ids = SnowflakeGenerator(self.clock.now)
        self.alarm = Alarm(self.clock.now)
        self.session_starts = SessionStarts(self.clock.unix)

    def dispatch(self, name: str, data: Json, guild_id: int | None = None) -> None:
        """Emit a gateway event and wake waiters."""
        event = GatewayEvent(name, data, guild_id)
        for listener in list(self.event_listeners):
            listener(event)
        self.wake_waiters()

    def notify(self, kind: str, **details: object) -> None:
        """Emit a change for the page and wake waiters."""
        change = Change(kind, details)
        for listener in list(self.change_listeners):
            listener(change)
        self.wake_waiters()

    def set_app_connected(self, connected: bool) -> None:
        """Record whether the bot is connected, and emit that."""
        self.world.app.connected = connected
        self.notify("app", connected=connected)

    def record_refusal(self, text: str) -> None:
        """List and log a request that was refused because no correct client sends it."""
        self.refusals.append(text)
        log.warning("refused: %s", text)
        self.wake_waiters()

    def wake_waiters(self) -> None:
        """Let `until` look again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, predicate: Callable[[], object], timeout: float = 30) -> None:  # noqa: ASYNC109 - callers say how long they wait
        """Return once the predicate holds.

        It is checked after every change here, and now and then without one: it may be about something
        outside, such as the bot's database. Raises `TimeoutError` after `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            while not predicate():
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await asyncio.wait({waiter}, timeout=_LOOK_AGAIN_SECONDS)
                finally:
                    self._waiters.discard(waiter)
