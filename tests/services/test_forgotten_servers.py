"""Every table of a server is forgotten with it, whatever else is saved."""

from pathlib import Path

from bot.app.compose import wire
from bot.scheduling.due_queue import Due, DueKind
from bot.storage.database import Database, Statements
from bot.storage.record import Stored
from bot.storage.sqlite.database import SqliteDatabase
from tests.services.server_rows import count
from tests.storage.manual_clock import ManualClock
from tests.storage.members import HERE, THERE
from tests.storage.scratch import query


async def guilds_in(database: Database, name: str) -> list[Stored]:
    """Return the server ids in a statement's rows."""

    async def work(statements: Statements) -> list[Stored]:
        return [row["guild_id"] for row in await statements.rows(name)]

    return await database.read(work)


# Weekly counts end with their consent; the subject of a due row is in another table.
NEEDING_ANOTHER_ROW = {"weekly_count", "due"}


async def independent_tables(path: Path) -> dict[str, str]:
    """Return each table with a server's id that refers to no other, with a command that adds a row."""
    await (await SqliteDatabase.open(path)).close()
    commands = {}
    for (table,) in query(path, "SELECT name FROM sqlite_schema WHERE type = 'table'"):
        columns = query(path, 'SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)', table)
        if "guild_id" not in {column[0] for column in columns} or table in NEEDING_ANOTHER_ROW:
            continue
        if query(path, "SELECT 1 FROM pragma_foreign_key_list(?)", table):
            continue
        given = [
            (name, "here" if name == "guild_id" else "number" if kind == "INTEGER" else _text(name))
            for name, kind, is_needed, default in columns
            if is_needed and default is None
        ]
        names, values = (", ".join(str(each[part]) for each in given) for part in (0, 1))
        commands[str(table)] = (
            f"INSERT INTO {table} ({names}) SELECT {values} FROM (SELECT ? AS here, ? AS number)"  # noqa: S608 - from the schema
        )
    return commands


def _text(column: object) -> str:
    return "'checkins:' || number" if column == "key" else "'checkins'"


async def test_a_server_about_which_anything_at_all_is_saved_is_known_and_forgotten(
    tmp_path: Path, clock: ManualClock
) -> None:
    commands = await independent_tables(tmp_path / "schema.db")
    assert {"guild", "room", "prompt", "native_event", "consent"} <= set(commands)
    for table, command in commands.items():
        path = tmp_path / f"{table}.db"
        database = await SqliteDatabase.open(path)
        services = wire(database, clock)
        query(path, command, HERE, 1)
        query(path, command, THERE, 2)
        await services.removals.compare({THERE})
        assert await guilds_in(database, "removed_guilds") == [HERE], table
        assert await guilds_in(database, "known_guilds") == [THERE], table
        await services.removals.forget(Due(DueKind.FORGET_SERVER, HERE, clock.now()))
        assert (count(path, table, HERE), count(path, table, THERE)) == (0, 1), table
        await database.close()


async def test_a_row_that_needs_another_one_is_deleted_with_it(path: Path) -> None:
    """So a table that is not searched for a server has no member who is not also in a searched one."""
    alone = set(await independent_tables(path))
    tables = {str(table) for (table,) in query(path, "SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for table in tables - alone - NEEDING_ANOTHER_ROW:
        columns = {column for (column,) in query(path, "SELECT name FROM pragma_table_info(?)", table)}
        parents = query(path, 'SELECT "table", on_delete FROM pragma_foreign_key_list(?)', table)
        if "guild_id" in columns:
            assert parents, table
            assert all(what == "CASCADE" and parent in tables for parent, what in parents), table
