"""The fixtures of tests that run commands on PostgreSQL."""

from tests.cli.postgres_commands import run, url
from tests.storage.engines import postgres_server

__all__ = ["postgres_server", "run", "url"]
