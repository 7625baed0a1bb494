"""Gateway sessions: they outlive their connections, keep what they sent for a resume, and filter events."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.gateway import intents
from sandbox.state import payloads
from sandbox.state.models import Json
from sandbox.state.simulation import GatewayEvent, Simulation

REPLAY_LENGTH = 2000
RESUME_WINDOW_SECONDS = 180.0
# During an outage a server sends nothing else. Interactions are sent to the application, not to the server.
_SENT_IN_AN_OUTAGE = {"GUILD_DELETE", "INTERACTION_CREATE"}


class SessionConnection(Protocol):
    """What a session needs of its connection."""

    def write(self, text: str) -> None:
        """Queue a frame."""

    def abort(self) -> None:
        """Abort the TCP connection."""


@dataclass(eq=False)
class Session:
    """One identified shard."""

    id: str
    shard: tuple[int, int]
    intents: int
    seq: int = 0
    log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAY_LENGTH))
    connection: SessionConnection | None = None
    disconnected_loop_seconds: float = 0.0

    def covers(self, guild_id: int | None) -> bool:
        """Whether events of this server belong to this shard; None means DMs."""
        shard, count = self.shard
        return _covers(shard, count, guild_id)

    def send(self, event: str, data: Any) -> None:  # noqa: ANN401 - JSON of any shape
        """Give an event its sequence number, log it for a resume, and send it if connected."""
        self.seq += 1
        text = json.dumps({"op": 0, "s": self.seq, "t": event, "d": data}, separators=(",", ":"))
        self.log.append((self.seq, text))
        if self.connection is not None:
            self.connection.write(text)


def _covers(shard: int, count: int, guild_id: int | None) -> bool:
    return (guild_id >> 22) % count == shard if guild_id else shard == 0


class SessionRegistry:
    """All sessions of the application."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.by_id: dict[str, Session] = {}

    @property
    def connected(self) -> bool:
        """Whether every shard of the bot has a connected session."""
        counts = {each.shard[1] for each in self.by_id.values()}
        return any(len(self.connected_shards(count)) == count for count in counts)

    def connected_shards(self, count: int) -> set[int]:
        """Return which of `count` shards have a connected session."""
        sessions = [each for each in self.by_id.values() if each.connection is not None]
        return {each.shard[0] for each in sessions if each.shard[1] == count}

    def servers_of(self, shard: int, count: int) -> int:
        """Return how many of the bot's servers a shard has."""
        return sum(_covers(shard, count, guild.id) for guild in self._simulation.world.bot_guilds())

    def _publish_connected(self) -> None:
        self._simulation.set_app_connected(self.connected)

    def start(self, connection: SessionConnection, shard: tuple[int, int], intent_bits: int) -> Session:
        """Start a session: send READY, then a GUILD_CREATE for each of the shard's servers."""
        session = Session(secrets.token_hex(16), shard, intent_bits, connection=connection)
        self._remove_expired()
        self.by_id[session.id] = session
        simulation = self._simulation
        guilds = [g for g in simulation.world.bot_guilds() if session.covers(g.id)]
        ready: Json = {
            "v": 10,
            "user": payloads.own_user(simulation.world.app.user),
            "guilds": [{"id": str(g.id), "unavailable": True} for g in guilds],
            "session_id": session.id,
            "resume_gateway_url": f"ws{simulation.base_url.removeprefix('http')}/gateway",
            "shard": list(shard),
            "application": {"id": str(simulation.world.app.id), "flags": 0},
            "private_channels": [],
            "geo_ordered_rtc_regions": [],
        }
        session.send("READY", ready)
        for guild in guilds:
            if guild.available:
                data = payloads.guild_create(simulation, guild)
                self._send(session, GatewayEvent("GUILD_CREATE", data, guild.id))
        self._publish_connected()
        return session

    def resume(self, connection: SessionConnection, session_id: str, seq: int) -> Session | None:
        """Connect a session again, replay what it missed and return it; None if it cannot be resumed."""
        self._remove_expired()
        session = self.by_id.get(session_id)
        if session is None or seq > session.seq:
            return None
        if session.log and seq < session.log[0][0] - 1:
            return None
        if session.connection is not None:
            session.connection.abort()
        session.connection = connection
        for number, text in session.log:
            if number > seq:
                connection.write(text)
        session.send("RESUMED", {"_trace": []})
        self._publish_connected()
        return session

    def disconnect(self, session: Session, connection: SessionConnection, *, end: bool) -> None:
        """Detach a session from the connection that has closed; with `end` it cannot be resumed."""
        if session.connection is not connection:
            return
        session.connection = None
        session.disconnected_loop_seconds = asyncio.get_running_loop().time()
        if end:
            self.by_id.pop(session.id, None)
        self._publish_connected()

    def clear(self) -> None:
        """End every session."""
        self.by_id.clear()
        self._publish_connected()

    def _remove_expired(self) -> None:
        now = asyncio.get_running_loop().time()
        for session in list(self.by_id.values()):
            if (
                session.connection is None
                and now - session.disconnected_loop_seconds > RESUME_WINDOW_SECONDS
            ):
                del self.by_id[session.id]

    def dispatch(self, event: GatewayEvent) -> None:
        """Send an event to the sessions whose shard and intents cover it."""
        world = self._simulation.world
        guild = world.guilds.get(event.guild_id or 0)
        if guild is not None and not guild.available and event.name not in _SENT_IN_AN_OUTAGE:
            return
        if guild is not None and not world.has_bot(guild):
            return
        for session in list(self.by_id.values()):
            if session.covers(event.guild_id):
                self._send(session, event)

    def _send(self, session: Session, event: GatewayEvent) -> None:
        bot_id = self._simulation.world.app.user.id
        if intents.allow(session.intents, event, bot_id):
            session.send(event.name, intents.redact(session.intents, event, bot_id))
