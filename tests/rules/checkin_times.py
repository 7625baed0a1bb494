"""Times of check-ins that the rules are tested with, and when check-ins come by them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.checkins.times import (
    CheckinTimes,
    next_checkin,
)
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY, local_date

ZONES = st.sampled_from(
    [
        *("UTC", "America/New_York", "America/St_Johns", "America/Scoresbysund", "America/Havana"),
        *("Europe/Berlin", "Europe/London", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut"),
        *("Asia/Gaza", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham"),
    ]
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds it
WEEKDAYS = st.integers(1, MONDAY_TO_SUNDAY)
DAY = timedelta(days=1)


@st.composite
def daytimes(draw: st.DrawFn) -> CheckinTimes:
    """Draw times in the daytime, when no zone changes its clocks."""
    start = draw(st.integers(5 * 60, 20 * 60))
    end = draw(st.integers(start + 15, 22 * 60))
    return CheckinTimes(draw(WEEKDAYS), start, end, draw(ZONES), draw(st.integers(1, 7)))


@st.composite
def nights(draw: st.DrawFn) -> CheckinTimes:
    """Draw times that go past midnight, and over changes of the clocks."""
    start = draw(st.integers(18 * 60, 22 * 60))
    end = draw(st.integers(24 * 60 + 1, start + 24 * 60 - 1))
    return CheckinTimes(draw(WEEKDAYS), start, end, draw(ZONES), draw(st.integers(1, 7)))


HOURS = daytimes() | nights()


def day_for(times: CheckinTimes, moment: datetime) -> date:
    """Return the day whose window, or whose night, `moment` is in."""
    day = local_date(moment, times.zone)
    goes_on = minute_of(moment, times.zone) + 24 * 60 < times.end_minute
    return day - DAY if goes_on else day


def minute_for(times: CheckinTimes, moment: datetime) -> int:
    """Return the wall-clock minutes since that day began."""
    days = (local_date(moment, times.zone) - day_for(times, moment)).days
    return minute_of(moment, times.zone) + days * 24 * 60


def week_for(times: CheckinTimes, moment: datetime) -> tuple[int, int]:
    return day_for(times, moment).isocalendar()[:2]


def sequence(times: CheckinTimes, key: int, after: datetime, *, eased: bool = False) -> Iterator[datetime]:
    """Yield check-ins one after the other, as the service schedules them."""
    moment = next_checkin(times, key, after, eased=eased)
    while moment is not None:
        yield moment
        moment = next_checkin(times, key, moment, eased=eased)


def minute_of(moment: datetime, zone: str) -> int:
    local = moment.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute
