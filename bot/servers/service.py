"""A server's own choices, as its moderators set them."""

from bot.errors import RefusalError
from bot.scheduling.wall_time import find_zone
from bot.servers.model import Guild
from bot.storage.database import Database
from bot.texts.catalogue import locales

DEFAULT_ZONE = "UTC"
LONGEST_HELP_CONTACTS = 1000
_MOST_LINES = 20


class ServerSettings:
    """Reads and changes what servers chose."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, guild_id: int) -> Guild:
        """Return the server's choices, or the defaults where it made none."""
        found = await self._database.legacy_read.one(Guild, "get_guild", guild_id=guild_id)
        return found or Guild(guild_id, DEFAULT_ZONE, "")

    async def set_zone(self, guild_id: int, typed: str) -> str:
        """Keep the server's zone and return its name. Raises RefusalError for an unknown one."""
        zone = find_zone(typed)
        if zone is None:
            raise RefusalError("refusals.zone_unknown", typed=typed[:60])
        async with self._database.legacy_write() as tx:
            await tx.run("set_zone", guild_id=guild_id, zone=zone)
        return zone

    async def set_locale(self, guild_id: int, locale: str | None) -> None:
        """Keep the language of cards, or (None) follow Discord's. Raises RefusalError if unknown."""
        if locale is not None and locale not in locales():
            raise RefusalError("refusals.locale_unknown")
        async with self._database.legacy_write() as tx:
            await tx.run("set_locale", guild_id=guild_id, zone=DEFAULT_ZONE, locale=locale)

    async def set_help_contacts(self, guild_id: int, help_contacts: str) -> None:
        """Keep the text of /help-now; an empty one takes it away. Raises RefusalError if too long."""
        contacts = "\n".join(line.rstrip() for line in help_contacts.strip().splitlines())
        if len(contacts) > LONGEST_HELP_CONTACTS or contacts.count("\n") >= _MOST_LINES:
            raise RefusalError("refusals.help_contacts_long", most=LONGEST_HELP_CONTACTS, lines=_MOST_LINES)
        async with self._database.legacy_write() as tx:
            await tx.run("set_help_contacts", guild_id=guild_id, zone=DEFAULT_ZONE, help_contacts=contacts)
