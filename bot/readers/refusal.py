"""The refusal of what can't be read, for services."""

from bot.errors import RefusalError
from bot.readers.names import read_name
from bot.readers.result import Unreadable

_LONGEST_SHOWN = 60  # characters of what was typed, in a text about it


def refusal_of(result: Unreadable, typed: str) -> RefusalError:
    """Return the refusal that says what can be read instead of what was typed."""
    return RefusalError(result.key, typed=typed[:_LONGEST_SHOWN], detail=result.detail)


def checked_name(typed: str, longest: int) -> str:
    """Return the name that was typed, as `read_name` reads it. Raises RefusalError if it can't be one."""
    result = read_name(typed, longest)
    if isinstance(result, Unreadable):
        raise refusal_of(result, typed)
    return result.value
