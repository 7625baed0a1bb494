"""The erasure log: a file beside the database that survives the restoration of a backup.

It has a line for each erasure: a number, the moment in UTC seconds, and a keyed hash of whose data was
erased and how much of it. After a restoration, `bot.privacy.erasure_replay` repeats the erasures that the
backup lacks. A log that had to be started again gets a new identity and continues the numbers.

Lines are on the disk before the unit of work that erases begins. A lock on a third file lets only one
process write at a time. The key is in a second file, never in the database. The hash of an id is personal
data too: lines are removed after `LOG_KEPT_FOR`, and backups older than that cannot be restored.
"""

import hmac
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Self

from bot.errors import ConfigurationError
from bot.storage.file_lock import locked

LOG_KEPT_FOR = timedelta(days=90)
"""How long the log keeps a line; no older backup is restored."""

REPLAYED_UP_TO = "erasures replayed"
"""The name of the deployment's note of the `LogPosition` up to which its database has replayed the log."""

_MAGIC = "alongside-deletions-2"
_LONGEST_LINE = 200  # in bytes
_KEY_BYTES = 32
_IDENTITY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data is erased and how much of it. None means all members, servers or purposes."""

    member_id: int | None
    guild_id: int | None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A position in a log: after the line with this number."""

    number: int = 0
    identity: str = ""  # of the log; empty: of none

    def __str__(self) -> str:
        return f"{self.number} {self.identity}"

    def reaches(self, end: "LogPosition") -> bool:
        """Return whether this is at or after `end`.

        It is after `end` if the log has lost its last lines.
        """
        return self.identity == end.identity and self.number >= end.number

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Return the position that was saved as `text`; the beginning for None."""
        number, _, identity = (text or "0").partition(" ")
        return cls(int(number), identity)


@dataclass(frozen=True, slots=True)
class _Header:
    before: int  # the number before the first line
    begun: int  # when the log was started, in UTC seconds
    identity: str

    def __str__(self) -> str:
        return f"{self.before} {self.begun} {self.identity}\n"


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    seconds: int
    mark: str

    def __str__(self) -> str:
        return f"{self.number} {self.seconds} {self.mark}\n"


class ErasureLog:
    """The log beside a database. The first erasure makes the file; all methods but `mark` do file I/O."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.deletions")
        self.key_path = database.with_name(f"{database.name}.deletions.key")
        self._lock_path = database.with_name(f"{database.name}.deletions.lock")
        self._key: bytes | None = None

    def mark(self, scope: Scope) -> str:
        """Return the keyed hash that stands for `scope`."""
        parts = ("all" if each is None else str(each) for each in (scope.member_id, scope.guild_id))
        return self._hash(":".join([*parts, scope.purpose or "all"]))

    def append(self, scopes: Sequence[Scope], at: datetime, carried_out: LogPosition) -> LogPosition:
        """Add a line for each scope and sync it to the disk; return the position to save in the database.

        `carried_out` is the position that the database has saved. The result is the new end of the log; if
        older lines wait to be replayed, it is `carried_out`. Raises ConfigurationError as `end` does.
        """
        with locked(self._lock_path):
            return self._append(scopes, at, carried_out)

    def _append(self, scopes: Sequence[Scope], at: datetime, carried_out: LogPosition) -> LogPosition:
        end = self.end()
        before = max(end.number if end else 0, carried_out.number)
        moment = int(at.timestamp())
        lines = "".join(
            str(_Line(number, moment, self.mark(scope)))
            for number, scope in enumerate(scopes, start=before + 1)
        )
        if end is None:
            end = LogPosition(before, secrets.token_hex(_IDENTITY_BYTES))
            self._write_atomically(
                self.path, self._header_line(_Header(before, moment, end.identity)) + lines
            )
        else:
            with self.path.open("r+b") as file:
                file.truncate(self._complete_bytes())  # without part of a line that a crash left
                file.seek(0, os.SEEK_END)
                file.write(lines.encode())
                _sync_to_disk(file)
            if not carried_out.reaches(end):
                return carried_out
        return LogPosition(before + len(scopes), end.identity)

    def end(self) -> LogPosition | None:
        """Return the position after the last line ever written, or None if there is no log.

        Raises ConfigurationError if the log was made with another key.
        """
        if not self.path.exists():
            return None
        header = self._check()
        with self.path.open("rb") as file:
            whole = self._complete_bytes()
            start = max(0, whole - _LONGEST_LINE)
            file.seek(start)
            tail = file.read(whole - start).decode().splitlines(keepends=True)
        numbers = [each.number for each in _read(tail[-1:])]
        return LogPosition(max(numbers, default=header.before), header.identity)

    def entries_after(self, position: LogPosition) -> dict[str, int]:
        """Return the hashes in the lines after `position`, each with its newest moment in UTC seconds.

        For a position in another log, return all: replaying an erasure twice does no harm.
        """
        if not self.path.exists():
            return {}
        number = position.number if position.identity == self._check().identity else 0
        found: dict[str, int] = {}
        for line in self._lines():
            if line.number > number:
                found[line.mark] = max(line.seconds, found.get(line.mark, 0))
        return found

    def missing_since(self, made_at: datetime, carried_out: LogPosition) -> datetime | None:
        """Return when the log was started if it may lack erasures made since a copy, else None.

        `carried_out` is the position that the copied database has saved. Raises ConfigurationError as `end`
        does.
        """
        header = self._check()
        if header.begun <= made_at.timestamp() or header.before <= carried_out.number:
            return None
        return datetime.fromtimestamp(header.begun, UTC)

    def merge(self, other: "ErasureLog", now: datetime) -> None:
        """Add the lines of another log: a copy of this one, or the log that this one replaced.

        Raises ConfigurationError if that was made with another key, or its key is missing.
        """
        if other.end() is None:
            return
        if self.end() is None:
            for source, target in ((other.key_path, self.key_path), (other.path, self.path)):
                self._write_atomically(target, source.read_text(encoding="ascii"))
            self._key = None
            return
        if other.key_path.read_bytes() != self.key_path.read_bytes():
            raise ConfigurationError(
                f"{other.path} and {self.path} were made with different keys: "
                "move away the one that is not of the backup, and its key"
            )
        lines = {(each.seconds, each.mark) for each in self._lines()}
        others = {(each.seconds, each.mark) for each in other._lines()}  # noqa: SLF001 - another of ours
        if {each for each in others - lines if each[0] >= _oldest_kept(now)}:
            headers = [self._check(), other._check()]  # noqa: SLF001 - the same
            before = max(each.before for each in headers)
            begun = max(each.begun for each in headers)
            merged = [_Line(before + count, *each) for count, each in enumerate(sorted(lines | others), 1)]
            header = _Header(before, begun, secrets.token_hex(_IDENTITY_BYTES))
            self._write_atomically(self.path, "".join([self._header_line(header), *map(str, merged)]))

    def expire(self, now: datetime) -> bool:
        """Remove lines older than `LOG_KEPT_FOR`; return whether there were any."""
        if not self.path.exists():
            return False
        with locked(self._lock_path):
            return self._expire(now)

    def _expire(self, now: datetime) -> bool:
        end, lines = self.end(), list(self._lines())
        kept = [line for line in lines if line.seconds >= _oldest_kept(now)]
        if end is None or len(kept) == len(lines):
            return False
        before = kept[0].number - 1 if kept else end.number
        header = replace(self._check(), before=before)
        self._write_atomically(self.path, "".join([self._header_line(header), *map(str, kept)]))
        return True

    def _lines(self) -> Iterator[_Line]:
        if self.path.exists():
            with self.path.open(encoding="ascii") as file:
                yield from _read(file)

    def _check(self) -> _Header:
        """Return the parsed first line. Raises ConfigurationError for another key or format."""
        with self.path.open(encoding="ascii") as file:
            name, *rest = file.readline().split() or [""]
        if name != _MAGIC or len(rest) != len(fields(_Header)) + 1:
            raise ConfigurationError(f"{self.path.name} is not an erasure log that this program can read")
        known, before, begun, identity = rest
        if known != self._hash(_MAGIC):
            raise ConfigurationError(
                f"{self.path.name} was made with another key than the one in {self.key_path.name}"
            )
        return _Header(int(before), int(begun), identity)

    def _header_line(self, header: _Header) -> str:
        return f"{_MAGIC} {self._hash(_MAGIC)} {header}"

    def _complete_bytes(self) -> int:
        """Return the size in bytes of all complete lines."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            start = max(0, size - _LONGEST_LINE)
            file.seek(start)
            return start + file.read().rfind(b"\n") + 1

    def _hash(self, text: str) -> str:
        if self._key is None:
            self._key = self._load_key().encode()
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    def _load_key(self) -> str:
        if not self.key_path.exists():
            if self.path.exists():
                raise ConfigurationError(
                    f"{self.key_path.name} is missing: {self.path.name} needs that key"
                )
            self._write_atomically(self.key_path, f"{secrets.token_hex(_KEY_BYTES)}\n")
        return self.key_path.read_text(encoding="ascii").strip()

    def _write_atomically(self, path: Path, content: str) -> None:
        """Replace a file in one step, synced to the disk and readable by this user alone."""
        new = path.with_name(f"{path.name}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content.encode())
            _sync_to_disk(file)
        new.replace(path)
        if os.name == "posix":  # elsewhere a folder cannot be opened
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)


def _oldest_kept(now: datetime) -> int:
    return int((now - LOG_KEPT_FOR).timestamp())


def _sync_to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _read(lines: Iterable[str]) -> Iterator[_Line]:
    """Yield the lines after the header, without a last one that a crash left incomplete."""
    for line in lines:
        if line.endswith("\n") and not line.startswith(_MAGIC):
            number, seconds, mark = line.split()
            yield _Line(int(number), int(seconds), mark)
