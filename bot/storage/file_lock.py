"""A file lock between processes. The system releases it when the process ends, even in a crash."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until no other process holds the lock, and hold it.

    It does not exclude other threads of this process.
    """
    with path.open("ab") as file:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # the first byte: the file is empty
        else:
            fcntl.lockf(file, fcntl.LOCK_EX)
        yield
