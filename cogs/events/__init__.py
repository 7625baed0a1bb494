"""Native events: what members see of a schedule's next occurrence in Discord's own list of events."""

from bot.client import Client
from bot.runner import Kind
from cogs.events.calendar import Calendar
from cogs.events.cog import EventsCog


async def setup(bot: Client) -> None:
    """Connect what is due, and what Discord tells, with the service."""
    events = bot.services.events
    bot.services.runner.on(Kind.EVENT, Calendar(bot, events).act)
    await bot.add_cog(EventsCog(bot, events))
