"""Migrate a database in PostgreSQL: the same files as for SQLite, all pending ones in one transaction.

Other processes may serve meanwhile. Each says in its `application_name` which migration is the newest that
its program knows. A process that migrates looks whether all of them can serve afterwards; if not, it waits.
"""

from pathlib import Path

from bot.errors import TransientError, UnfitDatabaseError
from bot.storage.postgres.dialect import postgres_commands
from bot.storage.postgres.turn import Connection
from bot.storage.schema import (
    SCHEMA_NOTE,
    Migration,
    oldest_program,
    read_migrations,
    require_servable,
    schema_note,
)

_LOCK = 0x616C6F6E67  # of migrations: one process migrates at a time
_COMMAND_SECONDS = 3600.0  # a large table may have to be rewritten
_SERVING = "alongside serving "  # and the version
_LIMIT_WAITING = (
    "SET LOCAL lock_timeout = '5s'"  # units of those that serve wait behind a command that waits
)
_MAKE_VERSION = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"
HAS_SCHEMA = "SELECT to_regclass('schema_version') IS NOT NULL"
_FOREIGN = """
SELECT COUNT(*) FROM information_schema.tables
WHERE table_schema = current_schema() AND table_name <> 'schema_version'
"""
_OTHERS = """
SELECT DISTINCT CAST(substr(application_name, length($1) + 1) AS BIGINT) AS version FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND starts_with(application_name, $1)
ORDER BY version
"""
_GET_NOTE = "SELECT value FROM deployment WHERE name = $1"
_SET_NOTE = """
INSERT INTO deployment (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


async def migrate(connection: Connection, directory: Path, *, serves: bool = False) -> int:
    """Apply the migrations in `directory` that the database lacks; return its new version.

    `serves`: this process will serve, on this connection. Raises UnfitDatabaseError if this program cannot
    serve the database, since that is newer or something else; TransientError while programs serve that
    could not serve a migrated one.
    """
    migrations = read_migrations(directory)
    newest = max(migrations)
    if serves:  # before the look at the version: who migrates after that look knows of this process
        await connection.execute(f"SET application_name = '{_SERVING}{newest}'")
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK, timeout=_COMMAND_SECONDS)
        await connection.execute(_MAKE_VERSION)
        version = await connection.fetchval("SELECT MAX(version) FROM schema_version") or 0
        if version >= newest:
            require_servable(newest, version, await connection.fetchval(_GET_NOTE, SCHEMA_NOTE))
            return int(version)
        if version == 0 and await connection.fetchval(_FOREIGN):
            raise UnfitDatabaseError("the database holds something else than Alongside's data")
        await _require_nobody_excluded(connection, oldest_program(migrations))
        await connection.execute(_LIMIT_WAITING)
        for number in range(version + 1, newest + 1):
            await _apply(connection, number, migrations[number])
        await connection.execute(_SET_NOTE, SCHEMA_NOTE, schema_note(migrations))
    return newest


async def require_migratable(connection: Connection, directory: Path) -> None:
    """Raise TransientError while programs serve that could not once this one has migrated the database."""
    migrations = read_migrations(directory)
    version = None
    if await connection.fetchval(HAS_SCHEMA):
        version = await connection.fetchval("SELECT MAX(version) FROM schema_version")
    if (version or 0) < max(migrations):
        await _require_nobody_excluded(connection, oldest_program(migrations))


async def _require_nobody_excluded(connection: Connection, oldest: int) -> None:
    """Raise TransientError if a program serves that is older than `oldest`."""
    others = [int(row["version"]) for row in await connection.fetch(_OTHERS, _SERVING)]
    if others and others[0] < oldest:
        raise TransientError(
            f"programs of version {others[0]} serve with the database, and cannot once this program has "
            f"updated it (that needs version {oldest}): stop them"
        )


async def _apply(connection: Connection, number: int, migration: Migration) -> None:
    for command in postgres_commands(migration.script):
        await connection.execute(command, timeout=_COMMAND_SECONDS)
    await connection.execute("INSERT INTO schema_version (version) VALUES ($1)", number)
