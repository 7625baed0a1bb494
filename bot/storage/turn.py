"""The right to serve with a database, which one process has at a time."""

import asyncio

from bot.errors import LostTurnError


class Turn:
    """The right to serve, while this process holds it.

    A process that was frozen, or cut off from its database, may have lost it to another one without
    noticing. So it confirms before each request to Discord.
    """

    def __init__(self) -> None:
        self.lost = asyncio.Event()
        """Set as soon as it is known that this process no longer holds the right."""

    async def confirm(self) -> None:
        """Return if this process holds the right now. Raises LostTurnError if another one may hold it."""
        if self.lost.is_set():
            raise LostTurnError
