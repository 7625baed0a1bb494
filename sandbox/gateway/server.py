"""The gateway: sessions that outlive their connections, what they are sent and what is replayed."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.gateway import intents
from sandbox.gateway.connection import Connection
from sandbox.state import payloads

if TYPE_CHECKING:
    from sandbox.state.models import Json
    from sandbox.state.simulation import Core

REPLAY_LENGTH = 2000
RESUME_WINDOW_SECONDS = 180.0
IDENTIFIES_PER_DAY = 1000
_TOLD_IN_AN_OUTAGE = {"GUILD_DELETE", "INTERACTION_CREATE"}  # the latter is told to the application
OP_RECONNECT, OP_INVALID_SESSION = 7, 9


@dataclass(eq=False)
class Session:
    """What the gateway remembers of one identified shard."""

    id: str
    shard: tuple[int, int]
    intents: int
    seq: int = 0
    log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAY_LENGTH))
    connection: Connection | None = None
    lost_at: float = 0.0

    def serves(self, guild_id: int | None) -> bool:
        """Whether events of this server (None: of DMs) belong to this shard."""
        shard, count = self.shard
        return (guild_id >> 22) % count == shard if guild_id else shard == 0

    def send(self, event: str, data: Any) -> None:  # noqa: ANN401 - JSON of any shape
        """Give an event its number, keep it for a resume, and send it if somebody listens."""
        self.seq += 1
        text = json.dumps({"op": 0, "s": self.seq, "t": event, "d": data}, separators=(",", ":"))
        self.log.append((self.seq, text))
        if self.connection is not None:
            self.connection.write(text)


class Gateway:
    """All sessions of the application, and the switches for its troubles."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.heartbeat_ms = 41250
        self.max_concurrency = 16
        self.identify_window_seconds = 0.0  # Discord's is 5; 0 lets tests restart a bot at once
        self.shards = 1
        self.identifies: list[float] = []  # the clock's seconds
        self.refusals_left = 0
        self.identify_answers: list[
            int
        ] = []  # close codes for the next identifies; 9 is an invalid session
        self._last_identify: dict[int, float] = {}

    @property
    def connected(self) -> bool:
        """Whether every shard that the bot said it has is identified and connected."""
        live = [s.shard for s in self.sessions.values() if s.connection is not None]
        return any(len({s for s, n in live if n == count}) == count for _, count in live)

    @property
    def identifies_left(self) -> int:
        """Session starts that are left of this day's 1,000, by the clock."""
        day_ago = self._core.clock.unix() - 86400
        self.identifies = [at for at in self.identifies if at > day_ago]
        return IDENTIFIES_PER_DAY - len(self.identifies)

    @property
    def starts_reset_ms(self) -> int:
        """In how many milliseconds the oldest session start of this day is forgotten."""
        left = self.identifies_left  # forgets those of before
        if left == IDENTIFIES_PER_DAY:
            return 0
        return round(1000 * (86400 - (self._core.clock.unix() - self.identifies[0])))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from its hello to its end."""
        if self.refusals_left > 0:
            self.refusals_left -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0, heartbeat=None)
        await socket.prepare(request)
        connection = Connection(self._core, self, socket, request)
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
            self._part(connection)
        return socket

    def _part(self, connection: Connection) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        session.lost_at = asyncio.get_running_loop().time()
        if connection.left_for_good:
            self.sessions.pop(session.id, None)
        self.tell_app()

    def tell_app(self) -> None:
        """Tell the page whether the bot is there."""
        self._core.signal("app", connected=self.connected)

    def may_identify(self, shard: int) -> bool:
        """Count an identify; False where its key had one too recently."""
        now = asyncio.get_running_loop().time()
        key = shard % self.max_concurrency
        last = self._last_identify.get(key)
        if last is not None and now - last < self.identify_window_seconds:
            return False
        self._last_identify[key] = now
        self.identifies.append(self._core.clock.unix())
        return self.identifies_left >= 0

    def start_session(self, connection: Connection, shard: tuple[int, int], bits: int) -> None:
        """Begin a session: READY, then a GUILD_CREATE for each of the shard's servers."""
        session = Session(secrets.token_hex(16), shard, bits, connection=connection)
        connection.session = session
        self._forget_old_sessions()
        self.sessions[session.id] = session
        core = self._core
        guilds = [g for g in core.world.bot_guilds() if session.serves(g.id)]
        session.send(
            "READY",
            {
                "v": 10,
                "user": payloads.own_user(core.world.app.user),
                "guilds": [{"id": str(g.id), "unavailable": True} for g in guilds],
                "session_id": session.id,
                "resume_gateway_url": f"ws{core.base_url.removeprefix('http')}/gateway",
                "shard": list(shard),
                "application": {"id": str(core.world.app.id), "flags": 0},
                "private_channels": [],
                "geo_ordered_rtc_regions": [],
            },
        )
        for guild in guilds:
            if guild.available:
                self._send(session, "GUILD_CREATE", payloads.guild_create(core, guild), guild.id)
        self.tell_app()

    def _forget_old_sessions(self) -> None:
        now = asyncio.get_running_loop().time()
        for session in list(self.sessions.values()):
            if session.connection is None and now - session.lost_at > RESUME_WINDOW_SECONDS:
                del self.sessions[session.id]

    def resume(self, connection: Connection, session_id: str, seq: int) -> bool:
        """Take a session up again and replay what it missed; False where that cannot be."""
        self._forget_old_sessions()
        session = self.sessions.get(session_id)
        if session is None or seq > session.seq:
            return False
        if session.log and seq < session.log[0][0] - 1:
            return False
        if session.connection is not None:
            session.connection.abort()
        session.connection = connection
        connection.session = session
        for number, text in session.log:
            if number > seq:
                connection.write(text)
        session.send("RESUMED", {"_trace": []})
        self.tell_app()
        return True

    def dispatch(self, event: str, data: Json, guild_id: int | None) -> None:
        """Send an event to the sessions that may have it."""
        guild = self._core.world.guilds.get(guild_id or 0)
        if guild is not None and not guild.available and event not in _TOLD_IN_AN_OUTAGE:
            return
        if guild is not None and not self._core.world.has_bot(guild):
            return
        for session in list(self.sessions.values()):
            if session.serves(guild_id):
                self._send(session, event, data, guild_id)

    def _send(self, session: Session, event: str, data: Json, guild_id: int | None) -> None:
        if not intents.allows(session.intents, event, guild_id):
            return
        bot_id = self._core.world.app.user.id
        if event == "GUILD_CREATE":
            data = intents.without_members_of_others(session.intents, data, bot_id)
        session.send(event, intents.redacted(session.intents, event, data, bot_id))

    def drop(self, *, resume: bool) -> None:
        """Abort every connection; without `resume` the sessions are forgotten too."""
        for connection in list(self.connections):
            connection.abort()
        if not resume:
            self.sessions.clear()
            self.tell_app()

    async def close_all(self, code: int) -> None:
        """Close every connection with a close code."""
        for connection in list(self.connections):
            await connection.close(code)

    def ask_to_reconnect(self) -> None:
        """Send op 7 to every connection."""
        for connection in list(self.connections):
            connection.write(json.dumps({"op": OP_RECONNECT, "d": None}))
