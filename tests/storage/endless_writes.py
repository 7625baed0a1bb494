"""Write numbers as fast as possible and print each once it is committed, until killed."""

import asyncio
import itertools
import sys
from pathlib import Path

from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.units import insert

_WRITERS = 20


async def main(path: Path) -> None:
    """Write numbers and print them until killed."""
    database = await SqliteDatabase.open(path)
    numbers = itertools.count(1)

    async def write() -> None:
        for number in numbers:
            await database.write(insert(number))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()

    await asyncio.gather(*(write() for _ in range(_WRITERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
