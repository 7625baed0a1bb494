"""The SQLite library: Python's own and, where it is installed, SQLCipher."""

import sqlite3

__all__ = ["SqlError", "sqlcipher"]

try:
    from sqlcipher3 import dbapi2 as sqlcipher
except ImportError:
    sqlcipher = None

SqlError: tuple[type[Exception], ...] = (
    (sqlite3.Error,) if sqlcipher is None else (sqlite3.Error, sqlcipher.Error)
)
"""The errors that a statement may raise, from either library."""
