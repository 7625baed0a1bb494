"""Logs: one line per event, as text to read (`console`) or as JSON (`json`).

Our own lines name no member. The lines of libraries and the texts of exceptions, tracebacks included, pass
a `Redactor`: long numbers, which may be Discord ids, become short hashes; tokens and text quoted by
exceptions are left out. The hashes have a key for each process, so lines about the same id match within one
run.
"""

import hashlib
import json
import logging
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TypeAlias

_LEAST_LEVELS = {"discord": logging.WARNING, "discord.http": logging.ERROR, "aiosqlite": logging.WARNING}
_MAY_BE_ID = re.compile(r"\d{15,}")
_MAY_BE_TOKEN = re.compile(
    r"(?<=/webhooks/)(\d+)/[^\s/?]+"  # an interaction's, in the address of its messages
    r"|(?<=/interactions/)(\d+)/[^\s/?]+"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # a bot's
    r"|[\w-]{50,}"  # any other token; no word is as long
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_LEFT_OUT = "(left out)"
_HASH_BYTES = 4
_RECONNECT = (
    "Attempting a reconnect",
    "Failed to connect for shard_id",
)  # by discord.py; the last line says why

ExcInfo: TypeAlias = (
    "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"
)


class Redactor:
    """Removes secrets, ids and typed texts from what is logged. Its key for hashes is saved nowhere."""

    def __init__(self, *hidden: str) -> None:
        self._hidden = [each for each in hidden if each]
        self._key = secrets.token_bytes(16)

    def clean(self, text: str) -> str:
        """Return the text without tokens, and with ids as keyed short hashes (`#a1b2c3d4`)."""
        for each in self._hidden:
            text = text.replace(each, _LEFT_OUT)
        text = _MAY_BE_TOKEN.sub(lambda found: f"{found[1] or found[2] or ''}{_LEFT_OUT}", text)
        return _MAY_BE_ID.sub(lambda found: self._hash(found[0]), text)

    def traceback(self, exc_info: ExcInfo) -> str:
        """Return a traceback without what exceptions quote, which may be what a member typed.

        The lines that name files are not changed.
        """
        kind, error, trace = exc_info
        if kind is None or error is None:
            return ""
        formatted = traceback.TracebackException(kind, error, trace)
        lines = (line if _names_file(line) else _QUOTED.sub(_LEFT_OUT, line) for line in formatted.format())
        return self.clean("".join(lines).rstrip("\n"))

    def _hash(self, number: str) -> str:
        return "#" + hashlib.blake2b(number.encode(), digest_size=_HASH_BYTES, key=self._key).hexdigest()


def _names_file(line: str) -> bool:
    return line.lstrip(" |").startswith('File "')


class _RedactingFormatter(logging.Formatter):
    """The base of both formats.

    It reads `exc_info`: `exc_text` may contain the unredacted text of another formatter.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def parts(self, record: logging.LogRecord) -> Iterator[tuple[str, str]]:
        """Yield the parts of a record, each with its name, redacted."""
        message = record.getMessage()
        if record.exc_info and message.startswith(_RECONNECT):
            _, _, why = self._redactor.traceback(record.exc_info).rpartition("\n")
            yield "message", self._redactor.clean(f"{message} ({why})")
            return
        yield "message", self._redactor.clean(message)
        if record.exc_info:
            yield "traceback", self._redactor.traceback(record.exc_info)
        if record.stack_info:
            yield "stack", self._redactor.clean(record.stack_info)


class JsonFormatter(_RedactingFormatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON, with the reference and the traceback where there are any."""
        line = {"at": _timestamp(record), "level": record.levelname, "logger": record.name}
        reference = getattr(record, "reference", None)
        if reference is not None:
            line["reference"] = str(reference)
        return json.dumps(line | dict(self.parts(record)), ensure_ascii=False)


class ConsoleFormatter(_RedactingFormatter):
    """Formats a record as a line to read."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line, and the traceback below it where there is one."""
        said = "\n".join(text for _, text in self.parts(record))
        return f"{_timestamp(record)} {record.levelname:<7} {record.name}: {said}"


def _timestamp(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def set_up(level: str, style: Literal["console", "json"], *hidden: str) -> None:
    """Write the log, Python's warnings and uncaught errors to standard error, without the texts `hidden`.

    Libraries log from WARNING up only: at DEBUG, discord.py logs what members do, and aiosqlite every
    statement with its values. discord.py's HTTP warnings repeat what the metrics count.
    """
    redactor = Redactor(*hidden)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(redactor) if style == "json" else ConsoleFormatter(redactor))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    limit_libraries()
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_end
    threading.excepthook = _log_thread
    sys.unraisablehook = _log_unraisable


def limit_libraries() -> None:
    """Let the libraries log from WARNING up only, whatever our own level is."""
    for name, level in _LEAST_LEVELS.items():
        logging.getLogger(name).setLevel(max(level, logging.getLogger().level))


def _log_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("bot").critical("ended by an error", exc_info=(kind, error, trace))


def _log_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None:
        logging.getLogger("bot").error(
            "a thread failed", exc_info=(given.exc_type, given.exc_value, given.exc_traceback)
        )


def _log_unraisable(given: Any) -> None:  # noqa: ANN401 - its type has no public name
    error = given.exc_value
    logging.getLogger("bot").error(
        "an error was ignored", exc_info=(given.exc_type, error, given.exc_traceback) if error else None
    )
