"""The storage engine for one process: SQLite, or SQLCipher for encryption at rest."""
