"""Whether check-ins reach a member, as far as the gateway's data shows: no requests."""

from datetime import datetime
from enum import Enum, auto

from bot.checkins.personal.cadence import Cadence
from bot.gateway.client import Client
from cogs.ui.bot_permissions import held_in, timed_out_until


class Obstacle(Enum):
    """Why a check-in that is due now cannot arrive."""

    BOT = auto()  # the bot may not write there at the moment: this one is left out
    GONE = auto()  # the channel of its thread was deleted: none can arrive


def find_obstacle(client: Client, cadence: Cadence, now: datetime) -> Obstacle | None:
    """Return what keeps a check-in from arriving in a private thread; None if nothing is known to.

    Discord sends only active threads, so of an archived one nothing is known.
    """
    guild = client.get_guild(cadence.guild_id)
    if cadence.thread_id is None or guild is None or guild.unavailable:
        return None
    if timed_out_until(guild, now) is not None:
        return Obstacle.BOT
    thread = guild.get_thread(cadence.thread_id)
    if thread is None:
        return None
    if thread.parent is None:
        return Obstacle.GONE
    held = held_in(guild, thread.parent)
    return None if held.view_channel and held.send_messages_in_threads else Obstacle.BOT
