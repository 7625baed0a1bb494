"""The SQLite library: Python's own and, where a database is encrypted, SQLCipher.

SQLCipher is loaded for the first encrypted database: it takes 5 MB of memory.
"""

import sqlite3
import sys
from typing import Any


def sqlcipher() -> Any:  # noqa: ANN401 - the module of a package without types
    """Load SQLCipher and return it; None if it is not installed."""
    try:
        from sqlcipher3 import dbapi2  # noqa: PLC0415 - see the module's docstring
    except ImportError:
        return None
    return dbapi2


def sql_errors() -> tuple[type[Exception], ...]:
    """Return the errors that a statement may raise, from either library."""
    loaded = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error,) if loaded is None else (sqlite3.Error, loaded.Error)


def failures() -> tuple[type[Exception], ...]:
    """Return `sql_errors` and those of files."""
    return (OSError, *sql_errors())
