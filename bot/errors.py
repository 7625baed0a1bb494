"""Errors that members see as a text (refusals) and errors that operators see as a line (failed set-up)."""

import logging
import secrets

from bot.texts.catalogue import Value

log = logging.getLogger(__name__)

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0, 1, I, L and O, which are easily misread


class RefusalError(Exception):
    """A request that is not allowed or not possible. Nothing was changed.

    `key` names the answer's text in the catalogue; `values` fill its placeholders.
    """

    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class StaleError(RefusalError):
    """A moderator acted on a panel or form that shows something as it no longer is."""


def require_seen(seen: int | None, current: int, key: str, /, **values: Value) -> None:
    """Raise StaleError if a moderator saw something else than there is, by its fingerprints.

    Call it in the unit of work that acts, so that of two who act at once the second is refused. `seen` is
    None if the moderator acts by a command and saw nothing. `key` and `values` are those of the error.
    """
    if seen not in {None, current}:
        raise StaleError(key, **values)


class ConfigurationError(Exception):
    """The bot cannot start with a setting or with what it names.

    The message is one line for the operator.
    """


class UnfitDatabaseError(ConfigurationError):
    """A database or backup that cannot be used: damaged, of another version or another program's."""


class InUseError(ConfigurationError):
    """Another process of Alongside uses the same database."""


class TransientError(Exception):
    """A failure that may pass, such as a full disk: trying again can help. The message is one line."""


class LostTurnError(ConnectionError):
    """Something was not done: this process may have lost the right to serve to another one."""


class HeldConnectionError(ConnectionError):
    """A connection that is not made now, to keep within Discord's limits. The message says why."""


def has_lost_turn(error: BaseException | None) -> bool:
    """Return whether an error comes from a lost turn, even if a library such as aiohttp wrapped it."""
    while error is not None and not isinstance(error, LostTurnError):
        error = error.__cause__
    return error is not None


def new_reference() -> str:
    """Return four characters that a member can quote and an operator can find in the log."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def report(what: str, error: BaseException) -> str:
    """Log what failed, with its traceback and a new reference; return the reference.

    If this process lost the right to serve meanwhile, nothing failed: another process does it instead, and
    one line without a traceback is enough.
    """
    reference = new_reference()
    if has_lost_turn(error):
        log.info("%s was interrupted: this process may have lost the right to serve", what)
        return reference
    log.error("%s failed, reference %s", what, reference, exc_info=error, extra={"reference": reference})
    return reference
