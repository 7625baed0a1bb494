"""The weeks that a member chose to keep."""

from bot.rhythm.model import Week
from bot.storage.database import Database


class Rhythm:
    """Reads members' weeks. They are counted where the sit or the tap is kept, in the same write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def weeks(self, member_id: int, guild_id: int) -> list[Week]:
        """Return the member's weeks in a server, oldest first."""
        return await self._database.read.all(
            Week, "weeks_of_member", member_id=member_id, guild_id=guild_id
        )
