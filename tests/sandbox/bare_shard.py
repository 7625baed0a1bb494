"""A gateway client without a library."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import aiohttp

INTENTS = 1 | 1 << 7 | 1 << 9 | 1 << 12 | 1 << 16


class Shard:
    """A gateway client without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._inflate = zlib.decompressobj()

    async def next(self) -> Any:
        """Return the next frame, None if the socket closes."""
        async with asyncio.timeout(30):
            message = await self.socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            return json.loads(message.data)
        if message.type is aiohttp.WSMsgType.BINARY:
            assert message.data.endswith(b"\x00\x00\xff\xff")
            return json.loads(self._inflate.decompress(message.data))
        return None

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, token: str, intents: int = INTENTS, **more: Any) -> None:
        await self.send(2, {"token": token, "intents": intents, "properties": {}, **more})

    async def close_code(self) -> int | None:
        """Read until the socket closes and return the close code."""
        while await self.next() is not None:
            pass
        return self.socket.close_code


Connect: TypeAlias = Callable[..., Awaitable[Shard]]
