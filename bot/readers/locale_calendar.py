"""How people of a locale count weeks and write dates, from the CLDR through Babel."""

import contextlib
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

_MONDAY = 0  # ISO 8601


def week_start(locale: str) -> int:
    """Return the first day of the week in a locale such as `pt-BR`, 0 for Monday.

    A locale without a country, such as `ja`, is that of the country where most people speak it. Weeks of a
    locale that the CLDR doesn't know begin on Monday.
    """
    known = _found(locale)
    return _MONDAY if known is None else known.first_week_day


def numeric_date(day: date, locale: str) -> str:
    """Return a day without its year in digits, as people write it there: `2/1`, `1.2.`, `01/02`.

    In a locale that the CLDR doesn't know it is `02-01`.
    """
    from babel.dates import format_skeleton  # noqa: PLC0415 - loaded when the first date is written

    known = _found(locale)
    if known is None:
        return f"{day:%m-%d}"
    return "".join(format_skeleton("Md", day, locale=known).split())


@lru_cache(maxsize=64)
def _found(locale: str) -> "Locale | None":
    """Return the CLDR's data of a locale, with its country if that is known, or None."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - loaded when first needed
    from babel.core import get_global  # noqa: PLC0415 - as above

    known = None
    with contextlib.suppress(UnknownLocaleError, ValueError):
        known = Locale.parse(locale, sep="-")
        if not known.territory:
            likely = get_global("likely_subtags").get(known.language, "")
            known = Locale(known.language, likely.rpartition("_")[2])
    return known
