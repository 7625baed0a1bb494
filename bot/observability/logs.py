"""Logs: one line an event, for people (`console`) or for machines (`json`).

Nothing here needs to know a member, so our own lines name none. What libraries and exceptions say passes
one gate, tracebacks included: numbers that may be ids become short hashes, keyed anew in each process, so
that lines about the same thing can be told to be; tokens and whatever an exception quotes are left out.
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

_QUIET = {"discord": logging.WARNING, "discord.http": logging.ERROR, "aiosqlite": logging.WARNING}
_MAY_BE_ID = re.compile(r"\d{15,}")
_MAY_BE_TOKEN = re.compile(
    r"(?<=/webhooks/)(\d+)/[^\s/?]+"  # an interaction's, in the address of its messages
    r"|(?<=/interactions/)(\d+)/[^\s/?]+"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # a bot's
    r"|[\w-]{50,}"  # any other, and nothing that people write
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_LEFT_OUT = "(left out)"
_HASH_BYTES = 4
_WAITED_OUT = "Attempting a reconnect"  # discord.py's; the last line of its traceback says why

ExcInfo: TypeAlias = (
    "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"
)


class Redactor:
    """Takes out of a text what nobody is to read in a log. Each has a key of its own, kept nowhere."""

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
        """Return a traceback of which the places are whole; what exceptions quote may be what was typed."""
        kind, error, trace = exc_info
        if kind is None or error is None:
            return ""
        told = traceback.TracebackException(kind, error, trace)
        lines = (line if _is_place(line) else _QUOTED.sub(_LEFT_OUT, line) for line in told.format())
        return self.clean("".join(lines).rstrip("\n"))

    def _hash(self, number: str) -> str:
        return "#" + hashlib.blake2b(number.encode(), digest_size=_HASH_BYTES, key=self._key).hexdigest()


def _is_place(line: str) -> bool:
    return line.lstrip(" |").startswith('File "')


class _GatedFormatter(logging.Formatter):
    """The base of both formats. It reads `exc_info` itself: `exc_text` may come from another formatter."""

    def __init__(self, gate: Redactor) -> None:
        super().__init__()
        self._gate = gate

    def parts(self, record: logging.LogRecord) -> Iterator[tuple[str, str]]:
        """Yield what the record says, by name, each part clean."""
        message = record.getMessage()
        if record.exc_info and message.startswith(_WAITED_OUT):
            _, _, why = self._gate.traceback(record.exc_info).rpartition("\n")
            yield "message", self._gate.clean(f"{message} ({why})")
            return
        yield "message", self._gate.clean(message)
        if record.exc_info:
            yield "traceback", self._gate.traceback(record.exc_info)
        if record.stack_info:
            yield "stack", self._gate.clean(record.stack_info)


class JsonFormatter(_GatedFormatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON, with the reference and the traceback where there are any."""
        line = {"at": _moment(record), "level": record.levelname, "logger": record.name}
        reference = getattr(record, "reference", None)
        if reference is not None:
            line["reference"] = str(reference)
        return json.dumps(line | dict(self.parts(record)), ensure_ascii=False)


class ConsoleFormatter(_GatedFormatter):
    """Formats a record as a line to read."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line, and the traceback below it where there is one."""
        said = "\n".join(text for _, text in self.parts(record))
        return f"{_moment(record)} {record.levelname:<7} {record.name}: {said}"


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def set_up(level: str, style: Literal["console", "json"], *hidden: str) -> None:
    """Send the log, and all that Python itself complains of, to standard error, without what is `hidden`.

    The libraries' own chatter is heard from warnings up: at DEBUG discord.py logs what members do, and
    aiosqlite every statement with its values. discord.py's HTTP warnings repeat what the metrics count.
    """
    gate = Redactor(*hidden)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(gate) if style == "json" else ConsoleFormatter(gate))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quieten()
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_end
    threading.excepthook = _log_thread
    sys.unraisablehook = _log_unraisable


def quieten() -> None:
    """Let the libraries' loggers speak from warnings up, whatever the level of ours."""
    for name, heard_from in _QUIET.items():
        logging.getLogger(name).setLevel(max(heard_from, logging.getLogger().level))


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
