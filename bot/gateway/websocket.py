"""Gateway connections that end in an orderly way: when the bot stops, and after an unreadable frame.

discord.py has no setting for the class of its connections, so `install` replaces it. Its loops
(`Client.connect`, `Shard.worker`) try again with growing pauses after a ConnectionError. After most other
errors they end the process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterable
from typing import Any, Self

import discord.client
import discord.shard
from discord.gateway import DiscordWebSocket, ReconnectWebSocket, WebSocketClosure

from bot.gateway.parsers import UnreadableFrameError

log = logging.getLogger(__name__)

_SHORTEST_INTERVAL, _LONGEST_INTERVAL = 0.01, 600.0  # seconds between heartbeats; Discord's is 41.25
_RESUMABLE = 4000  # a close code after which Discord keeps the session
_ENDED = 1000  # a close code after which Discord ends the session
_LEAVES_WITHIN_SECONDS = 1.0
_HANDLED_BY_DISCORD_PY: tuple[type[Exception], ...] = (  # discord.py knows what to do
    ReconnectWebSocket,
    WebSocketClosure,
    discord.ConnectionClosed,
    OSError,
)


class GatewayWebSocket(DiscordWebSocket):
    """A gateway connection. After a frame that cannot be read, it closes and raises a ConnectionError."""

    _resumed_from: int | None = None
    _left: asyncio.Event | None = None  # while leaving: set once Discord closed the connection

    @classmethod
    async def from_client(cls, client: discord.Client, **options: Any) -> Self:  # noqa: ANN401 - discord.py's own
        """Connect, and resume only if there is a session; discord.py would try to resume without one."""
        if options.get("session") is None:
            options |= {"resume": False, "sequence": None, "gateway": None}
        connection = await super().from_client(client, **options)
        connection._resumed_from = options.get("sequence")  # noqa: SLF001 - of this class
        return connection

    async def leave(self) -> None:
        """Tell Discord that the session ends; return once Discord has closed the connection.

        What it sent until then is still handled. aiohttp's own `close` would throw it away.
        """
        if not self.open or self._left is not None:
            return
        self._left, self._close_code = asyncio.Event(), _ENDED
        await self.socket._writer.close(_ENDED)  # noqa: SLF001 - aiohttp has no other way to say it and go on
        await self._left.wait()

    async def poll_event(self) -> None:
        """Handle the next frame. Once Discord has closed a connection that ends, wait to be cancelled."""
        try:
            await super().poll_event()
        except (ReconnectWebSocket, discord.ConnectionClosed, OSError):
            if self._left is None:
                raise
            self._left.set()
            await asyncio.Event().wait()

    async def send_heartbeat(self, data: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """Send a heartbeat, and note when.

        discord.py notes it afterwards, in another thread. If Discord answers before that, it measures from
        the heartbeat before and warns of a connection that can't keep up.
        """
        if self._keep_alive is not None:
            self._keep_alive._last_send = time.perf_counter()  # noqa: SLF001 - discord.py has no method for it
        await super().send_heartbeat(data)

    async def identify(self) -> None:
        """Start a session, once its turn has come; close if that is too far away."""
        try:
            await super().identify()
        except Exception:
            await self.close(_RESUMABLE)
            raise

    async def received_message(self, msg: Any, /) -> None:  # noqa: ANN401 - as discord.py's own
        """Handle a frame. Raises UnreadableFrameError, after closing, if it cannot be read."""
        try:
            text = self._decompressor.decompress(msg) if isinstance(msg, bytes) else msg
            if text is None:
                return  # the beginning of a frame
            if '"heartbeat_interval"' in text:
                self._check_hello(text)
            before = self.sequence
            await super().received_message(text)
            found: object = self.sequence
            if not isinstance(found, int | None):
                self.sequence = before
                raise UnreadableFrameError("no sequence number")  # noqa: TRY301 - closed below
        except UnreadableFrameError as error:
            await self._give_up(error)
        except _HANDLED_BY_DISCORD_PY:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: discord.py would end the process
            await self._give_up(error)

    def _check_hello(self, text: str) -> None:
        """Raise UnreadableFrameError for a HELLO by which no heartbeat can be sent, or for a second one."""
        frame = json.loads(text)
        if frame["op"] != self.HELLO:
            return
        interval = frame["d"]["heartbeat_interval"] / 1000
        if self._keep_alive is not None or not _SHORTEST_INTERVAL <= interval <= _LONGEST_INTERVAL:
            raise UnreadableFrameError("a HELLO that cannot be followed")

    async def _give_up(self, error: Exception) -> None:
        """Close. The next connection resumes, or begins a new session if resuming led to this error."""
        log.warning("Discord sent a frame that cannot be read (%s): connecting again", type(error).__name__)
        if self.sequence == self._resumed_from:
            self.session_id = self.sequence = None
        await self.close(_RESUMABLE)
        raise UnreadableFrameError("a frame that cannot be read") from None


class NotConnected:
    """Takes the place of a client's connection before the first one.

    discord.py reads these attributes after each connection that failed, and the first one can fail.
    """

    open = False
    session_id = None
    sequence = None
    latency = float("inf")

    @property
    def gateway(self) -> Any:  # noqa: ANN401 - a URL, as discord.py declares it
        """The address at which a session begins."""
        return DiscordWebSocket.DEFAULT_GATEWAY

    def is_ratelimited(self) -> bool:
        """Return False: nothing was sent."""
        return False


async def leave_all(connections: Iterable[GatewayWebSocket]) -> None:
    """End sessions within a second, and lose nothing that Discord sent before it heard of the end."""
    leaving = [asyncio.create_task(each.leave()) for each in connections]
    if not leaving:
        return
    await asyncio.wait(leaving, timeout=_LEAVES_WITHIN_SECONDS)
    for each in leaving:
        each.cancel()
    for outcome in await asyncio.gather(*leaving, return_exceptions=True):
        if isinstance(outcome, Exception):
            log.debug("a gateway connection did not end in an orderly way: %s", type(outcome).__name__)


def install() -> None:
    """Make discord.py's clients use `GatewayWebSocket`."""
    for module in (discord.client, discord.shard):
        vars(module)["DiscordWebSocket"] = GatewayWebSocket
