"""The bot's client as a process that starts has it, in stories."""

import asyncio
from typing import Any

from bot.app.compose import wire
from bot.gateway.admission import Admission, Limits
from bot.gateway.client import Client
from bot.gateway.shards import make_client
from bot.scheduling.token_buckets import Rate
from bot.settings import Settings
from bot.shards import ShardLayout
from bot.storage.database import Database
from tests.stories.clock import ManualClock

_NO_MEMBER_LIMIT = Limits(
    member=Rate(burst=10_000, every_seconds=0.0001)
)  # stories take no time between two taps


_make_payload = Client.command_payload
_payloads: dict[tuple[str, ...], list[dict[str, Any]]] = {}  # by the names of the commands


async def command_payload(client: Client) -> list[dict[str, Any]]:
    """Return what `Client.command_payload` does, made once for all stories: the translations take long."""
    names = tuple(each.qualified_name for each in client.tree.walk_commands())
    if names not in _payloads:
        _payloads[names] = await _make_payload(client)
    return _payloads[names]


def new_client(
    database: Database, clock: ManualClock, shard_count: int | None, only_shard: int | None = None
) -> Client:
    """Return the shipped client on a database, as a process that starts has it.

    `only_shard`: the process serves that shard, and another one the others.
    """
    settings = Settings(_env_file=None, discord_token="made-up", shard_count=shard_count)
    layout = ShardLayout(shard_count or 1, 1) if only_shard is not None else settings.shard_layout
    client = make_client(wire(database, clock, shards=layout.range(only_shard or 0)), settings)
    client.intake.admission = Admission(_NO_MEMBER_LIMIT)
    return client


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.wait([task])
