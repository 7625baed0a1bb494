"""The fixtures of the storage tests: a real file, the real wiring, and a manual clock."""

from tests.storage.conftest import clock, connections, database, executed_commands, made, path, services

__all__ = ["clock", "connections", "database", "executed_commands", "made", "path", "services"]
