"""The list of deletions: a file beside the database that outlives whatever backup is put in its place.

One line a deletion: its number, the moment in UTC seconds, and a keyed hash of whose data it was and how
much of it. Lines are added inside the write transaction that deletes, durable before the deletion is said
to be done; SQLite's lock keeps processes apart. The key stands in a file of its own, never in the database.
A hash of an id is personal data too: lines go after `MARKS_KEPT_FOR`, and no older backup is restored.
"""

import hmac
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bot.consent.model import MARKS_KEPT_FOR, Purpose
from bot.errors import ConfigurationError

_TITLE = "alongside-deletions-1"
_LONGEST_LINE = 200  # in bytes
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data went and how much of it. None stands for all: members, servers, purposes."""

    member_id: int | None
    guild_id: int | None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    seconds: int
    mark: str

    def __str__(self) -> str:
        return f"{self.number} {self.seconds} {self.mark}\n"


class Deletions:
    """The list beside a database. Made at the first deletion; every method but `mark` touches files."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.deletions")
        self.key_path = database.with_name(f"{database.name}.deletions.key")
        self._key: bytes | None = None

    def mark(self, scope: Scope) -> str:
        """Return the keyed hash that stands for `scope`."""
        parts = ("all" if each is None else str(each) for each in (scope.member_id, scope.guild_id))
        return self._hash(":".join([*parts, scope.purpose or "all"]))

    def append(self, scopes: Sequence[Scope], at: datetime) -> tuple[int, int]:
        """Add a line for each scope, durable; return the numbers of the last line before and after.

        Raises ConfigurationError as `last` does.
        """
        before = self.last()
        lines = [
            str(_Line(number, int(at.timestamp()), self.mark(scope)))
            for number, scope in enumerate(scopes, start=before + 1)
        ]
        if not self.path.exists():
            self._place(self.path, "".join([self._title(before), *lines]))
        else:
            with self.path.open("r+b") as file:
                file.truncate(self._whole())  # a crash may have left part of a line
                file.seek(0, os.SEEK_END)
                file.write("".join(lines).encode())
                _settle(file)
        return before, before + len(lines)

    def last(self) -> int:
        """Return the number of the last line ever written; 0 before the first.

        Raises ConfigurationError where the list was made with another key.
        """
        if not self.path.exists():
            return 0
        first = self._check()
        with self.path.open("rb") as file:
            end = self._whole()
            start = max(0, end - _LONGEST_LINE)
            file.seek(start)
            tail = file.read(end - start).decode().splitlines(keepends=True)
        numbers = [each.number for each in _read(tail[-1:])]
        return max(numbers, default=first)

    def beyond(self, number: int) -> dict[str, int]:
        """Return the marks of lines after `number`, each with its newest moment in UTC seconds."""
        found: dict[str, int] = {}
        for line in self._lines():
            if line.number > number:
                found[line.mark] = max(line.seconds, found.get(line.mark, 0))
        return found

    def expire(self, now: datetime) -> bool:
        """Drop lines older than `MARKS_KEPT_FOR`; return whether there were any."""
        oldest = int((now - MARKS_KEPT_FOR).timestamp())
        lines = list(self._lines())
        kept = [str(line) for line in lines if line.seconds >= oldest]
        if len(kept) == len(lines):
            return False
        before = next((line.number for line in lines if line.seconds >= oldest), self.last() + 1) - 1
        self._place(self.path, "".join([self._title(before), *kept]))
        return True

    def _lines(self) -> Iterator[_Line]:
        if self.path.exists():
            self._check()
            with self.path.open(encoding="ascii") as file:
                yield from _read(file)

    def _check(self) -> int:
        """Return the number before the first line. Raises ConfigurationError for another key or form."""
        with self.path.open(encoding="ascii") as file:
            name, _, rest = file.readline().partition(" ")
        if name != _TITLE:
            raise ConfigurationError(f"{self.path.name} is no list of deletions that this program knows")
        known, _, before = rest.partition(" ")
        if known != self._hash(_TITLE):
            raise ConfigurationError(
                f"{self.path.name} was made with another key than the one in {self.key_path.name}"
            )
        return int(before)

    def _title(self, before: int) -> str:
        return f"{_TITLE} {self._hash(_TITLE)} {before}\n"

    def _whole(self) -> int:
        """Return how many bytes of the list are whole lines."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            start = max(0, size - _LONGEST_LINE)
            file.seek(start)
            return start + file.read().rfind(b"\n") + 1

    def _hash(self, text: str) -> str:
        if self._key is None:
            self._key = self._kept_key().encode()
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    def _kept_key(self) -> str:
        if not self.key_path.exists():
            if self.path.exists():
                raise ConfigurationError(
                    f"{self.key_path.name} is missing: {self.path.name} needs that key"
                )
            self._place(self.key_path, f"{secrets.token_hex(_KEY_BYTES)}\n")
        return self.key_path.read_text(encoding="ascii").strip()

    def _place(self, path: Path, content: str) -> None:
        """Write a file whole or not at all, durable, for nobody but ourselves."""
        anew = path.with_name(f"{path.name}.new")
        with os.fdopen(os.open(anew, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content.encode())
            _settle(file)
        anew.replace(path)
        if os.name == "posix":  # elsewhere a folder cannot be opened
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _read(lines: Iterable[str]) -> Iterator[_Line]:
    """Yield what stands below the title, but for a last line that a crash cut short."""
    for line in lines:
        if line.endswith("\n") and not line.startswith(_TITLE):
            number, seconds, mark = line.split()
            yield _Line(int(number), int(seconds), mark)
