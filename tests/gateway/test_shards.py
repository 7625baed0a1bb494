"""The client of a process that serves one range of shards."""

from pathlib import Path

from discord.ext import commands

from bot.app.compose import wire
from bot.gateway.shards import make_client
from bot.scheduling.clock import SystemClock
from bot.settings import Settings
from bot.shards import ShardLayout
from bot.storage.sqlite.database import SqliteDatabase


async def test_a_client_connects_the_shards_of_its_process_alone(tmp_path: Path) -> None:
    database = await SqliteDatabase.open(tmp_path / "alongside.db")
    settings = Settings(_env_file=None, discord_token="made-up", shard_count=40)
    services = wire(database, SystemClock(), shards=ShardLayout(40, 16).range(2))
    client = make_client(services, settings)
    assert isinstance(client, commands.AutoShardedBot)
    assert client.shard_count == 40
    assert client.shard_ids == [32, 33, 34, 35, 36, 37, 38, 39]
    await database.close()
