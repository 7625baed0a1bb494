"""The time zones of the tz database that people can choose, with their countries and old names."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_MONTHS = range(1, 13)


@cache
def countries() -> Mapping[str, Sequence[str]]:
    """Return the zones of each country by its ISO code, the main one first; each is named after a city."""
    found: dict[str, list[str]] = {}
    for line in _lines("zone.tab"):
        country, _, zone, *_ = line.split("\t")
        found.setdefault(country, []).append(zone)
    return found


@cache
def zones() -> tuple[str, ...]:
    """Return the zones that are named after cities, sorted, and UTC."""
    return (*sorted(zone for each in countries().values() for zone in each), "UTC")


@cache
def old_names() -> Mapping[str, str]:
    """Return the zone for each old or other name, such as `Asia/Calcutta`, `US/Eastern` or `Japan`."""
    links = [line.split()[1:3] for line in _lines("tzdata.zi") if line.startswith("L ")]
    utc = {name for target, name in links if target in {"Etc/UTC", "Etc/GMT"}} | {"Etc/UTC", "Etc/GMT"}
    renamed = {name: target for target, name in links if name not in zones()}
    return {**renamed, **dict.fromkeys(utc - set(zones()) - {"GMT"}, "UTC")}


@lru_cache(512)
def rules_in(zone: str, year: int) -> tuple[tuple[timedelta | None, str | None], ...]:
    """Return the offset and abbreviation in the middle of each month of a year."""
    moments = [datetime(year, month, 15, 12, tzinfo=UTC).astimezone(ZoneInfo(zone)) for month in _MONTHS]
    return tuple((each.utcoffset(), each.tzname()) for each in moments)


def distinct_clocks(found: Sequence[str], year: int, preferred: Sequence[str]) -> list[str]:
    """Return one of each group of zones whose clocks agree all year: the one that is preferred first."""
    groups: dict[tuple[timedelta | None, ...], list[str]] = {}
    for zone in found:
        groups.setdefault(tuple(offset for offset, _ in rules_in(zone, year)), []).append(zone)
    rank = {zone: number for number, zone in enumerate(preferred)}
    return [min(each, key=lambda zone: rank.get(zone, len(rank))) for each in groups.values()]


def _lines(name: str) -> list[str]:
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
