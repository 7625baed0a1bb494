"""The sandbox: one loopback server that composes the simulation, the REST API, the gateway and the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.api.rate_limits import RateLimits
from sandbox.api.request_log import RequestRecord
from sandbox.api.routing import API_PREFIX
from sandbox.api.server import RestServer
from sandbox.client.actor import Actor
from sandbox.faults import Faults
from sandbox.gateway.server import Gateway
from sandbox.state import members, scheduled_events
from sandbox.state.clock import Clock
from sandbox.state.seed import default_world
from sandbox.state.session_starts import SessionStarts
from sandbox.state.simulation import Simulation
from sandbox.state.world import World
from sandbox.web.endpoints import PageEndpoints
from sandbox.web.guide import Guide

HOST = "127.0.0.1"
MAX_BODY_BYTES = 110 * 1024 * 1024
_CLIENT_CLOSED_REQUEST = 499  # nginx's status for it; nobody reads it


@web.middleware
async def _expect_disconnects(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a client disconnect at any moment without an error, such as a page that is closed early."""
    try:
        return await handler(request)
    except ConnectionResetError:
        return web.Response(status=_CLIENT_CLOSED_REQUEST)


class Sandbox:
    """A local Discord. Use it as an async context manager or with `start` and `close`.

    Its clock begins at `begin`, an aware time, or at the real time if that is None. Like Discord, it
    ignores fields that it does not know; if it is `strict`, it refuses the request. Its page shows
    newcomers the `guide`, if there is one. Measurements see or answer requests in `middlewares` of aiohttp.
    """

    def __init__(
        self,
        port: int = 0,
        app_name: str = "Alongside",
        world: World | None = None,
        begin: datetime | None = None,
        *,
        strict: bool = False,
        guide: Guide | None = None,
        middlewares: Sequence[Middleware] = (),
    ) -> None:
        self._port = port
        self.simulation = Simulation(world or default_world(app_name), Clock(begin))
        self.gateway = Gateway(self.simulation)
        self._rest = RestServer(self.simulation, strict=strict)
        self._page = PageEndpoints(self.simulation, lambda: len(self._rest.requests), guide)
        self._middlewares = middlewares
        self._runner: web.AppRunner | None = None
        self.faults = Faults(self.simulation, self._rest.faults, self.gateway)

    @classmethod
    async def start(
        cls,
        port: int = 0,
        app_name: str = "Alongside",
        world: World | None = None,
        begin: datetime | None = None,
        *,
        guide: Guide | None = None,
    ) -> Sandbox:
        """Start a sandbox on loopback; port 0 takes any free one. Raises `OSError` if it is taken."""
        box = cls(port, app_name, world, begin, guide=guide)
        await box._listen()
        return box

    async def _listen(self) -> None:
        app = web.Application(
            client_max_size=MAX_BODY_BYTES,
            middlewares=[_expect_disconnects, self._page.guard, *self._middlewares],
        )
        app.router.add_route("*", f"{API_PREFIX}/{{path:.*}}", self._rest.serve)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        self._page.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        self.simulation.base_url = f"http://{HOST}:{self._port}"
        self._connect_clock()

    def _connect_clock(self) -> None:
        """Let the clock drive scheduled events and timeouts, and let the page follow the clock."""
        simulation = self.simulation
        clock, alarm = simulation.clock, simulation.alarm
        alarm.sources = [
            (partial(part.next_due, simulation), partial(part.advance, simulation))
            for part in (scheduled_events, members)
        ]
        clock.scheduled_times = lambda: scheduled_events.scheduled_times(simulation)
        clock.on_change = lambda: simulation.notify("clock")
        clock.on_step = alarm.ring
        alarm.rearm()

    async def close(self) -> None:
        """Close every connection and stop listening."""
        self.simulation.alarm.stop()
        for interaction in self.simulation.world.interactions.values():
            interaction.answered.cancel()
        self.gateway.drop(resume=True)
        self.simulation.notify("end")
        await self.simulation.clock.close()
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
        """The page's URL."""
        return f"{self.simulation.base_url}/"

    @property
    def api_url(self) -> str:
        """The URL that replaces Discord's REST URL."""
        return f"{self.simulation.base_url}{API_PREFIX}"

    @property
    def gateway_url(self) -> str:
        """The URL that replaces Discord's gateway URL."""
        return f"ws://{HOST}:{self._port}/gateway"

    @property
    def clock_url(self) -> str:
        """The WebSocket URL where a process follows the sandbox's clock."""
        return f"ws://{HOST}:{self._port}/sandbox/clock"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.simulation.world.app.token

    @property
    def world(self) -> World:
        """The simulated Discord: its servers, people, channels and messages."""
        return self.simulation.world

    @property
    def clock(self) -> Clock:
        """The clock for everything but the three seconds of a first response, which are real."""
        return self.simulation.clock

    @property
    def limits(self) -> RateLimits:
        """The rate limits, which can be turned off or overridden by route."""
        return self._rest.limits

    @property
    def starts(self) -> SessionStarts:
        """The gateway session starts: how many are left and at once, and how many shards to recommend."""
        return self.simulation.session_starts

    @property
    def requests(self) -> list[RequestRecord]:
        """All REST requests so far."""
        return self._rest.requests

    @property
    def refusals(self) -> list[str]:
        """All requests that were refused because no correct client sends them."""
        return self.simulation.refusals

    @property
    def ignored_fields(self) -> list[str]:
        """The unknown fields that were ignored, such as "PATCH /channels/{channel_id}: colour"."""
        return self._rest.ignored_fields

    @property
    def bot_connected(self) -> bool:
        """Whether every shard of the bot is identified and connected."""
        return self.gateway.connected

    async def until_ready(self, timeout: float = 40) -> None:  # noqa: ASYNC109 - callers say how long they wait
        """Wait until the bot is connected; raises `TimeoutError`."""
        await self.until(lambda: self.bot_connected, timeout)

    async def until(self, predicate: Callable[[], object], timeout: float = 30) -> None:  # noqa: ASYNC109 - callers say how long they wait
        """Wait until the predicate holds. See `Simulation.until`."""
        await self.simulation.until(predicate, timeout)

    def person(self, name_or_id: str | int) -> Actor:
        """Return a person by name or id; raises `KeyError`."""
        user = self.world.find_user(name_or_id)
        if user is None:
            raise KeyError(name_or_id)
        return Actor(self.simulation, user)
