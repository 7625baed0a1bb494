"""Faults for tests and the demo: of REST requests, of the gateway, and of Discord itself."""

from __future__ import annotations

import asyncio

from sandbox.api.faults import FaultKind, RestFault, RestFaults
from sandbox.gateway.faults import INVALID_SESSION
from sandbox.gateway.server import Gateway
from sandbox.state import payloads
from sandbox.state.models import Guild
from sandbox.state.simulation import Simulation


class Faults:
    """Plan faults. Routes are templates such as `/channels/{channel_id}/messages`; "*" is every route."""

    def __init__(self, simulation: Simulation, rest: RestFaults, gateway: Gateway) -> None:
        self._simulation = simulation
        self._rest = rest
        self._gateway = gateway
        self._closing: set[asyncio.Task[None]] = set()

    def _plan(self, fault: RestFault) -> None:
        self._rest.planned.append(fault)

    def cancel_planned(self) -> None:
        """Cancel the faults of REST requests that have not happened yet."""
        self._rest.planned.clear()

    def fail(self, method: str, route: str, status: int, times: int = 1, code: int | None = None) -> None:
        """Answer the next `times` requests with this HTTP status and Discord error code."""
        self._plan(RestFault(FaultKind.FAIL, method.upper(), route, times, status=status, code=code))

    def rate_limit(
        self, method: str, route: str, retry_after: float, times: int = 1, scope: str = "user"
    ) -> None:
        """Answer the next `times` requests with 429; `retry_after` is in seconds.

        The scope is "user", "shared" or "global".
        """
        self._plan(
            RestFault(FaultKind.RATE_LIMIT, method.upper(), route, times, seconds=retry_after, scope=scope)
        )

    def reset(self, method: str, route: str, times: int = 1) -> None:
        """Abort the TCP connection before the request is handled."""
        self._plan(RestFault(FaultKind.RESET, method.upper(), route, times))

    def lose_answer(self, method: str, route: str, times: int = 1) -> None:
        """Handle the request, but abort the TCP connection before the response."""
        self._plan(RestFault(FaultKind.LOSE_RESPONSE, method.upper(), route, times))

    def hang(self, method: str, route: str, seconds: float, times: int = 1) -> None:
        """Wait this many real seconds, or until `let_go`, before handling the request."""
        self._plan(RestFault(FaultKind.HANG, method.upper(), route, times, seconds=seconds))

    def is_hanging(self, method: str, route: str) -> bool:
        """Whether a request of this route is hanging now."""
        return (method.upper(), route) in self._rest.hanging.values()

    def let_go(self, method: str, route: str) -> None:
        """Let requests of this route that are hanging now go on."""
        for go_on, what in self._rest.hanging.items():
            if what == (method.upper(), route) and not go_on.done():
                go_on.set_result(None)

    def drop_gateway(self, *, resume: bool = True) -> None:
        """Abort every gateway connection; without `resume` the next RESUME gets op 9."""
        self._gateway.drop(resume=resume)

    def close_gateway(self, code: int) -> asyncio.Task[None]:
        """Close every gateway connection with a close code; the task is done when they are closed."""
        task = asyncio.create_task(self._gateway.close_all(code))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    def ask_to_reconnect(self) -> None:
        """Send op 7 to every gateway connection."""
        self._gateway.ask_to_reconnect()

    def send_event(self, name: str, data: object) -> None:
        """Send an event to every session, whatever it contains."""
        for session in self._gateway.sessions.values():
            session.send(name, data)

    def send_frame(self, frame: str | bytes) -> None:
        """Send a frame to every gateway connection as it is; bytes without compression."""
        self._gateway.write(frame)

    def replace_hello(self, frame: str, times: int = 1) -> None:
        """Send the next `times` gateway connections this frame instead of HELLO."""
        self._gateway.faults.hellos += [frame] * times

    def close_after_hello(self, code: int, times: int = 1) -> None:
        """Close the next `times` gateway connections with this code right after HELLO."""
        self._gateway.faults.codes_after_hello += [code] * times

    def refuse_gateway(self, times: int) -> None:
        """Refuse the next `times` gateway connections with HTTP 503."""
        self._gateway.faults.connections_to_refuse = times

    def refuse_identify(self, code: int, times: int = 1) -> None:
        """Count the next `times` identifies, but close their connections with this code."""
        self._gateway.faults.identify_answers += [code] * times

    def invalidate_sessions(self, times: int) -> None:
        """Count the next `times` identifies, but answer them with op 9, Invalid Session."""
        self._gateway.faults.identify_answers += [INVALID_SESSION] * times

    def spend_starts(self, count: int) -> None:
        """Count this many session starts as used just now."""
        self._simulation.session_starts.spend_now(count)

    def shift_date(self, seconds: float) -> None:
        """Make the Date header of every REST response wrong by this much; 0 makes it right."""
        self._rest.date_shift_seconds = seconds

    def outage(self, guild: Guild) -> None:
        """Make a server unavailable: GUILD_DELETE with `unavailable`, then no events but interactions."""
        guild.available = False
        data = {"id": str(guild.id), "unavailable": True}
        self._simulation.dispatch("GUILD_DELETE", data, guild.id)
        self._simulation.notify("state")

    def end_outage(self, guild: Guild) -> None:
        """Make a server available again: GUILD_CREATE."""
        guild.available = True
        self._simulation.dispatch("GUILD_CREATE", payloads.guild_create(self._simulation, guild), guild.id)
        self._simulation.notify("state")

    def remove_bot(self, guild: Guild) -> None:
        """Remove the bot from a server: GUILD_DELETE without `unavailable`."""
        world = self._simulation.world
        data = {"id": str(guild.id)}
        self._simulation.dispatch("GUILD_DELETE", data, guild.id)
        guild.members.pop(world.app.user.id, None)
        for channel in guild.channels.values():
            if channel.thread is not None:
                channel.thread.members.discard(world.app.user.id)
        for command in world.commands_of(guild.id):
            del world.commands[command.id]
        self._simulation.notify("state")
