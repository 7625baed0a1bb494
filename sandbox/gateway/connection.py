"""One gateway connection: hello, heartbeats, identify, resume, compression and close codes."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.gateway import intents
from sandbox.state import payloads
from sandbox.state.errors import ApiError

if TYPE_CHECKING:
    from sandbox.gateway.server import Gateway, Session
    from sandbox.state.models import Json
    from sandbox.state.simulation import Core

SENDS_PER_MINUTE = 120
MISSED_BEATS_ALLOWED = 1.5
NORMAL_CLOSES = {1000, 1001}  # from the client: its session is over
SESSION_ENDS = {4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}  # from here: it cannot be resumed
OP_HEARTBEAT, OP_IDENTIFY, OP_PRESENCE, OP_VOICE, OP_RESUME = 1, 2, 3, 4, 6
OP_MEMBERS, OP_INVALID, OP_HELLO, OP_ACK = 8, 9, 10, 11


class _Closed(Exception):  # noqa: N818 - it is a decision to close, not an error
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """A WebSocket of the bot and the session that it carries, once it has one."""

    def __init__(
        self, core: Core, gateway: Gateway, socket: web.WebSocketResponse, request: web.Request
    ) -> None:
        self._core = core
        self._gateway = gateway
        self._socket = socket
        self._transport = request.transport
        self._version = request.query.get("v", "10")
        self._encoding = request.query.get("encoding", "json")
        compressed = request.query.get("compress") == "zlib-stream"
        self._compressor = zlib.compressobj() if compressed else None
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._sent: deque[float] = deque()
        self._beat = asyncio.Event()
        self.session: Session | None = None
        self._closed_here = False
        self.left_for_good = False

    def write(self, text: str) -> None:
        """Queue a frame; frames keep their order."""
        self._outbox.put_nowait(text)

    def _write(self, op: int, data: object) -> None:
        self.write(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def abort(self) -> None:
        """Cut the TCP connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code."""
        self._closed_here = True
        self.left_for_good = code in SESSION_ENDS
        await self._socket.close(code=code, message=reason.encode())

    async def run(self) -> None:
        """Talk with the client until one of the two leaves."""
        writer = asyncio.create_task(self._pump())
        watcher = asyncio.create_task(self._watch_heartbeats())
        try:
            await self._converse()
        except _Closed as closing:
            await self._drain()
            await self.close(closing.code, closing.reason)
        finally:
            writer.cancel()
            watcher.cancel()
            await asyncio.gather(writer, watcher, return_exceptions=True)

    async def _converse(self) -> None:
        if self._version != "10" or self._encoding != "json":
            raise _Closed(4012, "Invalid API version.")
        self._write(OP_HELLO, {"heartbeat_interval": self._gateway.heartbeat_ms, "_trace": []})
        async for message in self._socket:
            if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                self._take(message.data)
        if not self._closed_here:
            self.left_for_good = self._socket.close_code in NORMAL_CLOSES

    async def _pump(self) -> None:
        while True:
            text = await self._outbox.get()
            try:
                await self._send(text)
            except ConnectionError:
                return
            finally:
                self._outbox.task_done()

    async def _send(self, text: str) -> None:
        if self._compressor is None:
            await self._socket.send_str(text)
            return
        data = self._compressor.compress(text.encode())
        await self._socket.send_bytes(data + self._compressor.flush(zlib.Z_SYNC_FLUSH))

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(1):
                await self._outbox.join()
        except TimeoutError:
            return

    async def _watch_heartbeats(self) -> None:
        patience = self._gateway.heartbeat_ms / 1000 * MISSED_BEATS_ALLOWED
        try:
            while True:
                self._beat.clear()
                async with asyncio.timeout(patience):
                    await self._beat.wait()
        except TimeoutError:
            await self.close(4009, "Session timed out.")

    def _take(self, raw: str | bytes) -> None:
        self._count_send()
        try:
            said = json.loads(raw)
            self._obey(said["op"], said.get("d"))
        except (ApiError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise _Closed(4002, "Error while decoding payload.") from error

    def _obey(self, op: int, data: Any) -> None:  # noqa: ANN401 - JSON of any shape
        if op == OP_HEARTBEAT:
            self._beat.set()
            self._write(OP_ACK, None)
        elif op == OP_IDENTIFY:
            self._identify(data)
        elif op == OP_RESUME:
            self._resume(data)
        elif self.session is None:
            raise _Closed(4003, "Not authenticated.")
        elif op == OP_MEMBERS:
            self._send_members(self.session, data)
        elif op == OP_VOICE:
            self._core.refuse("gateway op 4: the sandbox has no voice for bots")
        elif op != OP_PRESENCE:
            raise _Closed(4001, "Unknown opcode.")

    def _count_send(self) -> None:
        now = asyncio.get_running_loop().time()
        self._sent.append(now)
        while self._sent[0] < now - 60:
            self._sent.popleft()
        if len(self._sent) > SENDS_PER_MINUTE:
            raise _Closed(4008, "You are being rate limited.")

    def _identify(self, data: Json) -> None:
        if self.session is not None:
            raise _Closed(4005, "Already authenticated.")
        self._check_token(data)
        shard, count = data.get("shard") or (0, 1)
        if not (isinstance(shard, int) and isinstance(count, int) and 0 <= shard < count):
            raise _Closed(4010, "Invalid shard.")
        bits = data.get("intents")
        if not isinstance(bits, int) or bits & ~intents.KNOWN:
            raise _Closed(4013, "Invalid intent(s).")
        if bits & intents.PRIVILEGED & ~self._core.world.app.privileged_intents:
            raise _Closed(4014, "Disallowed intent(s).")
        is_counted = self._gateway.may_identify(shard)
        planned = self._gateway.identify_answers.pop(0) if self._gateway.identify_answers else 0
        if planned > OP_INVALID:
            raise _Closed(planned, "Planned by the test.")
        if not is_counted or planned == OP_INVALID:
            self._write(OP_INVALID, False)
            return
        self._gateway.start_session(self, (shard, count), bits)

    def _check_token(self, data: Json) -> None:
        token = str(data.get("token", "")).removeprefix("Bot ")
        if token != self._core.world.app.token:
            raise _Closed(4004, "Authentication failed.")

    def _resume(self, data: Json) -> None:
        if self.session is not None:
            raise _Closed(4005, "Already authenticated.")
        self._check_token(data)
        seq = data.get("seq") or 0
        if not self._gateway.resume(self, str(data.get("session_id")), seq):
            self._write(OP_INVALID, False)

    def _send_members(self, session: Session, data: Json) -> None:
        """Answer op 8. The whole list needs the GUILD_MEMBERS intent, named users do not."""
        world = self._core.world
        guild = world.get_guild(int(data["guild_id"]))
        wanted: Any = data.get("user_ids")
        if wanted is None and not session.intents & intents.Intent.GUILD_MEMBERS:
            raise _Closed(4014, "Disallowed intent(s).")
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
