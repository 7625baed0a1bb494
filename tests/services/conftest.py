"""The fixtures of the service tests: both engines, the real wiring, and a manual clock."""

from tests.storage.conftest import (
    clock,
    connections,
    database,
    executed_commands,
    made,
    path,
    postgres_database,
    postgres_server,
    pytest_generate_tests,
    services,
    sqlite_database,
)

__all__ = [
    "clock",
    "connections",
    "database",
    "executed_commands",
    "made",
    "path",
    "postgres_database",
    "postgres_server",
    "pytest_generate_tests",
    "services",
    "sqlite_database",
]
