"""Dates in the reader's language, from the CLDR through Babel."""

from datetime import date
from functools import lru_cache


def date_with_day(day: date, locale: str) -> str:
    """Return a date with its day of the week in a locale such as `pt-BR`: "Thu, Dec 24, 2026"."""
    from babel.dates import format_skeleton  # noqa: PLC0415 - loaded when the first date is shown

    return format_skeleton("yMMMEd", day, locale=locale.replace("-", "_"))


@lru_cache(maxsize=64)
def is_known(locale: str) -> bool:
    """Return whether the CLDR knows a locale such as `pt-BR`."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - as above

    try:
        Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True
