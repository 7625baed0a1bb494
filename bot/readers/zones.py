"""Read time zones: by city, country, abbreviation, offset, or a name in the tz database."""

import re
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo

from bot.readers.result import Ambiguous, Read, Result, one_of
from bot.readers.simplified import simplified
from bot.readers.words import in_order, language_of
from bot.readers.zone_names import (
    OTHER_CODES,
    cities,
    key,
    local_cities,
    local_countries,
    names_of_times,
    representative_zones,
    well_known,
    words_around,
)
from bot.readers.zone_table import countries, distinct_clocks, old_names, rules_in, zones

MOST_CHOICES = 25  # as many as a list of Discord can offer

_AMBIGUOUS = "ambiguous.zone"
_UNREADABLE = "unreadable.zone"
_OFFSET = re.compile(
    r"[(]?(?:utc|gmt)?\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>\d{2}))?h?[)]?"
)
_ZERO = re.compile(r"(?:utc|z|zulu|universal)(?:[+-]?0{1,2}(?::?00)?)?|[+-]00?:?0*|gmt[+-]0")
_OFFSET_BEFORE = re.compile(r"^[(]?(?:utc|gmt)[ +\d:]*[)]? ?")  # "(GMT+1) Berlin"
_BEGINNING = 3  # letters of a city that are enough
_CODE = 2  # letters of a country's code
_SIMILAR, _MOST_SIMILAR = 0.8, 5
_OTHER_NAME = 4  # letters of a name without a city, such as `Japan`; shorter ones are abbreviations


def read_zone(typed: str, now: datetime, locale: str = "en") -> Result[str]:
    """Read a time zone and give its name in the tz database.

    Reads cities (`Berlin`, `San Francisco`), countries, abbreviations (`CST`), offsets (`UTC+2`) and
    names, old ones too (`US/Eastern`). Offsets and abbreviations are those of `now` and its year.
    """
    wanted = key(typed)
    if found := _by_offset(simplified(typed), now):
        return one_of(found[:MOST_CHOICES], _AMBIGUOUS, _UNREADABLE)
    for find in (_by_name, _by_place_or_time, _by_address, _by_beginning):
        if found := list(find(wanted, now, locale)):
            return one_of(found[:MOST_CHOICES], _AMBIGUOUS, _UNREADABLE)
    similar = get_close_matches(wanted, cities(), _MOST_SIMILAR, _SIMILAR)
    if similar:
        return Ambiguous(list(dict.fromkeys(cities()[each] for each in similar)), _AMBIGUOUS)
    return one_of([], _AMBIGUOUS, _UNREADABLE)


def offered_zones(typed: str, now: datetime, locale: str = "en", most: int = MOST_CHOICES) -> list[str]:
    """Return up to `most` zones to offer while someone types."""
    wanted = key(typed)
    if not wanted:
        return [] if typed.strip() else list(well_known()[:most])
    result = read_zone(typed, now, locale)
    first = [result.value] if isinstance(result, Read) else list(getattr(result, "choices", ()))
    inside = [zone for zone in zones() if wanted in key(zone)]
    inside.sort(key=lambda zone: not key(zone).rpartition("/")[2].startswith(wanted))
    return list(dict.fromkeys([*first, *inside]))[:most]


def _by_offset(text: str, now: datetime) -> list[str]:
    """Return zones whose clocks have an offset from UTC now, one for each rule of summer time."""
    if _ZERO.fullmatch(text):
        return ["UTC"]
    found = _OFFSET.fullmatch(text)
    if found is None:
        return []
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    wanted = -ahead if found["sign"] == "-" else ahead
    same = [zone for zone in representative_zones() if now.astimezone(ZoneInfo(zone)).utcoffset() == wanted]
    return distinct_clocks(same, now.year, well_known())


def _by_name(wanted: str, _: datetime, __: str) -> list[str]:
    """Return the zone with a name in the tz database, new or old."""
    named = _names_in_tz()
    return [named[wanted]] if wanted in named else []


@cache
def _names_in_tz() -> dict[str, str]:
    old = {name: zone for name, zone in old_names().items() if "/" in name or len(name) >= _OTHER_NAME}
    words = {name: zone for name, zone in old.items() if zone in zones() and not name[-1].isdigit()}
    every = [*words.items(), *((zone, zone) for zone in zones())]
    return {key(shown): zone for name, zone in every for shown in (name.replace("/", " "), name)}


def _by_place_or_time(wanted: str, now: datetime, locale: str) -> list[str]:
    """Return the zones of a city or country, or those whose time has the name; both for two letters."""
    places = _by_place(wanted, now, locale)
    if places and len(wanted) > _CODE:
        return places
    return list(dict.fromkeys([*_by_time(wanted, now, locale), *places]))


def _by_place(wanted: str, now: datetime, locale: str) -> list[str]:
    """Return the zone of a city, or the zones of a country whose clocks differ."""
    found = [cities()[wanted]] if wanted in cities() else []
    for group in in_order(locale):
        for language in group:
            if city := local_cities(language).get(wanted):
                return [city, *found]
            if code := local_countries(language).get(wanted):
                return [*found, *distinct_clocks(countries()[code], now.year, well_known())]
        if found and len(wanted) > _CODE:
            break  # a city by its own name is not looked for in other languages
    return found


def _by_time(wanted: str, now: datetime, locale: str) -> list[str]:
    """Return a zone for each kind of clock whose time has a name or abbreviation, such as `CST`."""
    abbreviated = [
        zone
        for zone in ("UTC", *representative_zones())
        if wanted in {(name or "").casefold() for _, name in rules_in(zone, now.year)}
        or (zone, wanted) == ("UTC", "gmt")
    ]
    named = [
        zone
        for group in in_order(locale)
        for language in group
        for zone in names_of_times(language).get(wanted, ())
    ]
    return distinct_clocks([*abbreviated, *named], now.year, well_known())


def _by_address(wanted: str, now: datetime, locale: str) -> list[str]:
    """Return the zone of a city that is typed with its country or with other words around it."""
    city, _, rest = wanted.partition(",")
    if not rest:
        return _by_part(_OFFSET_BEFORE.sub("", wanted), wanted, now, locale)
    zones_there = _by_place(rest.strip(), now, locale)
    found = _by_place(city.strip(), now, locale)
    return [zone for zone in found if zone in zones_there] or found


def _by_part(text: str, wanted: str, now: datetime, locale: str) -> list[str]:
    """Return the zones of what a text says besides words such as "time"; "my time" is nowhere."""
    for group in in_order(locale):
        for language in group:
            place = " ".join(words_around(language).to_symbols(text).split())
            if place in ("", wanted):
                continue
            is_code = place.upper() in countries() and place not in OTHER_CODES
            find = _by_time if is_code else _by_place_or_time
            if found := find(place, now, locale):
                return found
    return []


def _by_beginning(wanted: str, now: datetime, locale: str) -> list[str]:
    """Return the zones of the cities whose names begin with what was typed."""
    if len(wanted) < _BEGINNING:
        return []
    named = {**cities(), **local_cities(language_of(locale))}
    return list(dict.fromkeys(zone for name, zone in named.items() if name.startswith(wanted)))
