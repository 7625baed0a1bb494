"""The day on which people of a locale begin the week, from the CLDR's week data through Babel."""

from functools import lru_cache

_MONDAY = 0  # ISO 8601


@lru_cache(maxsize=64)
def week_start(locale: str) -> int:
    """Return the first day of the week in a locale such as `pt-BR`, 0 for Monday.

    A locale without a country, such as `ja`, is that of the country where most people speak it. Weeks of a
    locale that the CLDR doesn't know begin on Monday.
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - loaded when the first week is counted
    from babel.core import get_global  # noqa: PLC0415 - as above

    try:
        known = Locale.parse(locale, sep="-")
        if not known.territory:
            likely = get_global("likely_subtags").get(known.language, "")
            known = Locale(known.language, likely.rpartition("_")[2])
    except (UnknownLocaleError, ValueError):
        return _MONDAY
    return known.first_week_day
