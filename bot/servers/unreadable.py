"""Finds a server's rows with values that cannot be read. They are out of service, and only they."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.storage.database import Database, Statements
from bot.storage.record import unreadable_columns

_MOST_ROWS = 5000  # of one table: a check of a large server may not take long


@dataclass(frozen=True, slots=True)
class UnreadableRows:
    """How many rows of a table have a column that cannot be read, and in which room (None: in none)."""

    table: str
    column: str
    room_name: str | None
    count: int


class SavedRows:
    """Checks the rows of a server. `models` are the dataclasses that each table's rows are read as."""

    def __init__(self, database: Database, models: Mapping[str, type[object]]) -> None:
        self._database = database
        self._models = models

    async def unreadable(self, guild_id: int) -> list[UnreadableRows]:
        """Return which rows of the server cannot be read, of the first 5,000 rows of each table."""
        found = Counter[tuple[str, str, str | None]]()
        for table, model in self._models.items():

            async def work(
                statements: Statements, table: str = table, model: type[object] = model
            ) -> list[tuple[str, str, str | None]]:
                rows = await statements.rows(f"saved_{table}", guild_id=guild_id, most=_MOST_ROWS)
                return [
                    (table, column, None if row["room_name"] is None else str(row["room_name"]))
                    for row in rows
                    for column in unreadable_columns(model, row)
                ]

            found.update(await self._database.read(work))
        return [UnreadableRows(*what, count) for what, count in found.items()]
