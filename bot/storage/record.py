"""Convert between rows and dataclasses.

Datetimes are stored as UTC seconds, local dates as ISO 8601, booleans as 0 and 1. A field whose type allows
only some values is annotated with a function that says which: `zone: Annotated[str, is_zone]`.
"""

import enum
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Annotated, Any, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

from bot.errors import RefusalError

Stored: TypeAlias = int | str | None
SqlValue: TypeAlias = int | str | bool | date | datetime | enum.Enum | None
M = TypeVar("M")

log = logging.getLogger(__name__)

_STORED_TYPES = {int, str, type(None)}  # not their subclasses: enums and booleans are converted
_FIRST_YEAR = 1970
_LAST_DATE = date(9998, 12, 31)  # a few days later still is a date
_LAST_MOMENT = datetime(9999, 1, 1, tzinfo=UTC)  # of a pause without an end


class UnreadableRowError(RefusalError):
    """A row with a value that cannot be read, such as a time zone that this machine does not know.

    As a refusal it tells a member that only what they asked for is out of service.
    """

    def __init__(self, model: type[object], column: str) -> None:
        super().__init__("refusals.unreadable")
        self.args = (f"{column} of {model.__name__} cannot be read",)
        self.model = model
        self.column = column


def to_stored(value: SqlValue) -> Stored:
    """Return `value` as it is stored."""
    if type(value) in _STORED_TYPES:
        return cast("Stored", value)
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return to_stored(value.value)
    return int(value) if isinstance(value, bool) else value


def to_model(model: type[M], row: Mapping[str, Stored]) -> M:
    """Return `row` as an instance of `model`, a dataclass with a field for each column that it needs.

    Raises UnreadableRowError, and logs it once for each column, if a value cannot be read.
    """
    readers = _readers(cast("Any", model))
    values = {}
    for column, read in readers.items():
        try:
            values[column] = read(row[column])
        except (ValueError, OverflowError, OSError):
            _log_unreadable(model.__name__, column)
            raise UnreadableRowError(model, column) from None
    return model(**values)


def to_models(model: type[M], rows: Sequence[Mapping[str, Stored]]) -> list[M]:
    """Return the rows that can be read as instances of `model`; leave the others out."""
    found = []
    for row in rows:
        try:
            found.append(to_model(model, row))
        except UnreadableRowError:
            continue
    return found


def to_model_or(default: M, row: Mapping[str, Stored]) -> M:
    """Return `row` as an instance of the type of `default`, which gives the values that cannot be read."""
    model = type(default)
    bad = unreadable_columns(model, row)
    return to_model(model, {**row, **{column: to_stored(getattr(default, column)) for column in bad}})


def unreadable_columns(model: type[object], row: Mapping[str, Stored]) -> list[str]:
    """Return the columns whose values cannot be read as fields of `model`."""
    found = []
    for column, read in _readers(cast("Any", model)).items():
        try:
            read(row[column])
        except (ValueError, OverflowError, OSError):
            found.append(column)
    return found


def read_moment(value: int) -> datetime:
    """Return a stored moment. Raises ValueError if it is none that the bot can save."""
    moment = datetime.fromtimestamp(value, UTC)
    if not moment.year >= _FIRST_YEAR or moment > _LAST_MOMENT:
        raise ValueError("not a moment that the bot saves")
    return moment


def _read_date(value: str) -> date:
    day = date.fromisoformat(value)
    if day.year < _FIRST_YEAR or day > _LAST_DATE:
        raise ValueError("not a date that the bot saves")
    return day


@cache  # one line for each column, not for each reading
def _log_unreadable(model: str, column: str) -> None:
    log.warning("a row of %s is out of service: its %s cannot be read", model, column)


@cache
def _readers(model: Any) -> dict[str, Callable[[Any], Any]]:  # noqa: ANN401 - any dataclass
    hints = get_type_hints(model, include_extras=True)
    return {name: _reader(hint) for name, hint in hints.items()}


def _reader(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type expression has no static type
    if get_origin(hint) is Annotated:
        kind, *allowed = get_args(hint)
        return partial(_read_allowed, _reader(kind), tuple(allowed))
    if type(None) in get_args(hint):
        some = _reader(next(part for part in get_args(hint) if part is not type(None)))
        return lambda value: None if value is None else some(value)
    if hint is datetime:
        return read_moment
    if hint is date:
        return _read_date
    if isinstance(hint, type) and issubclass(hint, bool | enum.Enum):
        return hint
    return lambda value: value


def _read_allowed(
    read: Callable[[Any], Any],
    allowed: tuple[Callable[[Any], bool], ...],
    value: Any,  # noqa: ANN401 - of any type
) -> Any:  # noqa: ANN401 - of any type
    found = read(value)
    if not all(is_allowed(found) for is_allowed in allowed):
        raise ValueError("not a value that the bot saves")
    return found
