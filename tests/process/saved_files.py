"""What the bot's process saved: rows of its database, and what is in its files."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path
from typing import Any

_SAVED_WITHIN_SECONDS = 40.0
_LOOK_AGAIN_SECONDS = 0.05


class SavedFiles:
    """The files of a bot's process, read from outside of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.folder / "data" / "alongside.db"

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows of the bot's database, read by a second connection."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    async def saved(self, query: str, rows: list[tuple[Any, ...]]) -> None:
        """Wait until a query of the bot's database returns these rows: nothing in Discord shows them."""
        async with asyncio.timeout(_SAVED_WITHIN_SECONDS):
            while self.rows(query) != rows:  # noqa: ASYNC110 - another process writes them
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def due(self) -> list[str]:
        """Return the kinds of all due rows except the daily retention row."""
        return [kind for (kind,) in self.rows("SELECT kind FROM due WHERE kind <> 'retention'")]

    def traces(self, number: int) -> list[str]:
        """Return the names of files that contain a number as text or in a binary form."""
        wanted = (str(number).encode(), number.to_bytes(8, "big"), number.to_bytes(8, "little"))
        return [
            path.name
            for path in sorted(self.database.parent.iterdir())
            if any(each in path.read_bytes() for each in wanted)
        ]

    async def leaves_no_trace(self, number: int) -> None:
        """Wait until no file contains a number: the log is truncated as soon as nothing reads it."""
        async with asyncio.timeout(_SAVED_WITHIN_SECONDS):
            while self.traces(number):  # noqa: ASYNC110 - another process truncates it
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
