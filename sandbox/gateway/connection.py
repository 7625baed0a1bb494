"""One gateway connection: hello, heartbeats, identify, resume, compression and close codes.

Source: Discord's "Gateway" topic and "Gateway Close Event Codes".
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.gateway import intents
from sandbox.gateway.faults import INVALID_SESSION, GatewayFaults
from sandbox.gateway.sessions import Session, SessionRegistry
from sandbox.state import payloads
from sandbox.state.errors import DiscordError
from sandbox.state.models import Json
from sandbox.state.simulation import Simulation

SENDS_PER_MINUTE = 120
SERVERS_PER_SHARD = 2500
HEARTBEAT_TOLERANCE = 1.5  # intervals without a heartbeat
CLIENT_ENDS_SESSION = {1000, 1001}  # close codes of the client after which it does not resume
SERVER_ENDS_SESSION = {4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}  # close codes of the gateway
OP_HEARTBEAT, OP_IDENTIFY, OP_PRESENCE_UPDATE, OP_VOICE_STATE_UPDATE, OP_RESUME = 1, 2, 3, 4, 6
OP_RECONNECT, OP_REQUEST_GUILD_MEMBERS, OP_INVALID_SESSION, OP_HELLO, OP_HEARTBEAT_ACK = 7, 8, 9, 10, 11


class _Close(Exception):  # noqa: N818 - a decision to close, not an error
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """A WebSocket of the bot, with its session once it has identified or resumed."""

    def __init__(
        self,
        simulation: Simulation,
        registry: SessionRegistry,
        faults: GatewayFaults,
        heartbeat_ms: int,
        socket: web.WebSocketResponse,
        request: web.Request,
    ) -> None:
        self._simulation = simulation
        self._registry = registry
        self._faults = faults
        self._heartbeat_ms = heartbeat_ms
        self._socket = socket
        self._transport = request.transport
        self._version = request.query.get("v", "10")
        self._encoding = request.query.get("encoding", "json")
        compressed = request.query.get("compress") == "zlib-stream"
        self._compressor = zlib.compressobj() if compressed else None
        self._outbox: asyncio.Queue[str | bytes] = asyncio.Queue()
        self._received: deque[float] = deque()
        self._heartbeat = asyncio.Event()
        self.session: Session | None = None
        self._closed_by_server = False
        self.session_ended = False
        self.has_overspent = False  # it identified once more than a day allows

    def write(self, frame: str | bytes) -> None:
        """Queue a frame. Bytes are sent as they are, without compression."""
        self._outbox.put_nowait(frame)

    def ask_to_reconnect(self) -> None:
        """Ask the client to connect again and resume."""
        self._write(OP_RECONNECT, None)

    def _write(self, op: int, data: object) -> None:
        self.write(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def abort(self) -> None:
        """Abort the TCP connection without a close frame."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code and a reason."""
        self._closed_by_server = True
        self.session_ended = code in SERVER_ENDS_SESSION
        await self._socket.close(code=code, message=reason.encode())

    async def run(self) -> None:
        """Serve the client until the connection closes."""
        writer = asyncio.create_task(self._send_queued())
        watcher = asyncio.create_task(self._watch_heartbeats())
        try:
            await self._receive()
        except _Close as decision:
            await self._drain()
            await self.close(decision.code, decision.reason)
        finally:
            writer.cancel()
            watcher.cancel()
            await asyncio.gather(writer, watcher, return_exceptions=True)

    async def _receive(self) -> None:
        if self._version != "10" or self._encoding != "json":
            raise _Close(4012, "Invalid API version.")
        if self._faults.hellos:
            self.write(self._faults.hellos.pop(0))
        else:
            self._write(OP_HELLO, {"heartbeat_interval": self._heartbeat_ms, "_trace": []})
        if self._faults.codes_after_hello:
            raise _Close(self._faults.codes_after_hello.pop(0), "Planned by the test.")
        async for message in self._socket:
            if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                self._handle_frame(message.data)
        if not self._closed_by_server:
            self.session_ended = self._socket.close_code in CLIENT_ENDS_SESSION
            await self._end()

    async def _end(self) -> None:
        """Send what was dispatched until the client closes, then close too."""
        if self.session is not None:
            self._registry.disconnect(self.session, self, end=self.session_ended)
        await self._drain()
        await self._socket.close()

    async def _send_queued(self) -> None:
        while True:
            frame = await self._outbox.get()
            try:
                await self._send(frame)
            except ConnectionError:
                return
            finally:
                self._outbox.task_done()

    async def _send(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            await self._socket.send_bytes(frame)
            return
        if self._compressor is None:
            await self._socket.send_str(frame)
            return
        data = self._compressor.compress(frame.encode())
        await self._socket.send_bytes(data + self._compressor.flush(zlib.Z_SYNC_FLUSH))

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(1):
                await self._outbox.join()
        except TimeoutError:
            return

    async def _watch_heartbeats(self) -> None:
        timeout = self._heartbeat_ms / 1000 * HEARTBEAT_TOLERANCE
        try:
            while True:
                self._heartbeat.clear()
                async with asyncio.timeout(timeout):
                    await self._heartbeat.wait()
        except TimeoutError:
            await self.close(4009, "Session timed out.")

    def _handle_frame(self, raw: str | bytes) -> None:
        self._count_frame()
        try:
            frame = json.loads(raw)
            self._handle(frame["op"], frame.get("d"))
        except (DiscordError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise _Close(4002, "Error while decoding payload.") from error

    def _handle(self, op: int, data: Any) -> None:  # noqa: ANN401 - JSON of any shape
        if op == OP_HEARTBEAT:
            self._heartbeat.set()
            self._write(OP_HEARTBEAT_ACK, None)
        elif op == OP_IDENTIFY:
            self._identify(data)
        elif op == OP_RESUME:
            self._resume(data)
        elif self.session is None:
            raise _Close(4003, "Not authenticated.")
        elif op == OP_REQUEST_GUILD_MEMBERS:
            self._send_members(self.session, data)
        elif op == OP_VOICE_STATE_UPDATE:
            self._simulation.record_refusal("gateway op 4: the sandbox has no voice for bots")
        elif op != OP_PRESENCE_UPDATE:
            raise _Close(4001, "Unknown opcode.")

    def _count_frame(self) -> None:
        now = asyncio.get_running_loop().time()
        self._received.append(now)
        while self._received[0] < now - 60:
            self._received.popleft()
        if len(self._received) > SENDS_PER_MINUTE:
            raise _Close(4008, "You are being rate limited.")

    def _identify(self, data: Json) -> None:
        if self.session is not None:
            raise _Close(4005, "Already authenticated.")
        self._check_token(data)
        shard, count = data.get("shard") or (0, 1)
        if not (isinstance(shard, int) and isinstance(count, int) and 0 <= shard < count):
            raise _Close(4010, "Invalid shard.")
        bits = data.get("intents")
        if not isinstance(bits, int) or bits & ~intents.KNOWN:
            raise _Close(4013, "Invalid intent(s).")
        if bits & intents.PRIVILEGED & ~self._simulation.world.app.privileged_intents:
            raise _Close(4014, "Disallowed intent(s).")
        if not self._spend_start(shard, count):
            self._write(OP_INVALID_SESSION, False)
            return
        if self._registry.servers_of(shard, count) > SERVERS_PER_SHARD:
            raise _Close(4011, "Sharding required.")
        self.session = self._registry.start(self, (shard, count), bits)

    def _spend_start(self, shard: int, count: int) -> bool:
        """Count an identify; return whether a session starts."""
        starts = self._simulation.session_starts
        is_in_time = starts.spend(shard, count)
        self._simulation.wake_waiters()
        self.has_overspent = starts.remaining < 0
        if self.has_overspent:
            raise _Close(4004, "Authentication failed.")
        planned = self._faults.take_identify_answer()
        if planned is not None and planned != INVALID_SESSION:
            raise _Close(planned, "Planned by the test.")
        return is_in_time and planned is None

    def _check_token(self, data: Json) -> None:
        token = str(data.get("token", "")).removeprefix("Bot ")
        if token != self._simulation.world.app.token:
            raise _Close(4004, "Authentication failed.")

    def _resume(self, data: Json) -> None:
        if self.session is not None:
            raise _Close(4005, "Already authenticated.")
        self._check_token(data)
        seq = data.get("seq") or 0
        self.session = self._registry.resume(self, str(data.get("session_id")), seq)
        if self.session is None:
            self._write(OP_INVALID_SESSION, False)

    def _send_members(self, session: Session, data: Json) -> None:
        """Answer op 8. The whole list needs the GUILD_MEMBERS intent, a list of ids does not."""
        world = self._simulation.world
        guild = world.get_guild(int(data["guild_id"]))
        wanted: Any = data.get("user_ids")
        if wanted is None and not session.intents & intents.Intent.GUILD_MEMBERS:
            raise _Close(4014, "Disallowed intent(s).")
        ids = {int(i) for i in (wanted if isinstance(wanted, list) else [wanted])} if wanted else None
        query = str(data.get("query") or "").lower()
        found = [
            m
            for m in guild.members.values()
            if (ids is None or m.user.id in ids) and m.user.name.lower().startswith(query)
        ]
        session.send(
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": str(guild.id),
                "members": [payloads.member(m) for m in found],
                "chunk_index": 0,
                "chunk_count": 1,
                "not_found": [str(i) for i in (ids or set()) - set(guild.members)],
                "nonce": data.get("nonce"),
            },
        )
