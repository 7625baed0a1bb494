"""The bot's client as a process that starts has it, in stories."""

import asyncio

from bot.app.compose import wire
from bot.gateway.admission import Admission, Limits
from bot.gateway.client import Client
from bot.gateway.shards import make_client
from bot.scheduling.token_buckets import Rate
from bot.settings import Settings
from bot.storage.database import Database
from tests.stories.clock import ManualClock

_NO_MEMBER_LIMIT = Limits(
    member=Rate(burst=10_000, every_seconds=0.0001)
)  # stories take no time between two taps


def new_client(database: Database, clock: ManualClock, shard_count: int | None) -> Client:
    """Return the shipped client on a database, as a process that starts has it."""
    settings = Settings(_env_file=None, discord_token="made-up", shard_count=shard_count)
    client = make_client(wire(database, clock, shards=settings.shard_layout.range(0)), settings)
    client.intake.admission = Admission(_NO_MEMBER_LIMIT)
    return client


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.wait([task])
