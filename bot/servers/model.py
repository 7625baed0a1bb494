"""What is saved about a server."""

from dataclasses import dataclass
from datetime import datetime

from bot.delivery.outcome import Problem
from bot.scheduling.ranges import Count, Zone


@dataclass(frozen=True, slots=True)
class Guild:
    """A server's settings. `is_zone_chosen`: a moderator chose `zone`, else it is UTC.

    `help_contacts` is the text of /help-now, empty until a moderator writes one.
    `locale` is the language of cards (None: the one nearest to the server's language in Discord).
    `removed_at` is when the bot was removed. `paused_at` is when moderators paused it there (None: they did
    not), `resumes_at` when that pause ends by itself (None: moderators end it).

    `moderators_channel_id` is the channel that is told what stopped working (None: none),
    `moderators_problem` why the last message to it was not sent, `moderators_messages` how many were sent.
    """

    guild_id: int
    zone: Zone
    help_contacts: str
    is_zone_chosen: bool = False
    locale: str | None = None
    removed_at: datetime | None = None
    paused_at: datetime | None = None
    resumes_at: datetime | None = None
    moderators_channel_id: int | None = None
    moderators_problem: Problem | None = None
    moderators_messages: Count = 0
