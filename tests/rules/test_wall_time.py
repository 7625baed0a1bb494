"""Wall time to moments, over every change of every zone, and zones by name."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.checkins.times import CheckinTimes, next_checkin
from bot.readers.zone_table import zones
from bot.scheduling.wall_time import (
    MONDAY_TO_SUNDAY,
    at_wall_time,
    is_zone,
    iso_week,
    local_date,
)
from tests.rules.transitions import changes, local_day_and_minute, minutes_around, moment_of


def test_gaps_and_folds_follow_rfc_5545_at_every_change_of_every_zone() -> None:
    wrong: list[str] = []
    looks = 0
    for zone in sorted(available_timezones()):
        found = changes(zone)
        for index, change in enumerate(found):
            near = found[max(0, index - 1) : index + 2]
            for local_seconds in minutes_around(change):
                day, minute = local_day_and_minute(local_seconds)
                looks += 1
                if at_wall_time(day.date(), minute, zone).timestamp() != moment_of(local_seconds, near):
                    wrong.append(f"{zone} {day}")
    assert wrong == []
    assert looks > 100_000  # the search itself found the changes


@pytest.mark.parametrize(
    ("zone", "day", "minute", "expected"),
    [
        ("America/New_York", date(2027, 3, 14), 150, datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
        ("America/New_York", date(2027, 11, 7), 90, datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 10, 4), 135, datetime(2026, 10, 3, 15, 45, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 30), 600, datetime(2011, 12, 30, 20, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 11, 23), 0, datetime(2026, 11, 22, 18, 15, tzinfo=UTC)),
    ],
    ids=["a gap of an hour", "a fold", "a gap of half an hour", "a day that never was", "no change"],
)
def test_well_known_wall_times_are_computed_correctly(
    zone: str, day: date, minute: int, expected: datetime
) -> None:
    assert at_wall_time(day, minute, zone) == expected


def test_check_ins_stand_inside_their_window_at_changes_of_many_zones() -> None:
    wrong: list[str] = []
    looks = 0
    for zone in sorted(available_timezones())[::8]:  # a sample, for time
        for moment, before, _ in changes(zone)[-6:]:  # the newest: those that come again
            day, minute = local_day_and_minute(moment + before)
            for start in (minute - 60, minute - 10, minute):
                times = CheckinTimes(
                    MONDAY_TO_SUNDAY, max(0, start), min(1440, max(0, start) + 90), zone, 7
                )
                after = at_wall_time(day.date() - timedelta(days=1), 0, zone)
                for _ in range(3):
                    found = next_checkin(times, moment, after)
                    assert found is not None
                    looks += 1
                    local = found.astimezone(ZoneInfo(zone))
                    shown = local.hour * 60 + local.minute
                    if local.fold or found <= after or not times.start_minute <= shown < times.end_minute:
                        wrong.append(f"{zone} {local}")
                    after = found
    assert wrong == []
    assert looks > 1_000


def test_moments_come_back_in_utc() -> None:
    assert at_wall_time(date(2026, 11, 23), 600, "Europe/Berlin").tzinfo is UTC


def test_the_local_date_is_that_of_the_zone() -> None:
    moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert local_date(moment, "Pacific/Kiritimati") == date(2026, 11, 24)
    assert local_date(moment, "Pacific/Pago_Pago") == date(2026, 11, 23)


def test_an_iso_week_belongs_to_the_year_of_its_thursday() -> None:
    assert iso_week(datetime(2027, 1, 3, 12, tzinfo=UTC), "UTC") == 202653
    assert iso_week(datetime(2027, 1, 4, 12, tzinfo=UTC), "UTC") == 202701
    assert iso_week(datetime(2027, 1, 3, 23, 30, tzinfo=UTC), "Europe/Berlin") == 202701


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", "x" * 300]
)
def test_a_name_that_is_not_in_the_tz_database_is_no_zone(name: str) -> None:
    assert not is_zone(name)


def test_all_zones_on_offer_are_zones() -> None:
    assert all(is_zone(name) for name in zones())
    assert len(zones()) > 400
