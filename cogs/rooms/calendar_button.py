"""The button in `/rooms` that answers with a calendar file."""

import asyncio
from collections.abc import Sequence

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import can_see, require_guild
from bot.rooms.schedules.model import ComingSession
from bot.rooms.schedules.service import Schedules
from cogs.rooms import calendar_file, routes
from cogs.ui.panels import panel, send_file, texts_for
from cogs.ui.routes import NoPayload


class CalendarButton:
    """Answers a member with the coming sessions of the rooms that they can see."""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    @routes.CALENDAR.handler
    async def send(self, interaction: Interaction, _: NoPayload) -> None:
        """Send the file privately. Raises RefusalError if nothing is scheduled."""
        guild, say = require_guild(interaction), texts_for(interaction)
        now = interaction.client.services.clock.now()
        coming = await self._schedules.coming(guild.id, now + calendar_file.AHEAD)
        shown: Sequence[ComingSession] = [
            each for each in coming if can_see(interaction, each.room.channel_id)
        ]
        shown = shown[: calendar_file.MOST_SESSIONS]
        if not shown:
            raise RefusalError("refusals.nothing_scheduled")
        content = await asyncio.to_thread(calendar_file.calendar_file, guild.name, shown, now, say)
        text = say("calendar.sent", count=len(shown), last=shown[-1].occurrence.at)
        without = panel([say("files.refused")])
        await send_file(interaction, text, content, calendar_file.NAME, without=without)
