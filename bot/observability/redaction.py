"""What may be written into the log: literal texts of programs, and values of types that name nobody.

The text of an exception, of a warning and of an argument can be anything, also what a member typed. So none
is written, except the texts of our own errors, which name nobody, and strings that our own code passes.
These still pass `clean`: long numbers, which may be Discord ids, become short hashes; tokens are left out.
The hashes have a key for each process, so lines about the same id match within one run.
"""

import ast
import enum
import hashlib
import logging
import re
import secrets
import traceback
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path, PurePath
from types import TracebackType
from typing import TypeAlias

from bot.errors import ConfigurationError, HeldConnectionError, RefusalError, TransientError
from bot.storage.database import UnitOfWorkError

_OWN_LOGGERS = ("bot", "cogs", "sandbox")
_OWN_ERRORS = (
    *(ConfigurationError, HeldConnectionError, RefusalError),
    *(TransientError, UnitOfWorkError),
)
_NUMBERS = ("status", "code", "errno", "sqlite_errorcode")  # of an exception: what an operator looks up
_MAY_BE_ID = re.compile(r"\d{15,}")
_MAY_BE_TOKEN = re.compile(
    r"(?<=/webhooks/)(\d+)/[^\s/?]+"  # an interaction's, in the address of its messages
    r"|(?<=/interactions/)(\d+)/[^\s/?]+"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # a bot's
    r"|[\w-]{50,}"  # any other token; no word is as long
)
_WARNING = re.compile(r"(.+?:\d+: \w+): ")
_LEFT_OUT = "(left out)"
_HASH_BYTES = 4
# Beginnings of what asyncio and aiohttp log, joined with texts that are not literal.
_KNOWN_LINES = frozenset(
    {
        "Task exception was never retrieved",
        "Future exception was never retrieved",
        "Task was destroyed but it is pending!",
        "Unhandled exception in event loop",
        "Unclosed client session",
        "Unclosed connector",
        "Unclosed connection",
    }
)

ExcInfo: TypeAlias = (
    "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"
)


class _LeftOut:
    """Replaces a value in a template, whatever its conversion is."""

    def __str__(self) -> str:
        return _LEFT_OUT

    __repr__ = __str__


class Redactor:
    """Writes records without secrets, ids and typed texts. Its key for hashes is saved nowhere."""

    def __init__(self, *hidden: str) -> None:
        self._hidden = [each for each in hidden if each]
        self._key = secrets.token_bytes(16)

    def clean(self, text: str) -> str:
        """Return the text without tokens, and with ids as keyed short hashes (`#a1b2c3d4`)."""
        for each in self._hidden:
            text = text.replace(each, _LEFT_OUT)
        text = _MAY_BE_TOKEN.sub(lambda found: f"{found[1] or found[2] or ''}{_LEFT_OUT}", text)
        return _MAY_BE_ID.sub(lambda found: self._hash(found[0]), text)

    def message(self, record: logging.LogRecord) -> str:
        """Return a record's message: its template, if a literal, and the values that may be logged."""
        return self.clean(_message(record))

    def error(self, error: BaseException) -> str:
        """Return an error's type, its numbers, and its text if it is one of our own."""
        return self.clean(_described(error))

    def traceback(self, exc_info: ExcInfo) -> str:
        """Return a traceback with the lines of the program, and errors as `error` describes them."""
        _, error, trace = exc_info
        if error is None:
            return ""
        return self.clean("\n".join(_traceback(error, trace, frozenset())))

    def _hash(self, number: str) -> str:
        return "#" + hashlib.blake2b(number.encode(), digest_size=_HASH_BYTES, key=self._key).hexdigest()


def _message(record: logging.LogRecord) -> str:
    is_ours = record.name.partition(".")[0] in _OWN_LOGGERS
    if not isinstance(record.msg, str):
        return str(_allowed(record.msg, is_ours=is_ours))
    args = record.args or ()
    if record.name == "py.warnings":
        found = _WARNING.match(record.getMessage())
        return found[1] if found else f"a warning {_LEFT_OUT}"
    if not is_ours and record.msg not in _literals(record.pathname):
        first = record.msg.partition("\n")[0]
        begin = first if first in _KNOWN_LINES else _LEFT_OUT
        return f"{begin} ({Path(record.pathname).name}:{record.lineno})"
    if not isinstance(args, tuple):
        return record.msg  # values by name: no library does that, and the template says enough
    try:
        return record.msg % tuple(_allowed(each, is_ours=is_ours) for each in args) if args else record.msg
    except (TypeError, ValueError):
        return record.msg


def _allowed(value: object, *, is_ours: bool) -> object:
    """Return a value if it may be written, else what is written in its place."""
    if isinstance(value, BaseException):
        return _described(value)
    if value is None or isinstance(value, enum.Enum | bool | int | float | timedelta | date):
        return value
    return value if is_ours and isinstance(value, str | PurePath) else _LeftOut()


@cache
def _literals(path: str) -> frozenset[str]:
    """Return the string constants in a source file; none if it cannot be read."""
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    fragments = {
        id(part) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for part in each.values
    }
    return frozenset(
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in fragments
    )


def _described(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, _OWN_ERRORS):
        return f"{name}: {error}" if str(error) else name
    numbers = [(each, getattr(error, each, None)) for each in _NUMBERS]
    known = ", ".join(f"{each} {value}" for each, value in numbers if type(value) is int)
    return f"{name} ({known})" if known else name


def _traceback(error: BaseException, trace: TracebackType | None, seen: frozenset[int]) -> Iterator[str]:
    """Yield the lines of a traceback: first of what caused the error, then its own, then of its group."""
    seen |= {id(error)}
    cause, why = error.__cause__, "The above exception was the direct cause of the following exception:"
    if cause is None and not error.__suppress_context__:
        cause, why = (
            error.__context__,
            "During handling of the above exception, another exception occurred:",
        )
    if cause is not None and id(cause) not in seen:
        yield from _traceback(cause, cause.__traceback__, seen)
        yield from ("", why, "")
    if trace is not None:
        yield "Traceback (most recent call last):"
        yield from "".join(traceback.format_tb(trace)).splitlines()
    yield _described(error)
    if isinstance(error, BaseExceptionGroup):
        for number, each in enumerate(error.exceptions, 1):
            yield f"  {number} of {len(error.exceptions)} in the group:"
            if id(each) not in seen:
                yield from (f"  {line}" for line in _traceback(each, each.__traceback__, seen))
