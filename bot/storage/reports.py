"""What engines report to the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bot.shards import ShardLayout

Step = Callable[[str], AbstractContextManager[None]]
"""Wraps a step of a long command, and announces it."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an engine found where the database should be."""

    version: int  # of the schema; 0: there is no database yet
    size: int  # in bytes
    damage: str | None = None  # a message for the operator
    encryption: str = ""  # whether the data is encrypted, in words
    advice: str = ""  # what to do about that; empty: nothing
    served: frozenset[tuple[ShardLayout, int]] = frozenset()  # the ranges of shards that processes serve


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was just written."""

    path: Path
    size: int  # bytes
    sha256: str
    version: int  # of the database
    encrypted: bool
    removed: tuple[str, ...]  # names of the older backups that were removed


@dataclass(frozen=True, slots=True)
class Restored:
    """A database that was just replaced by a backup."""

    version: int  # of the database in the backup
    old: Path | None  # where the old database is, if there was one
    doubt: str | None  # a message on deletions that no erasure log knows, so that their rows may be back
