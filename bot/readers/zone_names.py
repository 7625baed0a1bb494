"""The names of time zones: their cities and countries, and what their times are called."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot.readers.simplified import Phrases, simplified
from bot.readers.words import ENGLISH, cldr, words_of
from bot.readers.zone_table import countries, old_names, zones

_CITIES = Path(__file__).parent / "cities.toml"
OTHER_CODES = {"uk": "GB", "us": "US", "usa": "US", "uae": "AE"}
"""The codes that people use for countries, besides the rest of ISO's."""


def key(name: str) -> str:
    """Return a name in the form in which names are compared."""
    return " ".join(simplified(name).replace("_", " ").replace("-", " ").split())


@cache
def well_known() -> tuple[str, ...]:
    """Return the zones of big cities, sorted."""
    return tuple(tomllib.loads(_CITIES.read_text(encoding="utf-8")))


@cache
def cities() -> Mapping[str, str]:
    """Return the zone of each city by its English name, and of some big cities by their other names."""
    named = {key(zone.rpartition("/")[2]): zone for zone in zones()}
    old = {key(name.rpartition("/")[2]): zone for name, zone in old_names().items() if "/" in name}
    listed = tomllib.loads(_CITIES.read_text(encoding="utf-8"))
    big = {key(name): zone for zone, names in listed.items() for name in names}
    return {**{name: zone for name, zone in old.items() if zone in zones()}, **big, **named}


@cache
def local_cities(language: str) -> Mapping[str, str]:
    """Return the zone of each city by its name in a language, if the CLDR has one."""
    named = cldr(language).time_zones
    found: dict[str, str] = {}
    for name, texts in named.items():
        zone = old_names().get(str(name), str(name))
        if "city" in texts and zone in zones():
            found[key(texts["city"])] = zone
    return found


@cache
def local_countries(language: str) -> Mapping[str, str]:
    """Return the ISO code of each country by its name in a language, and by the code itself."""
    named = {key(name): code for code, name in cldr(language).territories.items() if code in countries()}
    return {**{code.lower(): code for code in countries()}, **OTHER_CODES, **named}


@cache
def representative_zones() -> tuple[str, ...]:
    """Return zones that stand for all others with the same clocks, those of big cities first."""
    from babel.core import get_global  # noqa: PLC0415 - loaded when the first zone is read

    mapped = get_global("windows_zone_mapping").values()
    found = [*well_known(), *sorted(old_names().get(zone, zone) for zone in mapped)]
    return tuple(dict.fromkeys(zone for zone in found if zone in zones()))


@cache
def names_of_times(language: str) -> Mapping[str, Sequence[str]]:
    """Return representative zones by what their times are called: `eastern time`, `et`, `mez`."""
    from babel.core import get_global  # noqa: PLC0415 - loaded when the first zone is read

    times = cldr(language).meta_zones
    found: dict[str, list[str]] = {}
    zone_times = {old_names().get(zone, zone): time for zone, time in get_global("meta_zones").items()}
    for zone in representative_zones():
        for name in _names(times.get(zone_times.get(zone, ""), {}), language):
            found.setdefault(name, []).append(zone)
    return found


@cache
def words_around(language: str) -> Phrases:
    """Return what leaves out the words beside a city or a country, such as "time" and "heure de"."""
    words = words_of(language)
    return words.make_phrases(dict.fromkeys(map(key, words.listed["zones"]["around"]), " "))


def _names(time: Mapping[str, Any], language: str) -> Iterator[str]:
    for width in ("long", "short"):
        for name in time.get(width, {}).values():
            yield key(name)
            if language == ENGLISH and name.endswith(" Time"):
                yield key(name.removesuffix(" Time"))
