"""The database: units of work, named SQL statements in `queries/`, the SQLite engine in `sqlite/`."""
