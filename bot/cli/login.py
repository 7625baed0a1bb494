"""A client that is logged in to Discord's REST API, without a gateway connection."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app.compose import wire
from bot.errors import TransientError
from bot.gateway.client import Client
from bot.gateway.connection import describe_failure, set_discord_urls
from bot.gateway.shards import make_client
from bot.scheduling.clock import SystemClock
from bot.settings import Settings
from bot.storage.sqlite.database import SqliteDatabase


@asynccontextmanager
async def logged_in(settings: Settings) -> AsyncIterator[Client]:
    """Yield a client that is logged in and has loaded its commands, with an empty database.

    Raises ConfigurationError for a token that Discord refuses, TransientError if Discord cannot be reached.
    """
    set_discord_urls(settings)
    with tempfile.TemporaryDirectory() as folder:
        database = await SqliteDatabase.open(Path(folder) / "none.db")
        try:
            client = make_client(wire(database, SystemClock(), settings.default_locale), settings)
            client.syncs_at_start = False
            async with client:
                try:
                    await client.login(settings.discord_token.get_secret_value())
                except Exception as error:
                    raise TransientError(describe_failure(error)) from error
                yield client
        finally:
            await database.close()
