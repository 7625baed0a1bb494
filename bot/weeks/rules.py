"""Which weeks are shown, and how a picture shows them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.readers.locale_calendar import numeric_date
from bot.weeks.model import Column, Week

WEEKS_SHOWN = 12
_FULL = 7  # sits or taps a week from which on a stone is full


def monday(week: int) -> date:
    """Return the first day of an ISO week (year * 100 + week)."""
    return date.fromisocalendar(week // 100, week % 100, 1)


def week_of(day: date) -> int:
    """Return the ISO week of a day, as year * 100 + week."""
    year, week, _ = day.isocalendar()
    return year * 100 + week


def weeks_until(week: int, count: int = WEEKS_SHOWN) -> list[int]:
    """Return the `count` weeks that end with `week`, oldest first."""
    last = monday(week)
    return [week_of(last - timedelta(weeks=back)) for back in reversed(range(count))]


def recent(saved: Iterable[Week], this_week: int) -> list[Week]:
    """Return the newest twelve weeks, oldest first, with the empty ones between those that are saved.

    They end with this week, or a week later where a member's own zone is ahead of the server's.
    """
    by_week = {each.week: each for each in saved}
    return [by_week.get(week, Week(week, 0, 0)) for week in weeks_until(max([this_week, *by_week]))]


def not_empty(weeks: Sequence[Week]) -> list[Week]:
    """Return the weeks with a count. Texts leave the others out, as the picture does."""
    return [each for each in weeks if each.sits or each.checkins]


def columns(weeks: Sequence[Week], locale: str) -> list[Column]:
    """Return what a picture of a member's weeks shows: the exact numbers, and each week's first day."""
    return [
        Column(numeric_date(monday(each.week), locale), _stone(each.sits), _stone(each.checkins))
        for each in weeks
    ]


def _stone(count: int) -> tuple[str, float] | None:
    return (str(count), min(count, _FULL) / _FULL) if count else None
