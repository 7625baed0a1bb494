"""The client that the settings ask for: with one gateway connection, or with several (shards)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

import aiohttp
import discord
from discord.ext import commands

from bot.gateway.client import Client
from bot.gateway.identify_gate import IdentifyGate
from bot.gateway.shard_connections import ShardConnection, launch_all
from bot.gateway.websocket import GatewayWebSocket
from bot.observability.http_metrics import counts_globally, trace
from bot.scheduling.rate_limit import RateLimiter
from bot.services import Services
from bot.settings import Settings

_READY_AFTER_SECONDS = (
    0.5  # since the last server was received; discord.py's default of 2 delays each start
)
_KEEPALIVE_SECONDS = 15.0  # shorter than Discord's: a request on a socket that it just closed is lost


class ShardedClient(Client, commands.AutoShardedBot):
    """The client with several gateway connections, one for each shard."""

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - as in `Client`
        super().__init__(*given, **options)
        self._guilds_before: dict[int, list[discord.Guild]] = {}  # by shard, until READY lists its servers
        self._launching: asyncio.Task[None] | None = None

    async def launch_shards(self) -> None:
        """Begin to launch all shards of this process, and return.

        discord.py calls this before it handles what happens on the connections. So it handles that of the
        first shards while others are still launched.
        """
        if not self.is_closed():
            shard_ids = self.shard_ids or []
            self._connection.shard_count, self._connection.shard_ids = self.shard_count, shard_ids
            launching = launch_all(shard_ids, self.identify_gate.key_of, self._launch)
            self._launching = asyncio.create_task(launching)

    async def _launch(self, shard_id: int) -> None:
        """Connect a shard. Raises an error of discord.py, of aiohttp or of the gate if that fails."""
        await self.identify_gate.approach(shard_id)
        connecting = GatewayWebSocket.from_client(self, initial=True, shard_id=shard_id)
        socket = await asyncio.wait_for(connecting, self.shard_connect_timeout)
        own = vars(self)  # discord.py has no other way to its shards
        shard = ShardConnection(socket, self, own["_AutoShardedClient__queue"].put_nowait)
        own["_AutoShardedClient__shards"][shard_id] = shard
        shard.launch()

    async def close(self) -> None:
        """Close all connections, also while they are made."""
        if self._launching is not None:
            self._launching.cancel()
        await super().close()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """See `Client`. A new session starts, and its READY will list every server of the shard."""
        await super().before_identify_hook(shard_id, initial=initial)
        known = [guild for guild in self.guilds if guild.shard_id == shard_id]
        self._guilds_before[shard_id or 0] = known

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """See `Client`."""
        if event_name == "shard_connect":
            self._remove_unlisted(args[0])
        super().dispatch(event_name, *args, **kwargs)

    def _remove_unlisted(self, shard_id: int) -> None:
        """Remove servers that READY did not list. Without shards, discord.py does so itself."""
        for guild in self._guilds_before.pop(shard_id, ()):
            if self.get_guild(guild.id) is guild:  # discord.py made new objects for those listed
                self._connection.parse_guild_delete({"id": guild.id, "unavailable": False})

    def gateway_connections(self) -> Iterable[GatewayWebSocket]:
        """See `Client`."""
        shards = vars(self)["_AutoShardedClient__shards"].values()  # discord.py has no other way to them
        return [each.ws for each in shards]

    def is_connected(self) -> bool:
        """See `Client`."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())


async def _allow() -> None:
    """Allow every request."""


def make_client(
    services: Services,
    settings: Settings,
    identify_gate: IdentifyGate | None = None,
    confirm: Callable[[], Awaitable[None]] = _allow,
) -> Client:
    """Return a client, with the shards of this process if the settings say so.

    Call inside a running event loop.

    All clients that one process makes, one after another, share the `identify_gate`. `confirm` is
    awaited just before each request to Discord; if it raises an OSError, the request is not made.
    """
    gate = identify_gate or IdentifyGate(services.slots)
    options: dict[str, Any] = {
        "connector": aiohttp.TCPConnector(keepalive_timeout=_KEEPALIVE_SECONDS),
        "http_trace": _limiting(
            _confirming(trace(services.metrics, services.note_date), confirm), services.request_limiter
        ),
        "guild_ready_timeout": _READY_AFTER_SECONDS,
    }
    if settings.shard_count is None:
        return Client(services, gate, **options)
    shards = services.shards
    options |= {"shard_ids": list(shards.shard_ids), "shard_count": shards.count}
    return cast("Client", ShardedClient(services, gate, **options))


def _limiting(config: aiohttp.TraceConfig, limiter: RateLimiter) -> aiohttp.TraceConfig:
    """Let requests that Discord counts for the whole bot wait for a slot before they take a connection."""

    async def wait(_: object, __: object, started: aiohttp.TraceRequestStartParams) -> None:
        if counts_globally(started.url):
            await limiter.acquire()

    config.on_request_start.insert(0, wait)  # before the time of the request is measured
    return config


def _confirming(config: aiohttp.TraceConfig, confirm: Callable[[], Awaitable[None]]) -> aiohttp.TraceConfig:
    """Await `confirm` once a request has its connection, and nothing but the sending is left."""

    async def ask(*_: object) -> None:
        await confirm()

    config.on_connection_create_end.append(ask)
    config.on_connection_reuseconn.append(ask)
    return config
