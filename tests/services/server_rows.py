"""How many rows are saved about a server."""

from pathlib import Path

from bot.privacy.export import export_rows
from bot.privacy.personal_data import PERSONAL
from bot.services import Services
from bot.storage.database import Statements
from bot.storage.record import Stored
from tests.storage.members import ANN, BEN
from tests.storage.scratch import query


async def kept(services: Services, guild_id: int) -> dict[str, int]:
    """Return how many rows about the two members there are in a server, by table."""

    async def work(statements: Statements) -> list[dict[str, list[dict[str, Stored]]]]:
        return [await export_rows(statements, member_id, guild_id) for member_id in (ANN, BEN)]

    found = await services.database.read(work)
    return {table.table: sum(len(each[table.table]) for each in found) for table in PERSONAL}


def count(path: Path, table: str, guild_id: int) -> object:
    ((number,),) = query(path, f"SELECT COUNT(*) FROM {table} WHERE guild_id = {guild_id}")  # noqa: S608 - our own
    return number
