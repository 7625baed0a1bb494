"""What the sandbox can be told to do wrong: answers, connections, outages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox import payloads
from sandbox.gateway import OP_INVALID_SESSION

if TYPE_CHECKING:
    from sandbox.core import Core
    from sandbox.state import Guild


@dataclass
class RestFault:
    """One planned misbehaviour of a route, for `times` requests."""

    kind: str  # "fail", "limit", "reset", "lose" or "hang"
    method: str
    route: str
    times: int
    status: int = 0
    code: int | None = None
    seconds: float = 0.0
    scope: str = "user"


@dataclass
class RestFaults:
    """The plan: faults are used up in the order in which they were given."""

    planned: list[RestFault] = field(default_factory=list)
    hanging: list[tuple[str, str]] = field(default_factory=list)  # requests that wait now

    def take(self, method: str, route: str) -> RestFault | None:
        """Use up and return the next fault for a request, None where none is planned."""
        for fault in self.planned:
            if fault.method == method.upper() and fault.route in {route, "*"}:
                fault.times -= 1
                if fault.times <= 0:
                    self.planned.remove(fault)
                return fault
        return None


class Faults:
    """The switches that tests use. Routes are templates such as `/channels/{channel_id}/messages`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._closing: set[asyncio.Task[None]] = set()

    def _plan(self, fault: RestFault) -> None:
        self._core.faults.planned.append(fault)

    def fail(self, method: str, route: str, status: int, times: int = 1, code: int | None = None) -> None:
        """Answer the next `times` requests with this HTTP status and Discord code."""
        self._plan(RestFault("fail", method.upper(), route, times, status=status, code=code))

    def rate_limit(
        self, method: str, route: str, retry_after: float, times: int = 1, scope: str = "user"
    ) -> None:
        """Answer 429; scope is "user", "shared" or "global"; `retry_after` in seconds."""
        self._plan(RestFault("limit", method.upper(), route, times, seconds=retry_after, scope=scope))

    def reset(self, method: str, route: str, times: int = 1) -> None:
        """Abort the TCP connection instead of answering, before anything is done."""
        self._plan(RestFault("reset", method.upper(), route, times))

    def lose_answer(self, method: str, route: str, times: int = 1) -> None:
        """Do what the request asks for, but abort the TCP connection before the answer goes out."""
        self._plan(RestFault("lose", method.upper(), route, times))

    def hang(self, method: str, route: str, seconds: float, times: int = 1) -> None:
        """Wait this many real seconds before handling the request."""
        self._plan(RestFault("hang", method.upper(), route, times, seconds=seconds))

    def heal(self) -> None:
        """Forget every planned fault of a route."""
        self._core.faults.planned.clear()

    def is_hanging(self, method: str, route: str) -> bool:
        """Whether a request of this route hangs now, as planned."""
        return (method.upper(), route) in self._core.faults.hanging

    def drop_gateway(self, *, resume: bool = True) -> None:
        """Abort every gateway connection; without `resume` the next RESUME gets op 9."""
        self._core.gateway.drop(resume=resume)

    def close_gateway(self, code: int) -> asyncio.Task[None]:
        """Close every gateway connection with a close code; the task is done when they are closed."""
        task = asyncio.create_task(self._core.gateway.close_all(code))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    def ask_to_reconnect(self) -> None:
        """Send op 7 to every gateway connection."""
        self._core.gateway.ask_to_reconnect()

    def refuse_gateway(self, times: int) -> None:
        """Refuse the next `times` gateway connections with HTTP 503."""
        self._core.gateway.refusals_left = times

    def refuse_identify(self, code: int, times: int = 1) -> None:
        """Close the next `times` connections with this code when they identify; it counts all the same."""
        self._core.gateway.identify_answers += [code] * times

    def invalidate_sessions(self, times: int) -> None:
        """Answer the next `times` identifies with op 9, so that no session begins."""
        self._core.gateway.identify_answers += [OP_INVALID_SESSION] * times

    def spend_starts(self, count: int) -> None:
        """Count so many session starts as spent just now."""
        self._core.gateway.identifies += [self._core.clock.unix()] * count

    def shift_date(self, seconds: float) -> None:
        """Let the Date header of every REST answer be off by so much; 0 sets it right."""
        self._core.date_shift = seconds

    def outage(self, guild: Guild) -> None:
        """Make a server unavailable: GUILD_DELETE with `unavailable`, then no events of it but taps."""
        guild.available = False
        data = {"id": str(guild.id), "unavailable": True}
        self._core.dispatch("GUILD_DELETE", data, guild.id)
        self._core.signal("state")

    def end_outage(self, guild: Guild) -> None:
        """Make a server available again: GUILD_CREATE."""
        guild.available = True
        self._core.dispatch("GUILD_CREATE", payloads.guild_create(self._core, guild), guild.id)
        self._core.signal("state")

    def remove_bot(self, guild: Guild) -> None:
        """Remove the bot from a server: GUILD_DELETE without `unavailable`."""
        world = self._core.world
        data = {"id": str(guild.id)}
        self._core.dispatch("GUILD_DELETE", data, guild.id)
        guild.members.pop(world.app.user.id, None)
        for command in world.commands_of(guild.id):
            del world.commands[command.id]
        self._core.signal("state")
