"""Exit codes, for supervisors and scripts."""

from enum import IntEnum

from bot.errors import ConfigurationError, InUseError, TransientError, UnfitDatabaseError


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    SETTINGS = 2
    DATABASE = 3
    IN_USE = 4
    INTERRUPTED = 130  # 128 and the number of SIGINT, as shells count


_MEANINGS = {
    Exit.DONE: "done",
    Exit.FAILED: "something failed; trying again may help",
    Exit.SETTINGS: "the command line, a setting or the token is wrong: fix it, then try again",
    Exit.DATABASE: "the database or backup cannot be used (damaged, of another version, not Alongside's)",
    Exit.IN_USE: "another Alongside process uses this database",
    Exit.INTERRUPTED: "interrupted (Ctrl-C) before it was done",
}

TABLE = "exit codes:\n" + "\n".join(f"  {code.value:<3}  {meaning}" for code, meaning in _MEANINGS.items())


def of(error: ConfigurationError | TransientError) -> Exit:
    """Return the exit code for an error that is shown to the operator."""
    if isinstance(error, TransientError):
        return Exit.FAILED
    if isinstance(error, UnfitDatabaseError):
        return Exit.DATABASE
    return Exit.IN_USE if isinstance(error, InUseError) else Exit.SETTINGS
