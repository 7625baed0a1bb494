"""The sandbox itself: one loopback server with REST, gateway, clock and page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from aiohttp import web

from sandbox.api.resources import table
from sandbox.api.server import API_PREFIX, Rest
from sandbox.client.actor import Actor
from sandbox.faults import Faults
from sandbox.state import scheduled_events
from sandbox.state.clock import Clock
from sandbox.state.seed import default_world
from sandbox.state.simulation import Core, RequestRecord
from sandbox.web.endpoints import Pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from sandbox.api.rate_limits import RateLimits
    from sandbox.gateway.server import Gateway
    from sandbox.state.world import World

HOST = "127.0.0.1"
MOST_BODY_BYTES = 110 * 1024 * 1024


class Sandbox:
    """A Discord-shaped server. Use it as an async context manager or with `start` and `close`.

    Its clock begins at `begin`, an aware time; None: at the real one.
    """

    def __init__(
        self,
        port: int = 0,
        app_name: str = "Alongside",
        world: World | None = None,
        begin: datetime | None = None,
    ) -> None:
        self._port = port
        self._core = Core(world or default_world(app_name), Clock(begin))
        self._runner: web.AppRunner | None = None
        self.faults = Faults(self._core)

    @classmethod
    async def start(
        cls,
        port: int = 0,
        app_name: str = "Alongside",
        world: World | None = None,
        begin: datetime | None = None,
    ) -> Sandbox:
        """Start a sandbox on loopback; port 0 takes any free one. Raises `OSError` if it is taken."""
        box = cls(port, app_name, world, begin)
        await box._listen()
        return box

    async def _listen(self) -> None:
        core = self._core
        rest, pages = Rest(core, table()), Pages(core)
        app = web.Application(client_max_size=MOST_BODY_BYTES, middlewares=[pages.guard])
        app.router.add_route("*", f"{API_PREFIX}/{{path:.*}}", rest.serve)
        app.router.add_get("/gateway", core.gateway.serve)
        app.router.add_get("/gateway/", core.gateway.serve)
        app.router.add_get("/sandbox/clock", core.clock.serve)
        pages.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        core.base_url = f"http://{HOST}:{self._port}"
        core.clock.native_events = lambda: scheduled_events.moments(core)
        core.clock.on_change = lambda: core.signal("clock")
        core.clock.on_step = core.alarm.ring
        core.alarm.rearm()

    async def close(self) -> None:
        """Close every connection and stop listening."""
        self._core.alarm.stop()
        for interaction in self._core.world.interactions.values():
            interaction.answered.cancel()
        self._core.gateway.drop(resume=True)
        self._core.stop_listening()
        await self._core.clock.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def page_url(self) -> str:
        """Where a person opens the page."""
        return f"{self._core.base_url}/"

    @property
    def api_url(self) -> str:
        """What stands in for Discord's REST address."""
        return f"{self._core.base_url}{API_PREFIX}"

    @property
    def gateway_url(self) -> str:
        """What stands in for Discord's gateway address."""
        return f"ws://{HOST}:{self._port}/gateway"

    @property
    def clock_url(self) -> str:
        """Where a process follows the sandbox's clock."""
        return f"ws://{HOST}:{self._port}/sandbox/clock"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self._core.world.app.token

    @property
    def world(self) -> World:
        """Everything that exists."""
        return self._core.world

    @property
    def clock(self) -> Clock:
        """The clock that everything but the three seconds lives by."""
        return self._core.clock

    @property
    def gateway(self) -> Gateway:
        """The gateway with its sessions and knobs."""
        return self._core.gateway

    @property
    def limits(self) -> RateLimits:
        """The rate limits, to be switched off or overridden by route."""
        return self._core.limits

    @property
    def requests(self) -> list[RequestRecord]:
        """Every REST request so far."""
        return self._core.requests

    @property
    def refusals(self) -> list[str]:
        """Everything that was refused loudly."""
        return self._core.refusals

    @property
    def bot_connected(self) -> bool:
        """Whether every shard of the bot is identified and connected."""
        return self._core.gateway.connected

    async def until_ready(self, timeout: float = 20) -> None:  # noqa: ASYNC109 - callers say how long they wait
        """Wait until the bot is connected; raises `TimeoutError`."""
        await self.until(lambda: self.bot_connected, timeout)

    async def until(self, predicate: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109 - callers say how long they wait
        """Wait until the predicate holds, looking again at every change; raises `TimeoutError`."""
        await self._core.until(predicate, timeout)

    def person(self, name_or_id: str | int) -> Actor:
        """Return a person by name or id; raises `KeyError`."""
        user = self.world.find_user(name_or_id)
        if user is None:
            raise KeyError(name_or_id)
        return Actor(self._core, user)
