"""What a restoration needs on every engine: the age of the backup, later deletions, and used ids."""

from datetime import datetime, timedelta

from bot.errors import UnfitDatabaseError
from bot.storage.erasure_log import LOG_KEPT_FOR, ErasureLog, LogPosition
from bot.storage.schema import newest_version

_MOST_IDS_A_SECOND = 100  # ids of one table that may have been used


def used_ids(since: timedelta) -> int:
    """Return how many ids of a table may have been used in that time: buttons may still name them."""
    return _MOST_IDS_A_SECOND * (max(0, int(since.total_seconds())) + 1)


def require_fit(version: int, made_at: datetime | None, now: datetime) -> datetime:
    """Return when a backup was made. Raises UnfitDatabaseError if it cannot be used."""
    if version > newest_version():
        raise UnfitDatabaseError(f"it is of version {version}, newer than this program: use a newer one")
    if made_at is None:
        raise UnfitDatabaseError("it is a database, but not a backup")
    if now - made_at > LOG_KEPT_FOR:
        raise UnfitDatabaseError(
            f"it is more than {LOG_KEPT_FOR.days} days old, and older deletions are not known any more"
        )
    return made_at


def merge_erasure_logs(
    here: ErasureLog, beside: ErasureLog, carried_out: LogPosition, made_at: datetime, now: datetime
) -> str | None:
    """Merge the erasure log beside the backup into ours; return a message about erasures that both lack."""
    here.merge(beside, now)
    if here.end() is None:
        return (
            "There is no erasure log, neither beside the database nor beside the backup: "
            f"everything that was deleted after {_format_time(made_at)} is back."
        )
    begun = here.missing_since(made_at, carried_out)
    if begun is None:
        return None
    return (
        "The erasure log was started again after the backup was made: "
        f"everything that was deleted between {_format_time(made_at)} and {_format_time(begun)} is back."
    )


def _format_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
