"""What is kept about a server."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Guild:
    """A server's own choices. `help_contacts` is what /help-now says, empty until moderators wrote it.

    `locale` is the catalogue that cards speak (None: the one nearest to what the server told Discord);
    `removed_at` is when the bot was removed.
    """

    guild_id: int
    zone: str
    help_contacts: str
    locale: str | None = None
    removed_at: datetime | None = None
