"""Values that moderators type: reading them, refusing them with a reason, and offering completions."""

from datetime import date

from discord import app_commands

from bot.errors import RefusalError
from bot.readers.wall_time import read_clock_time, read_date, read_weekdays
from bot.texts.catalogue import Say
from cogs.ui.payloads import MalformedError, decode

_MOST_CHOICES = 25
_LONGEST_CHOICE = 100
_DAYS = 7
_Choices = list[app_commands.Choice[str]]


def read_days(typed: str, say: Say) -> int:
    """Return the weekdays that were typed, bit 0 for Monday. Raises RefusalError for anything else."""
    weekdays = read_weekdays(typed, [say(f"days.{day}") for day in range(_DAYS)])
    if weekdays is None:
        raise RefusalError("refusals.days", typed=typed[:60])
    return weekdays


def read_minute(typed: str) -> int:
    """Return the minute since midnight that was typed. Raises RefusalError for anything else."""
    minute = read_clock_time(typed)
    if minute is None:
        raise RefusalError("refusals.clock_time", typed=typed[:20])
    return minute


def read_day(typed: str) -> date:
    """Return the date that was typed. Raises RefusalError for anything else."""
    day = read_date(typed)
    if day is None:
        raise RefusalError("refusals.date", typed=typed[:20])
    return day


def read_number(typed: str) -> int | None:
    """Return the id behind a chosen completion, or None if something else was typed."""
    try:
        return decode(typed.strip(), int)
    except MalformedError:
        return None


def offered_days(typed: str, say: Say) -> _Choices:
    """Return days as choices; after a comma, each is added to the days that were typed before it."""
    names = [say(f"days.{day}") for day in range(_DAYS)]
    before, comma, last = typed.rpartition(",")
    kept = f"{before.strip()}, " if comma and read_weekdays(before, names) else ""
    usual = [f"{names[0]}-{names[4]}", f"{names[5]}, {names[6]}", f"{names[0]}-{names[6]}"]
    offered = [f"{kept}{name}" for name in [*names, *([] if kept else usual)]]
    whole = [typed.strip()] if read_weekdays(typed, names) else []
    found = [each for each in offered if last.strip().casefold() in each.removeprefix(kept).casefold()]
    return matching([(each, each) for each in dict.fromkeys([*whole, *found])], "")


def matching(named: list[tuple[str, str]], typed: str) -> _Choices:
    """Return the choices, as name and value, whose name contains what was typed."""
    return [
        app_commands.Choice(name=name[:_LONGEST_CHOICE], value=value[:_LONGEST_CHOICE])
        for name, value in named
        if typed.casefold() in name.casefold()
    ][:_MOST_CHOICES]
