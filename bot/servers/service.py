"""A server's settings: its time zone, the language of its cards, its help contacts."""

from collections.abc import Awaitable, Callable

from bot.errors import RefusalError, require_seen
from bot.fingerprint import fingerprint
from bot.scheduling.wall_time import is_zone
from bot.servers.model import Guild
from bot.storage.database import Database, Statements
from bot.storage.record import to_model_or
from bot.texts.catalogue import locales

DEFAULT_ZONE = "UTC"
LONGEST_HELP_CONTACTS = 1000
_MOST_LINES = 20


class ServerSettings:
    """Reads and changes the settings of servers.

    Methods that are given `seen`, the fingerprint of the setting as a moderator saw it, raise StaleError if
    another moderator changed it since.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, guild_id: int) -> Guild:
        """Return the server's settings, or the defaults if it has none."""

        async def work(statements: Statements) -> Guild:
            return await find_settings(statements, guild_id)

        return await self._database.read(work)

    async def set_zone(self, guild_id: int, zone: str, *, seen: int | None = None) -> bool:
        """Save the server's time zone; return whether that changed anything.

        Raises RefusalError for an unknown one.
        """
        if not is_zone(zone):
            raise RefusalError("unreadable.zone", typed=zone[:60])

        async def change(statements: Statements) -> None:
            await statements.run("set_zone", guild_id=guild_id, zone=zone)

        def check(before: Guild) -> None:
            require_seen(seen, fingerprint(before.zone), "refusals.zone_stale", zone=before.zone)

        return await self._save(guild_id, change, check)

    async def set_first_zone(self, guild_id: int, zone: str) -> None:
        """Save the server's time zone if no moderator chose one before."""

        async def work(statements: Statements) -> None:
            if not (await find_settings(statements, guild_id)).is_zone_chosen:
                await statements.run("set_zone", guild_id=guild_id, zone=zone)

        await self._database.write(work)

    async def set_locale(self, guild_id: int, locale: str | None, *, seen: int | None = None) -> bool:
        """Save the language of cards, or (None) follow Discord's; return whether that changed anything.

        Raises RefusalError if it is unknown.
        """
        if locale is not None and locale not in locales():
            raise RefusalError("refusals.locale_unknown")

        async def change(statements: Statements) -> None:
            await statements.run("set_locale", guild_id=guild_id, zone=DEFAULT_ZONE, locale=locale)

        def check(before: Guild) -> None:
            require_seen(seen, fingerprint(before.locale), "setup.stale_setting")

        return await self._save(guild_id, change, check)

    async def set_help_contacts(
        self, guild_id: int, help_contacts: str, *, seen: int | None = None
    ) -> bool:
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

        def check(before: Guild) -> None:
            require_seen(seen, fingerprint(before.help_contacts), "refusals.help_contacts_stale")

        return await self._save(guild_id, change, check)

    async def _save(
        self,
        guild_id: int,
        change: Callable[[Statements], Awaitable[None]],
        check: Callable[[Guild], None],
    ) -> bool:
        async def work(statements: Statements) -> bool:
            before = await find_settings(statements, guild_id)
            check(before)
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
