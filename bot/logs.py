"""Logs: one line an event, for people (`console`) or for machines (`json`).

No names, no message text, no member ids: what failed, where, and the reference that a member saw.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

_QUIET = {"discord": logging.WARNING, "discord.http": logging.ERROR, "aiosqlite": logging.WARNING}
_CONSOLE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON, with the traceback where there is one."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str, style: Literal["console", "json"]) -> None:
    """Send the log to standard error. The libraries' own chatter is heard from warnings up.

    At DEBUG discord.py logs what members do, and aiosqlite every statement with its values: ids among
    them. discord.py's HTTP warnings name the paths of requests, and with them members' channels.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else logging.Formatter(_CONSOLE))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, heard_from in _QUIET.items():
        logging.getLogger(name).setLevel(max(heard_from, logging.getLogger().level))
