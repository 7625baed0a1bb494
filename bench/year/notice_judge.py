"""A judge that checks which room notices reached a member against the promises, without the bot's rules."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

NOTICE_PROMISES = (
    "after settling in",
    "twice about one session",
    "left after the close",
    "removed before the close",
    "not half as often after two unanswered",
    "after four unanswered",
    "too seldom after two unanswered",
    "missing though wanted",
    "in a pause",
    "in quiet hours",
    "after consent ended",
)
_SETTLING = 10  # one part of so many of a session's minutes
_EASED_AFTER = 2
_MOST_UNANSWERED = 4


@dataclass(frozen=True, slots=True)
class Opened:
    """A scheduled session of a room that the member chose."""

    session_id: int
    at: datetime
    minutes: int

    @property
    def settles_until(self) -> datetime:
        """When it is too late for a notice."""
        return self.at + timedelta(minutes=max(1, self.minutes // _SETTLING))

    @property
    def closes_at(self) -> datetime:
        """When its notice has to be removed."""
        return self.at + timedelta(minutes=self.minutes)


class NoticeJudge:
    """Follows one member. `broken` counts broken promises, `seen` everything else that is reported."""

    def __init__(self, broken: Counter[str], seen: Counter[str]) -> None:
        self.broken = broken
        self.seen = seen
        self._has_agreed = False
        self._quiet: tuple[str, int, int] | None = None  # time zone, and two minutes of the day
        self._paused_until: datetime | None = None
        self._unanswered = 0
        self._left_out = 0  # wanted sessions without a notice since the last notice
        self._had: set[int] = set()  # the sessions that had a notice
        self._in_view: set[int] = set()

    def agreed(self, quiet: tuple[str, int, int] | None) -> None:
        """Note that the member agreed to notices, but not in `quiet` hours."""
        self._has_agreed, self._quiet = True, quiet
        self.tapped()

    def ended(self) -> None:
        """Note that the member turned notices off, which deletes the one in view."""
        self._has_agreed, self._paused_until = False, None
        self._in_view.clear()

    def paused(self, until: datetime) -> None:
        """Note that nothing may come before `until`."""
        self._paused_until = until

    def returned(self) -> None:
        """Note that the member resumed notices."""
        self._paused_until = None
        self.tapped()

    def tapped(self) -> None:
        """Note that the member tapped a notice: every notice comes again."""
        self._unanswered = self._left_out = 0

    def came(self, session: Opened, at: datetime) -> None:
        """Judge a notice of a session."""
        self.seen["notices"] += 1
        number = session.session_id
        broken = {
            "after consent ended": not self._has_agreed,
            "twice about one session": number in self._had,
            "after settling in": not session.at <= at < session.settles_until,
            "in a pause": self._is_paused(at),
            "in quiet hours": self._is_quiet(at),
            "after four unanswered": self._unanswered >= _MOST_UNANSWERED,
            "not half as often after two unanswered": self._unanswered >= _EASED_AFTER
            and not self._left_out,
        }
        self.broken.update(name for name, is_broken in broken.items() if is_broken)
        self._had.add(number)
        self._in_view.add(number)
        self._unanswered, self._left_out = self._unanswered + 1, 0

    def did_not_come(self, session: Opened, at: datetime) -> None:
        """Judge that no notice of a session came, although it was its turn to be sent at `at`."""
        self.seen["none"] += 1
        is_possible = self._has_agreed and at < session.settles_until and not self._is_paused(at)
        if not is_possible or self._is_quiet(at) or self._unanswered >= _MOST_UNANSWERED:
            return
        if self._unanswered < _EASED_AFTER:
            self.broken["missing though wanted"] += 1
        elif self._left_out:
            self.broken["too seldom after two unanswered"] += 1
        self._left_out += 1

    def removed(self, session: Opened, at: datetime) -> None:
        """Judge the removal of a session's notice."""
        self.broken["removed before the close"] += at < session.closes_at
        self._in_view.discard(session.session_id)

    def closed(self, session: Opened) -> None:
        """Judge what is in view after a session closed."""
        self.broken["left after the close"] += session.session_id in self._in_view
        self._in_view.discard(session.session_id)

    def _is_paused(self, at: datetime) -> bool:
        return self._paused_until is not None and at < self._paused_until

    def _is_quiet(self, at: datetime) -> bool:
        if self._quiet is None:
            return False
        zone, begin, end = self._quiet
        local = at.astimezone(ZoneInfo(zone))
        return (local.hour * 60 + local.minute - begin) % 1440 < (end - begin) % 1440
