"""The texts of the named statements in `queries/*.sql`, and of those generated for each personal table."""

from functools import cache
from pathlib import Path
from typing import cast

import aiosql

from bot.storage.table_statements import table_statements

_QUERIES = Path(__file__).parent / "queries"


@cache
def statement_texts() -> dict[str, str]:
    """Return the SQL of every statement by its name, with named parameters (`:room_id`)."""
    loaded = [aiosql.from_path(_QUERIES, "aiosqlite"), aiosql.from_str(table_statements(), "aiosqlite")]
    return {
        name: cast("str", getattr(each, name).sql) for each in loaded for name in each.available_queries
    }
