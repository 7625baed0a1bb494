"""Finds days off in units of work."""

from bot.scheduling.days_off import DayOff
from bot.storage.database import Statements


async def days_off_of_guild(statements: Statements, guild_id: int) -> list[DayOff]:
    """Return the server's days off by date, without those that cannot be read."""
    return await statements.all(DayOff, "days_off_of_guild", guild_id=guild_id)
