"""A server's settings: its time zone, the language of its cards, its help contacts."""

from collections.abc import Awaitable, Callable

from bot.errors import RefusalError
from bot.scheduling.wall_time import is_zone
from bot.servers.model import Guild
from bot.storage.database import Database, Statements
from bot.storage.record import to_model_or
from bot.texts.catalogue import locales

DEFAULT_ZONE = "UTC"
LONGEST_HELP_CONTACTS = 1000
_MOST_LINES = 20


class ServerSettings:
    """Reads and changes the settings of servers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, guild_id: int) -> Guild:
        """Return the server's settings, or the defaults if it has none."""

        async def work(statements: Statements) -> Guild:
            return await find_settings(statements, guild_id)

        return await self._database.read(work)

    async def set_zone(self, guild_id: int, zone: str) -> bool:
        """Save the server's time zone; return whether that changed anything.

        Raises RefusalError for an unknown one.
        """
        if not is_zone(zone):
            raise RefusalError("unreadable.zone", typed=zone[:60])

        async def change(statements: Statements) -> None:
            await statements.run("set_zone", guild_id=guild_id, zone=zone)

        return await self._save(guild_id, change)

    async def set_locale(self, guild_id: int, locale: str | None) -> bool:
        """Save the language of cards, or (None) follow Discord's; return whether that changed anything.

        Raises RefusalError if it is unknown.
        """
        if locale is not None and locale not in locales():
            raise RefusalError("refusals.locale_unknown")

        async def change(statements: Statements) -> None:
            await statements.run("set_locale", guild_id=guild_id, zone=DEFAULT_ZONE, locale=locale)

        return await self._save(guild_id, change)

    async def set_help_contacts(self, guild_id: int, help_contacts: str) -> bool:
        """Save the text of /help-now, or (empty) remove it; return whether that changed anything.

        Raises RefusalError if it is too long.
        """
        contacts = "\n".join(line.rstrip() for line in help_contacts.strip().splitlines())
        if len(contacts) > LONGEST_HELP_CONTACTS or contacts.count("\n") >= _MOST_LINES:
            raise RefusalError("refusals.help_contacts_long", most=LONGEST_HELP_CONTACTS, lines=_MOST_LINES)

        async def change(statements: Statements) -> None:
            await statements.run(
                "set_help_contacts", guild_id=guild_id, zone=DEFAULT_ZONE, help_contacts=contacts
            )

        return await self._save(guild_id, change)

    async def _save(self, guild_id: int, change: Callable[[Statements], Awaitable[None]]) -> bool:
        async def work(statements: Statements) -> bool:
            before = await find_settings(statements, guild_id)
            await change(statements)
            return await find_settings(statements, guild_id) != before

        return await self._database.write(work)


async def find_settings(statements: Statements, guild_id: int) -> Guild:
    """Return a server's settings, or the defaults if it has none."""
    return await find_guild(statements, guild_id) or _defaults(guild_id)


async def find_guild(statements: Statements, guild_id: int) -> Guild | None:
    """Return the settings that moderators saved, or None. A value that cannot be read is the default."""
    rows = await statements.rows("get_guild", guild_id=guild_id)
    return to_model_or(_defaults(guild_id), rows[0]) if rows else None


def _defaults(guild_id: int) -> Guild:
    return Guild(guild_id, DEFAULT_ZONE, "")
