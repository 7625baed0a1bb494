"""Makes the worker look whether a server's rooms work, in units of work that may have changed that."""

from datetime import datetime

from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.servers.service import find_guild
from bot.storage.database import Statements


async def look_for_outages(statements: Statements, guild_id: int, now: datetime) -> None:
    """Make the worker look now, if the server has a moderators' channel."""
    guild = await find_guild(statements, guild_id)
    if guild is not None and guild.moderators_channel_id is not None:
        await due_queue.set(statements, DueKind.OUTAGES, guild_id, guild_id, now)
