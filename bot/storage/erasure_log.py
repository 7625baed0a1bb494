"""The list of deletions: a file beside the database that outlives whatever backup is put in its place.

One line a deletion: its number, the moment in UTC seconds, and a keyed hash of whose data it was and how
much of it. A list that is begun anew has another identity and goes on counting. Lines are added before the
unit of work that deletes, and are durable then; a lock on a file beside the list keeps processes apart. The
key stands in a file of its own, never in the database. A hash of an id is personal data too: lines go after
`MARKS_KEPT_FOR`, and no older backup is restored.
"""

import hmac
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Self

from bot.errors import ConfigurationError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MARKS_KEPT_FOR = timedelta(days=90)
"""How long the log keeps an erasure; no older backup is restored."""

CARRIED_OUT = "deletions carried out"
"""The name under which a database notes the `LogPosition` up to which it has carried out deletions."""

_TITLE = "alongside-deletions-2"
_LONGEST_LINE = 200  # in bytes
_KEY_BYTES = 32
_IDENTITY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data went and how much of it. None stands for all: members, servers, purposes."""

    member_id: int | None
    guild_id: int | None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class LogPosition:
    """After so many lines of one list."""

    number: int = 0
    identity: str = ""  # of no list

    def __str__(self) -> str:
        return f"{self.number} {self.identity}"

    def reaches(self, end: "LogPosition") -> bool:
        """Return whether this is the end of that list, or was: it may have lost its last lines."""
        return self.identity == end.identity and self.number >= end.number

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Return the place that was noted as `text`, the beginning if None was."""
        number, _, identity = (text or "0").partition(" ")
        return cls(int(number), identity)


@dataclass(frozen=True, slots=True)
class _Title:
    before: int  # the number before the first line
    begun: int  # when the list was, in UTC seconds
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
    """The list beside a database. Made at the first deletion; every method but `mark` touches files."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.deletions")
        self.key_path = database.with_name(f"{database.name}.deletions.key")
        self._key: bytes | None = None

    def mark(self, scope: Scope) -> str:
        """Return the keyed hash that stands for `scope`."""
        parts = ("all" if each is None else str(each) for each in (scope.member_id, scope.guild_id))
        return self._hash(":".join([*parts, scope.purpose or "all"]))

    def append(self, scopes: Sequence[Scope], at: datetime, carried_out: LogPosition) -> LogPosition:
        """Add a line for each scope, durable; return the place up to which all is carried out with these.

        That is the new end, but `carried_out` as before where older lines wait to be. Raises
        ConfigurationError as `end` does.
        """
        with self._locked():
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
            self._place(self.path, self._titled(_Title(before, moment, end.identity)) + lines)
        else:
            with self.path.open("r+b") as file:
                file.truncate(self._whole())  # a crash may have left part of a line
                file.seek(0, os.SEEK_END)
                file.write(lines.encode())
                _settle(file)
            if not carried_out.reaches(end):
                return carried_out
        return LogPosition(before + len(scopes), end.identity)

    def end(self) -> LogPosition | None:
        """Return the place after the last line ever written; None where there is no list.

        Raises ConfigurationError where the list was made with another key.
        """
        if not self.path.exists():
            return None
        title = self._check()
        with self.path.open("rb") as file:
            whole = self._whole()
            start = max(0, whole - _LONGEST_LINE)
            file.seek(start)
            tail = file.read(whole - start).decode().splitlines(keepends=True)
        numbers = [each.number for each in _read(tail[-1:])]
        return LogPosition(max(numbers, default=title.before), title.identity)

    def beyond(self, place: LogPosition) -> dict[str, int]:
        """Return the marks of lines after `place`, each with its newest moment in UTC seconds.

        Of a place in another list, those are all: carrying one out twice does no harm.
        """
        if not self.path.exists():
            return {}
        number = place.number if place.identity == self._check().identity else 0
        found: dict[str, int] = {}
        for line in self._lines():
            if line.number > number:
                found[line.mark] = max(line.seconds, found.get(line.mark, 0))
        return found

    def missing_since(self, made_at: datetime, carried_out: LogPosition) -> datetime | None:
        """Return when the list was begun, if deletions after a copy was made may be on none.

        `carried_out` is what the copy notes. None where all of them are on this list. Raises
        ConfigurationError as `end` does.
        """
        title = self._check()
        if title.begun <= made_at.timestamp() or title.before <= carried_out.number:
            return None
        return datetime.fromtimestamp(title.begun, UTC)

    def take_in(self, other: "ErasureLog", now: datetime) -> None:
        """Take in what another list knows: a copy of this one, or one from before it was begun anew.

        Raises ConfigurationError where that was made with another key, or is without one.
        """
        if other.end() is None:
            return
        if self.end() is None:
            for source, target in ((other.key_path, self.key_path), (other.path, self.path)):
                self._place(target, source.read_text(encoding="ascii"))
            self._key = None
            return
        if other.key_path.read_bytes() != self.key_path.read_bytes():
            raise ConfigurationError(
                f"{other.path} and {self.path} were made with different keys: "
                "move away the one that is not of the backup, and its key"
            )
        lines = {(each.seconds, each.mark) for each in self._lines()}
        others = {(each.seconds, each.mark) for each in other._lines()}  # noqa: SLF001 - another of ours
        if {each for each in others - lines if each[0] >= _oldest(now)}:
            titles = [self._check(), other._check()]  # noqa: SLF001 - the same
            before = max(each.before for each in titles)
            begun = max(each.begun for each in titles)
            merged = [_Line(before + count, *each) for count, each in enumerate(sorted(lines | others), 1)]
            title = _Title(before, begun, secrets.token_hex(_IDENTITY_BYTES))
            self._place(self.path, "".join([self._titled(title), *map(str, merged)]))

    def expire(self, now: datetime) -> bool:
        """Drop lines older than `MARKS_KEPT_FOR`; return whether there were any."""
        if not self.path.exists():
            return False
        with self._locked():
            return self._expire(now)

    def _expire(self, now: datetime) -> bool:
        end, lines = self.end(), list(self._lines())
        kept = [line for line in lines if line.seconds >= _oldest(now)]
        if end is None or len(kept) == len(lines):
            return False
        before = kept[0].number - 1 if kept else end.number
        title = replace(self._check(), before=before)
        self._place(self.path, "".join([self._titled(title), *map(str, kept)]))
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Wait until no other process writes the list, and keep others from it; one thread at a time."""
        with self.path.with_name(f"{self.path.name}.lock").open("ab") as file:
            if sys.platform == "win32":
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # the first byte: the file is empty
            else:
                fcntl.lockf(file, fcntl.LOCK_EX)
            yield

    def _lines(self) -> Iterator[_Line]:
        if self.path.exists():
            self._check()
            with self.path.open(encoding="ascii") as file:
                yield from _read(file)

    def _check(self) -> _Title:
        """Return what the first line says. Raises ConfigurationError for another key or form."""
        with self.path.open(encoding="ascii") as file:
            name, *rest = file.readline().split() or [""]
        if name != _TITLE or len(rest) != len(fields(_Title)) + 1:
            raise ConfigurationError(f"{self.path.name} is no list of deletions that this program knows")
        known, before, begun, identity = rest
        if known != self._hash(_TITLE):
            raise ConfigurationError(
                f"{self.path.name} was made with another key than the one in {self.key_path.name}"
            )
        return _Title(int(before), int(begun), identity)

    def _titled(self, title: _Title) -> str:
        return f"{_TITLE} {self._hash(_TITLE)} {title}"

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


def _oldest(now: datetime) -> int:
    return int((now - MARKS_KEPT_FOR).timestamp())


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _read(lines: Iterable[str]) -> Iterator[_Line]:
    """Yield what stands below the title, but for a last line that a crash cut short."""
    for line in lines:
        if line.endswith("\n") and not line.startswith(_TITLE):
            number, seconds, mark = line.split()
            yield _Line(int(number), int(seconds), mark)
