"""The WebSocket that tells processes the sandbox's time.

The sandbox sends `{"op": "now", "at": unix seconds, "tick": number}` after every change. The process
answers `{"op": "alarm", "at": unix seconds or null, "tick": number}` once it has handled that change.
"""

from __future__ import annotations

from typing import Any

from aiohttp import WSMsgType, web

from sandbox.state.clock import Clock, Follower


class ClockSocket:
    """The connection of one follower."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket

    async def send_time(self, unix_seconds: float, tick: int) -> None:
        """Send the time; raises `ConnectionError` when disconnected."""
        await self._socket.send_json({"op": "now", "at": unix_seconds, "tick": tick})

    async def close(self) -> None:
        """Close the WebSocket."""
        await self._socket.close()


async def serve_clock(clock: Clock, request: web.Request) -> web.WebSocketResponse:
    """Serve one follower until it disconnects."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    follower = Follower(ClockSocket(socket))
    await clock.add_follower(follower)
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                _handle(clock, follower, message.json())
    finally:
        clock.remove_follower(follower)
    return socket


def _handle(clock: Clock, follower: Follower, answer: dict[str, Any]) -> None:
    if answer.get("op") == "alarm":
        alarm = answer.get("at")
        clock.set_alarm(follower, None if alarm is None else float(alarm), int(answer.get("tick", -1)))
