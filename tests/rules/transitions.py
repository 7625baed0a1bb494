"""Every change of a zone's UTC offset, and RFC 5545's rule for gaps and folds computed from them alone.

Only the conversion from UTC to local time, which has no gaps or folds, comes from `zoneinfo`; the reverse,
which the product needs, is computed here in plain seconds.
"""

from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local time as plain seconds has no zone
_FROM = int(datetime(1970, 1, 1, tzinfo=UTC).timestamp())
_UNTIL = int(datetime(2040, 1, 1, tzinfo=UTC).timestamp())
_STEP_SECONDS = 5 * 86400  # no zone changes and changes back within five days

Change: TypeAlias = tuple[int, int, int]
"""The moment, and the seconds east of UTC before and from then on."""


def changes(zone: str) -> list[Change]:
    """Return every change of the zone's offset until 2040, in order."""
    info = ZoneInfo(zone)
    found: list[Change] = []
    before = _offset(_FROM, info)
    for moment in range(_FROM, _UNTIL, _STEP_SECONDS):
        after = _offset(moment, info)
        if after != before:
            found.append((_first_with(after, moment - _STEP_SECONDS, moment, info), before, after))
            before = after
    return found


def moment_of(local_seconds: int, near: list[Change]) -> int:
    """Return the moment that clocks show `local_seconds`, by RFC 5545, 3.3.5; `near` is around it."""
    offsets = {before for _, before, _ in near} | {after for _, _, after in near}
    shown = [local_seconds - each for each in offsets if _at(local_seconds - each, near) == each]
    if shown:
        return min(shown)
    for moment, before, after in near:
        if moment + before <= local_seconds < moment + after:
            return local_seconds - before
    raise AssertionError("neither shown nor skipped")


def minutes_around(change: Change) -> list[int]:
    """Return the whole minutes to test, in local seconds: at the edges of the gap or fold, and inside."""
    moment, before, after = change
    low, high = sorted((moment + before, moment + after))
    looks = [low - 3600, low - 60, low, low + 60, (low + high) // 2, high - 60, high, high + 60]
    return [look // 60 * 60 for look in looks]


def local_day_and_minute(local_seconds: int) -> tuple[datetime, int]:
    """Return the day and the minute since midnight that `local_seconds` stand for."""
    shown = EPOCH + timedelta(seconds=local_seconds)
    return shown, shown.hour * 60 + shown.minute


def _at(moment: int, near: list[Change]) -> int:
    offset = near[0][1]
    for at, _, after in near:
        if at <= moment:
            offset = after
    return offset


def _offset(moment: int, info: ZoneInfo) -> int:
    shown = datetime.fromtimestamp(moment, info).utcoffset()
    assert shown is not None
    return int(shown.total_seconds())


def _first_with(offset: int, low: int, high: int, info: ZoneInfo) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, info) == offset:
            high = middle
        else:
            low = middle
    return high
