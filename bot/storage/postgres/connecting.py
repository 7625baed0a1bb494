"""Connections to the server: each has to be a session of its own there, since a session holds locks."""

from typing import Any

import asyncpg
from pydantic import SecretStr

from bot.errors import ConfigurationError

SETTINGS: dict[str, Any] = {
    "timeout": 10.0,  # seconds, to connect
    "command_timeout": 30.0,  # seconds
    "server_settings": {"application_name": "alongside"},
}
_POOLED = (
    "the URL leads to a connection pooler that shares sessions (pool_mode is transaction or statement), "
    "where the right to serve does not last: name the database server itself, or use pool_mode=session"
)

_REFUSES_TRANSACTIONS = "statement pooling mode"  # in PgBouncer's words


async def connect(url: SecretStr, cached_statements: int = 100) -> "asyncpg.Connection[asyncpg.Record]":
    """Return a new connection. Raises what `OPEN_ERRORS` names."""
    return await asyncpg.connect(url.get_secret_value(), statement_cache_size=cached_statements, **SETTINGS)


async def require_sessions(url: SecretStr) -> None:
    """Raise ConfigurationError if connections to `url` share sessions of the server.

    A server says at the beginning which of its processes serves a connection. A pooler says something else
    there; if it shares sessions, the one that was just used serves the next connection that asks.
    """
    try:
        if await _shares_sessions(url):
            raise ConfigurationError(_POOLED)
    except asyncpg.PostgresConnectionError as error:
        if _REFUSES_TRANSACTIONS not in str(error):
            raise
        raise ConfigurationError(_POOLED) from None


async def _shares_sessions(url: SecretStr) -> bool:
    first = await connect(url, cached_statements=0)
    try:
        used = await _process_of(first)
        if used == first.get_server_pid():
            return False
        second = await connect(url, cached_statements=0)
        try:
            async with second.transaction():
                if await second.fetchval("SELECT pg_backend_pid()") == used:
                    return True
                return await _process_of(first) != used
        finally:
            second.terminate()
    finally:
        first.terminate()


async def _process_of(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    """Return the server's process that serves a connection now."""
    async with connection.transaction():  # which stays there until its end
        return int(await connection.fetchval("SELECT pg_backend_pid()"))
