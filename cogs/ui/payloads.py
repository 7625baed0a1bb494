"""Payloads as text in custom ids, written and read by their types."""

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeAlias, TypeVar, cast

T = TypeVar("T")

_LARGEST_INTEGER = (1 << 63) - 1  # the largest integer in SQLite; Discord's ids are smaller
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_SEPARATOR = "."  # of a payload's fields


class MalformedError(ValueError):
    """A text cannot be read as the wanted type, or a value cannot be written as text."""


class Least(NamedTuple):
    """The smallest number that a field may hold, if that is not 1."""

    number: int


OrZero: TypeAlias = Annotated[int, Least(0)]


def encode(value: object, kind: Any) -> str:  # noqa: ANN401 - a type hint of any kind
    """Return `value` as text, by its type hint. Raises MalformedError if it could not be read back.

    Moments are written in whole seconds.
    """
    codec = _codec(kind)
    text = codec.encode(value)
    _read(codec, text)
    return text


def decode(text: str, kind: type[T]) -> T:
    """Return the value of the type `kind` that `text` holds. Raises MalformedError for any other text."""
    codec: _Codec = _codec(cast("Any", kind))
    value: T = _read(codec, text)
    if codec.encode(value) != text:
        raise MalformedError(text)
    return value


class _Codec(NamedTuple):
    """How values of one type are written and read."""

    encode: Callable[[Any], str]
    decode: Callable[[str], Any]


def _read(codec: _Codec, text: str) -> Any:  # noqa: ANN401 - of the codec's type
    try:
        return codec.decode(text)
    except (ValueError, LookupError, OverflowError, OSError) as error:  # the last two: beyond the calendar
        raise MalformedError(text) from error


@cache  # one for each type hint in the code
def _codec(kind: Any) -> _Codec:  # noqa: ANN401 - a type hint of any kind
    """Return the codec of a type hint. Raises TypeError for a type that has none."""
    least = next((each.number for each in typing.get_args(kind)[1:] if isinstance(each, Least)), 1)
    if kind is int or typing.get_origin(kind) is Annotated:
        return _Codec(str, lambda text: _read_number(text, least))
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        (inner,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
        return _optional(_codec(inner))
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _Codec(lambda value: str(value.value), {str(each.value): each for each in kind}.__getitem__)
    if hasattr(kind, "encode") and hasattr(kind, "decode"):
        return _Codec(kind.encode, kind.decode)
    if dataclasses.is_dataclass(kind):
        return _of_fields(kind)
    raise TypeError(f"no codec for {kind}")


def _of_fields(kind: Any) -> _Codec:  # noqa: ANN401 - a dataclass
    """Return the codec of a dataclass: its fields in their order, separated."""
    hints = typing.get_type_hints(kind, include_extras=True)
    names = [each.name for each in dataclasses.fields(kind)]
    codecs = [_codec(hints[name]) for name in names]

    def write(value: object) -> str:
        return _SEPARATOR.join(
            codec.encode(getattr(value, name)) for name, codec in zip(names, codecs, strict=True)
        )

    def read(text: str) -> object:
        parts = _split(text, len(codecs))
        return kind(*(codec.decode(part) for codec, part in zip(codecs, parts, strict=True)))

    return _Codec(write, read)


def _split(text: str, count: int) -> Sequence[str]:
    """Return the texts of `count` fields; a single field may hold any text."""
    if count == 1:
        return [text]
    return text.split(_SEPARATOR) if text else []


def _optional(codec: _Codec) -> _Codec:
    """Return the codec of a value that may be None, written as no text."""
    return _Codec(
        lambda value: "" if value is None else codec.encode(value),
        lambda text: codec.decode(text) if text else None,
    )


def _read_number(text: str, least: int = 1) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= _LARGEST_INTEGER:
        raise ValueError(text)
    return int(text)


def _read_date(text: str) -> date:
    return date.fromisoformat(text) if _DATE.fullmatch(text) else _refuse(text)


def _read_word(text: str) -> str:
    return text if _WORD.fullmatch(text) else _refuse(text)


def _refuse(text: str) -> typing.NoReturn:
    raise ValueError(text)


_PLAIN: dict[Any, _Codec] = {
    bool: _Codec(lambda value: str(int(value)), {"0": False, "1": True}.__getitem__),
    date: _Codec(date.isoformat, _read_date),
    datetime: _Codec(
        lambda value: str(int(value.timestamp())),
        lambda text: datetime.fromtimestamp(_read_number(text), UTC),
    ),
    str: _Codec(str, _read_word),
}
