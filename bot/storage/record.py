"""Convert between rows and dataclasses.

Datetimes are stored as UTC seconds, local dates as ISO 8601, booleans as 0 and 1.
"""

import enum
import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

Stored: TypeAlias = int | str | None
SqlValue: TypeAlias = int | str | bool | date | datetime | enum.Enum | None
M = TypeVar("M")


def to_stored(value: SqlValue) -> Stored:
    """Return `value` as it is stored."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return to_stored(value.value)
    return int(value) if isinstance(value, bool) else value


def to_model(model: type[M], row: Mapping[str, Stored]) -> M:
    """Return `row` as an instance of `model`, a dataclass with a field for each column that it needs."""
    readers = _readers(cast("Any", model))
    return model(**{name: readers[name](row[name]) for name in readers})


@cache
def _readers(model: Any) -> dict[str, Callable[[Any], Any]]:  # noqa: ANN401 - any dataclass
    return {name: _reader(hint) for name, hint in get_type_hints(model).items()}


def _reader(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type expression has no type of its own
    if get_origin(hint) is types.UnionType:
        some = _reader(next(part for part in get_args(hint) if part is not type(None)))
        return lambda value: None if value is None else some(value)
    if hint is datetime:
        return lambda value: datetime.fromtimestamp(value, UTC)
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, bool | enum.Enum):
        return hint
    return lambda value: value
