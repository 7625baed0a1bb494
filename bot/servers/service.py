"""A server's own choices, as its moderators set them."""

from bot.errors import RefusalError
from bot.scheduling.wall_time import find_zone
from bot.servers.model import Guild
from bot.storage.database import Database
from bot.texts.catalogue import locales

DEFAULT_ZONE = "UTC"
LONGEST_PLACES = 1000
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

    async def set_places(self, guild_id: int, places: str) -> None:
        """Keep the text of /help-now; an empty one takes it away. Raises RefusalError if too long."""
        places = "\n".join(line.rstrip() for line in places.strip().splitlines())
        if len(places) > LONGEST_PLACES or places.count("\n") >= _MOST_LINES:
            raise RefusalError("refusals.places_long", most=LONGEST_PLACES, lines=_MOST_LINES)
        async with self._database.legacy_write() as tx:
            await tx.run("set_places", guild_id=guild_id, zone=DEFAULT_ZONE, places=places)
