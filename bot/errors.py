"""Errors that have an answer: refusals for members, configuration errors for operators."""

import logging
import secrets

from bot.texts.catalogue import Value

log = logging.getLogger(__name__)

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another when read aloud


class RefusalError(Exception):
    """A request that the rules turn down. Nothing was changed.

    `place` names the text in the catalogue that says so; `values` fill it.
    """

    def __init__(self, place: str, **values: Value) -> None:
        super().__init__(place)
        self.place = place
        self.values = values


class ConfigurationError(Exception):
    """A setting or its surroundings are unfit to start with. The message is one line for the operator."""


class UnfitDatabaseError(ConfigurationError):
    """A database or backup that cannot be used as it is: damaged, of another version, or another's."""


class InUseError(ConfigurationError):
    """Another process of Alongside works on the same database."""


class TransientError(Exception):
    """Something that passes by itself or with help, such as a full disk. The message is one line."""


def new_reference() -> str:
    """Return four characters that a member can read out and an operator finds in the log."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def report(what: str, error: BaseException) -> str:
    """Log what failed, with its traceback; return the new reference that it is logged with."""
    reference = new_reference()
    log.error("%s failed, reference %s", what, reference, exc_info=error, extra={"reference": reference})
    return reference
