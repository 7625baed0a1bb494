"""What is saved about a server."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Guild:
    """What a server's moderators chose. `help_contacts` is what /help-now shows, empty until they wrote it.

    `locale` is the language of cards (None: the one nearest to the server's language in Discord).
    `removed_at` is when the bot was removed.
    """

    guild_id: int
    zone: str
    help_contacts: str
    locale: str | None = None
    removed_at: datetime | None = None
