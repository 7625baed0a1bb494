"""Dates in the reader's language, from the CLDR through Babel."""

from datetime import date


def date_with_day(day: date, locale: str) -> str:
    """Return a date with its day of the week in a locale such as `pt-BR`: "Thu, Dec 24, 2026"."""
    from babel.dates import format_skeleton  # noqa: PLC0415 - loaded when the first date is shown

    return format_skeleton("yMMMEd", day, locale=locale.replace("-", "_"))
