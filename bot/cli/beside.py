"""Open the database for a command that may run beside the bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import settings
from bot.app.compose import wire
from bot.privacy.erasure_replay import replay_erasures
from bot.scheduling.clock import SystemClock
from bot.services import Services
from bot.storage.engine import engine_for


@asynccontextmanager
async def open_services() -> AsyncIterator[Services]:
    """Open the database. The bot may be using it at the same time."""
    database = await engine_for(settings.load_stored()).open_beside()
    try:
        await replay_erasures(database)
        yield wire(database, SystemClock())
    finally:
        await database.close()
