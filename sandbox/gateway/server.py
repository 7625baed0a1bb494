"""The gateway's WebSocket endpoint with its connections and sessions."""

from __future__ import annotations

from aiohttp import web

from sandbox.gateway.connection import Connection
from sandbox.gateway.faults import GatewayFaults
from sandbox.gateway.sessions import Session, SessionRegistry
from sandbox.state.seed import new_token
from sandbox.state.session_starts import Identify
from sandbox.state.simulation import Simulation


class Gateway:
    """Serve the bot's connections and send them the simulation's events."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._registry = SessionRegistry(simulation)
        self.faults = GatewayFaults()
        self.connections: set[Connection] = set()
        self.heartbeat_ms = 41250
        simulation.event_listeners.append(self._registry.dispatch)

    @property
    def connected(self) -> bool:
        """Whether every shard of the bot is identified and connected."""
        return self._registry.connected

    @property
    def sessions(self) -> dict[str, Session]:
        """The sessions by their ids."""
        return self._registry.by_id

    def connected_shards(self, count: int) -> set[int]:
        """Return which of `count` shards have a connected session."""
        return self._registry.connected_shards(count)

    @property
    def identifies(self) -> list[Identify]:
        """Every identify so far, those that came too early too."""
        return self._simulation.session_starts.identifies

    @property
    def identifies_left(self) -> int:
        """How many identifies are left of the last 24 hours' 1,000."""
        return self._simulation.session_starts.remaining

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        if self.faults.take_connection_refusal():
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0, heartbeat=None, autoclose=False)
        await socket.prepare(request)
        connection = Connection(
            self._simulation, self._registry, self.faults, self.heartbeat_ms, socket, request
        )
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
            if connection.session is not None:
                self._registry.disconnect(connection.session, connection, end=connection.session_ended)
        if connection.has_overspent:
            await self._reset_token()
        return socket

    async def _reset_token(self) -> None:
        """Change the bot's token, as Discord does after more than 1,000 identifies in a day."""
        app = self._simulation.world.app
        app.token = new_token(app.user.id)
        await self.close_all(4004)

    def drop(self, *, resume: bool) -> None:
        """Abort every connection; without `resume` the sessions end too."""
        for connection in list(self.connections):
            connection.abort()
        if not resume:
            self._registry.clear()

    async def close_all(self, code: int) -> None:
        """Close every connection with a close code."""
        for connection in list(self.connections):
            await connection.close(code)

    def write(self, frame: str | bytes) -> None:
        """Send a frame as it is to every client."""
        for connection in self.connections:
            connection.write(frame)

    def ask_to_reconnect(self) -> None:
        """Ask every client to connect again and resume."""
        for connection in list(self.connections):
            connection.ask_to_reconnect()
