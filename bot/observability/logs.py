"""Logs: one line per event, as text to read (`console`) or as JSON (`json`).

Each line passes a `Redactor`, which writes literal texts and values that name nobody.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from bot.observability.redaction import Redactor

_LEAST_LEVELS = {"discord": logging.WARNING, "discord.http": logging.ERROR, "aiosqlite": logging.WARNING}
# Of discord.py, which connects again: the error says why in one line.
_RECONNECT = ("Attempting a reconnect", "Failed to connect for shard_id")


class _RedactingFormatter(logging.Formatter):
    """The base of both formats.

    It reads `exc_info`: `exc_text` may contain the unredacted text of another formatter.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def parts(self, record: logging.LogRecord) -> Iterator[tuple[str, str]]:
        """Yield the parts of a record, each with its name, redacted."""
        message, error = self._redactor.message(record), record.exc_info and record.exc_info[1]
        if error and message.startswith(_RECONNECT):
            yield "message", f"{message} ({self._redactor.error(error)})"
            return
        yield "message", message
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
    """Write the log, Python's warnings and uncaught errors to standard error.

    The secrets in `hidden` are left out. Libraries log from WARNING up only: at DEBUG, discord.py logs what
    members do, and aiosqlite every statement with its values. discord.py's HTTP warnings repeat what the
    metrics count.
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
