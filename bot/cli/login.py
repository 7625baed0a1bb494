"""The bot as it is to Discord before it connects: logged in, with its commands, without a session."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.client import Client, describe_failure, make_client, point_at
from bot.clock import SystemClock
from bot.errors import PassingError
from bot.settings import Settings
from bot.storage.database import Database
from bot.wiring import wire


@asynccontextmanager
async def logged_in(settings: Settings) -> AsyncIterator[Client]:
    """Give a client that is logged in and knows its commands. It has an empty database of its own.

    Raises ConfigurationError for a token that Discord does not accept, PassingError if it is away.
    """
    point_at(settings)
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "none.db")
        try:
            client = make_client(wire(database, SystemClock(), settings.default_locale), settings)
            client.syncs_at_start = False
            async with client:
                try:
                    await client.login(settings.discord_token.get_secret_value())
                except Exception as error:
                    raise PassingError(describe_failure(error)) from error
                yield client
        finally:
            await database.close()
