"""SQLite as the storage engine."""
