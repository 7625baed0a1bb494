"""Let only one process use a database: a file lock, which the system releases when the process ends."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from bot.errors import ConfigurationError, InUseError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

log = logging.getLogger(__name__)

_WAIT_SECONDS = 15.0
_RETRY_SECONDS = 0.25


@contextlib.contextmanager
def held(database: Path) -> Iterator[None]:
    """Hold the lock of `database`. Raises InUseError if another process holds it."""
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        file = database.with_name(f"{database.name}.lock").open("ab")
    except OSError as error:
        raise ConfigurationError(f"the database cannot be opened: {error}") from error
    with file:
        _take(file)
        yield


async def wait_for(database: Path, holding: contextlib.ExitStack, on_wait: Callable[[str], None]) -> None:
    """Hold the lock of `database` until `holding` closes, waiting for up to fifteen seconds.

    A process that is just ending, for example at an update, needs less time. `on_wait` is called with the
    reason for the wait. Raises InUseError after that time.
    """
    loop = asyncio.get_running_loop()
    until, is_said = loop.time() + _WAIT_SECONDS, False
    while True:
        try:
            holding.enter_context(held(database))
        except InUseError:
            if loop.time() >= until:
                raise
            if not is_said:
                on_wait("another process works on this database")
                log.info("another process works on this database: waiting for its end")
                is_said = True
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            return


def _take(file: IO[bytes]) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # the first byte: the file is empty
        else:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InUseError(
            "another process of Alongside works on this database: stop it first, since two would do "
            "everything twice"
        ) from None
