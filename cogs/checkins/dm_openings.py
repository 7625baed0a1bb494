"""Opens the direct messages of members who wait for their first check-in, and sends it."""

from bot.checkins.personal.dm_openings import CheckinDmOpenings
from bot.scheduling.due_queue import Due
from cogs.checkins.delivery import CheckinDelivery
from cogs.ui.direct_messages import DirectMessageOpener


class CheckinDmOpener:
    """Acts on slots that were reserved for members with check-ins."""

    def __init__(
        self, opener: DirectMessageOpener, openings: CheckinDmOpenings, delivery: CheckinDelivery
    ) -> None:
        self._opener = opener
        self._openings = openings
        self._delivery = delivery

    async def act(self, due: Due) -> None:
        """Open the direct messages of a member whose slot is due, and send the first check-in."""
        first = await self._opener.open_waiting(self._openings, due)
        if first is not None:
            await self._delivery.send_first(first)
