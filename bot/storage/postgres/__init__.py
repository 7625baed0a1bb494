"""The database in PostgreSQL, for deployments that need more than one host."""
