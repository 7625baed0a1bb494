"""Turn errors of PostgreSQL into errors for the operator."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from bot.errors import (
    ConfigurationError,
    LostTurnError,
    TransientError,
    UnfitDatabaseError,
    has_lost_turn,
)

DatabaseErrors: tuple[type[Exception], ...] = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What the driver raises; OSError and its TimeoutError if the server cannot be reached.

It raises an InternalClientError where a connection is given back to a pool that was terminated meanwhile.
"""

OPEN_ERRORS: tuple[type[Exception], ...] = (*DatabaseErrors, ValueError)
"""What opening a connection raises; ValueError for a URL that cannot be read."""

_CONFLICTS = ("40001", "40P01")  # serialization_failure, deadlock_detected
READ_ONLY = "the database is read-only: it may be a standby server"
_WRONG = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    ValueError,  # a URL that cannot be read
)
_PASSING = {
    "25006": READ_ONLY,
    "53100": "the database server's disk is full: make room on it",
    "53300": "the database server has no connection to spare",
    "55P03": "the database cannot be changed now: others use it for long, perhaps a backup",
    "57P01": "the database server is shutting down",
    "57P03": "the database server is starting up",
}
_ENDED = "the database server ended the connection"
_CONTENDED = "other processes change the same rows at the same time"
_LOST = "this process may have lost the right to serve"
_ENDS_CONNECTION = ("08", "57P", "25P03")  # lost, ended by an operator, silent for too long


class UnreachableError(OSError):
    """The database server cannot be reached, or did not answer in time."""


@contextmanager
def own_errors() -> Iterator[None]:
    """Raise UnreachableError for errors of the network: requests to Discord raise the same ones."""
    try:
        yield
    except (LostTurnError, UnreachableError):
        raise
    except OSError as error:  # a TimeoutError is one
        raise UnreachableError(_one_line(error)) from error


def ends_session(error: Exception) -> bool:
    """Return whether the server says with an error that it ends the connection."""
    return str(getattr(error, "sqlstate", None)).startswith(_ENDS_CONNECTION)


def is_conflict(error: BaseException | None) -> bool:
    """Return whether a unit conflicted with another one, or with a migration, and can be run again."""
    if isinstance(error, asyncpg.InvalidCachedStatementError):  # the driver prepares it again next time
        return True
    return getattr(error, "sqlstate", None) in _CONFLICTS


def to_operator_error(error: Exception) -> ConfigurationError | TransientError:
    """Return the operator's version of an error of PostgreSQL, in one line without the password.

    TransientError if waiting can help.
    """
    if isinstance(error, ConfigurationError | TransientError):
        return error
    if isinstance(error, _WRONG):
        return ConfigurationError(f"the database cannot be opened: {_one_line(error)}")
    reason = transient_reason(error)
    if reason is None and isinstance(error, OSError):
        reason = _unreachable(error)
    if reason is not None:
        return TransientError(reason)
    if isinstance(error, asyncpg.DataCorruptedError | asyncpg.IndexCorruptedError):
        return UnfitDatabaseError(f"the database is damaged ({_one_line(error)})")
    return ConfigurationError(f"the database cannot be used: {_one_line(error)}")


def transient_reason(error: Exception) -> str | None:
    """Return one line about an error of the database that can end by itself; None for any other error."""
    code = getattr(error, "sqlstate", None)
    if isinstance(code, str):
        if code in _CONFLICTS:
            return _CONTENDED
        return _PASSING.get(code) or (_ENDED if ends_session(error) else None)
    if isinstance(error, asyncpg.InterfaceError):  # of a connection that is closed
        return _ENDED
    if has_lost_turn(error):
        return _LOST
    return _unreachable(error) if isinstance(error, UnreachableError) else None


def _unreachable(error: OSError) -> str:
    return f"the database server cannot be reached ({_one_line(error)})"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
