"""Migrate a database in PostgreSQL: the same files as for SQLite, all pending ones in one transaction."""

from pathlib import Path

from bot.errors import UnfitDatabaseError
from bot.storage.postgres.dialect import postgres_commands
from bot.storage.postgres.turn import Connection
from bot.storage.schema import read_steps

_LOCK = 0x616C6F6E67  # of migrations: one process migrates at a time
_COMMAND_SECONDS = 3600.0  # a large table may have to be written anew
_MAKE_VERSION = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"
_FOREIGN = """
SELECT COUNT(*) FROM information_schema.tables
WHERE table_schema = current_schema() AND table_name <> 'schema_version'
"""


async def migrate(connection: Connection, directory: Path) -> int:
    """Apply the migrations in `directory` that the database lacks; return its new version.

    Raises UnfitDatabaseError if the database is newer than this program or holds something else.
    """
    steps = read_steps(directory)
    newest = max(steps)
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK, timeout=_COMMAND_SECONDS)
        await connection.execute(_MAKE_VERSION)
        version = await connection.fetchval("SELECT MAX(version) FROM schema_version") or 0
        if version > newest:
            raise UnfitDatabaseError(
                f"the database is of version {version}, newer than this program knows ({newest}): "
                "start the newer program, or restore an older database"
            )
        if version == 0 and await connection.fetchval(_FOREIGN):
            raise UnfitDatabaseError("the database holds something else than Alongside's data")
        for number in range(version + 1, newest + 1):
            for command in postgres_commands(steps[number]):
                await connection.execute(command, timeout=_COMMAND_SECONDS)
            await connection.execute("INSERT INTO schema_version (version) VALUES ($1)", number)
    return newest
