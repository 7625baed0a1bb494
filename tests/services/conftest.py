"""The fixtures of the storage tests: a real file, the real wiring, and a clock that stands still."""

from tests.storage.conftest import clock, connections, database, made, path, said, services

__all__ = ["clock", "connections", "database", "made", "path", "said", "services"]
