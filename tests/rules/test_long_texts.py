"""A text that is typed only to keep the bot busy holds nobody up: each is read, or refused, in a moment."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from bot.readers.date_ranges import read_days, read_span
from bot.readers.dates import read_date_or_none
from bot.readers.durations import read_duration
from bot.readers.names import name_of, read_name, same_name
from bot.readers.simplified import LONGEST
from bot.readers.times import read_time
from bot.readers.weekdays import read_weekdays
from bot.readers.zones import offered_zones
from bot.texts.voice import lists, prompt_breaches

_LONGEST_OPTION = 6000  # characters of a command's option, as Discord allows
_MOST_SECONDS = 0.25  # of this processor, also where it is slow; an ordinary text takes some thousandths
_TODAY = date(2026, 11, 28)
_NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
_PIECES = (
    *("-", "1-", "1 - ", "24-", "\u2026", "\ufdfa", " to ", "to-", "24 dec - ", "mon-", "until ", "from "),
    *("1", "a", "e", "1:", ", ", "th ", "half ", "\u6708", "\u30fb1", "\u0661", "0.", "next ", "utc+"),
    *("san ", "\u200d", "e\u0301\u0323", "\U0001f600\u200d", "\U000e0061", "@", "://", "www.a"),
)

Reader = Callable[[str], object]


def _prompt(text: str) -> object:
    words = lists("en")
    assert words is not None
    return prompt_breaches(text[:320], words)


SHORT: dict[str, Reader] = {
    "times": read_time,
    "weekdays": read_weekdays,
    "dates": lambda text: read_date_or_none(text, _TODAY, "ja"),
    "days": lambda text: read_days(text, _TODAY),
    "spans": lambda text: read_span(text, _TODAY, "de"),
    "durations": read_duration,
    "zones": lambda text: offered_zones(text, _NOW),
}
LONG: dict[str, Reader] = {
    "names": lambda text: read_name(text, 40),
    "names of channels": lambda text: name_of(text, 40),
    "names that are compared": lambda text: same_name(text, text.upper()),
    "check-in texts": _prompt,
}


def _slowest(read: Reader, length: int, before: str = "") -> tuple[float, str]:
    """Return how many seconds the slowest text of a length takes, and the text's beginning."""
    found = []
    for piece in _PIECES:
        text = before + (piece * length)[: length - len(before)]
        begun = time.thread_time()
        read(text)
        found.append((time.thread_time() - begun, text[:20]))
    return max(found)


@pytest.mark.parametrize("read", [*SHORT.values(), *LONG.values()], ids=[*SHORT, *LONG])
def test_a_text_of_the_longest_kind_that_is_read_takes_a_moment(read: Reader) -> None:
    read("24 dec - 2 jan")  # loads the words of each language
    seconds, text = _slowest(read, LONGEST)
    assert seconds < _MOST_SECONDS, text


@pytest.mark.parametrize("read", [*SHORT.values(), *LONG.values()], ids=[*SHORT, *LONG])
def test_so_does_the_longest_text_that_discord_lets_through(read: Reader) -> None:
    seconds, text = _slowest(read, _LONGEST_OPTION, "\U0001f3f4")
    assert seconds < _MOST_SECONDS, text
