"""The right to serve with a database: one process at a time has it for each range of shards."""

import asyncio

from bot.errors import LostTurnError
from bot.shards import ALL_SERVERS, ShardRange


class Turn:
    """The right to serve the servers of `shards`, while this process holds it.

    A process that was frozen, or cut off from its database, may have lost it to another one without
    noticing. So it confirms before each request to Discord.
    """

    def __init__(self, shards: ShardRange = ALL_SERVERS) -> None:
        self.shards = shards
        self.lost = asyncio.Event()
        """Set as soon as it is known that this process no longer holds the right."""

    async def confirm(self) -> None:
        """Return if this process holds the right now. Raises LostTurnError if another one may hold it."""
        if self.lost.is_set():
            raise LostTurnError
