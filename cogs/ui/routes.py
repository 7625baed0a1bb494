"""Routes: every durable button, select and form, with its payload, who may use it and its handler.

A custom id is `feature:verb:detail:v1`. It contains all that its handler needs, so a component still works
after a restart. The detail is the payload, written and read by its type. Anyone can send an interaction
that no client would, so a detail is read only in the exact form in which it is written here.
"""

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import ModuleType
from typing import Annotated, Any, Generic, NamedTuple, NewType, ParamSpec, TypeAlias, TypeVar

import discord

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import Guard

Fields = ParamSpec("Fields")
PayloadT = TypeVar("PayloadT")
OwnerT = TypeVar("OwnerT")
T = TypeVar("T")
AnyRoute: TypeAlias = "Route[..., Any]"
Method: TypeAlias = Callable[[OwnerT, Interaction, PayloadT], Awaitable[None]]
CustomId = NewType("CustomId", str)  # made by routes alone, so that no component can name anything else

CUSTOM_ID = re.compile(r"(?P<name>[a-z]+:[a-z_]+):(?P<detail>.*):(?P<version>v[0-9]+)")

_VERSION = "v1"
_LONGEST = 100  # characters of a custom id, as Discord counts them: in UTF-16
_MARK = "__route__"
_LARGEST = (1 << 63) - 1  # the largest integer in SQLite; Discord's ids are smaller
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_SEPARATOR = "."  # of a payload's fields


@dataclass(frozen=True, slots=True)
class NoPayload:
    """The payload of routes that need nothing but the interaction."""


class Route(Generic[Fields, PayloadT]):
    """One durable action: its name (`rooms:sit`), the payload in its custom ids, and who may use it.

    `ROUTE(field, …)` returns a custom id with the payload of these fields, `ROUTE.of(payload)` with the
    payload itself. Only forms lead to a route that `is_form`, only buttons and selects to others.
    After a route that `may_ask_again`, a member is shown a consent text that has changed.
    """

    def __init__(
        self,
        name: str,
        payload: Callable[Fields, PayloadT],
        *,
        guard: Guard,
        is_form: bool = False,
        may_ask_again: bool = False,
    ) -> None:
        self.name = name
        self.payload: Any = payload
        self.guard = guard
        self.is_form = is_form
        self.may_ask_again = may_ask_again
        self._make = payload

    def __call__(self, *fields: Fields.args, **named: Fields.kwargs) -> CustomId:
        """Return the custom id of a component with these fields; raises as `of` does."""
        return self.of(self._make(*fields, **named))

    def of(self, payload: PayloadT) -> CustomId:
        """Return the custom id of a component with this payload.

        Raises MalformedError if it could not be read back or is longer than Discord allows.
        """
        custom_id = f"{self.name}:{encode(payload, self.payload)}:{_VERSION}"
        if not CUSTOM_ID.fullmatch(custom_id) or _length(custom_id) > _LONGEST:
            raise MalformedError(f"not a custom id: {custom_id}")
        return CustomId(custom_id)

    def read(self, detail: str) -> PayloadT:
        """Return the payload in the detail of a custom id. Raises RefusalError for anything malformed."""
        try:
            payload: PayloadT = decode(detail, self.payload)
        except MalformedError:
            raise RefusalError("refusals.button_old") from None
        return payload

    def handler(self, method: Method[OwnerT, PayloadT]) -> Method[OwnerT, PayloadT]:
        """Mark the method that answers this route; `RouteTable.add` binds it."""
        method.__dict__[_MARK] = self
        return method

    def __repr__(self) -> str:
        return f"Route({self.name})"


class RouteTable:
    """All routes of the bot, each with the one handler that answers it."""

    def __init__(self) -> None:
        self._routes: dict[str, AnyRoute] = {}
        self._handlers: dict[str, Callable[[Interaction, Any], Awaitable[None]]] = {}

    @property
    def routes(self) -> list[AnyRoute]:
        """Every declared route."""
        return list(self._routes.values())

    def __contains__(self, name: object) -> bool:
        """Return whether there is a route with the name."""
        return name in self._routes

    def declare(self, module: ModuleType) -> None:
        """Declare the routes that a module holds. Raises ValueError for a name that is taken."""
        for route in vars(module).values():
            if isinstance(route, Route) and self._routes.setdefault(route.name, route) is not route:
                raise ValueError(f"two routes are called {route.name}")

    def add(self, *owners: object) -> None:
        """Bind every marked method of each of `owners` to its route.

        Raises ValueError for a route that is not declared, or that has a handler already.
        """
        for owner in owners:
            self._bind(owner)

    def check(self) -> None:
        """Raise ValueError where a declared route has no handler."""
        missing = sorted(self._routes.keys() - self._handlers.keys())
        if missing:
            raise ValueError(f"routes without a handler: {', '.join(missing)}")

    async def answer(self, interaction: discord.Interaction[Any]) -> AnyRoute:
        """Decode the custom id, check the guard, call the handler, and return the route.

        Raises RefusalError for a custom id that is malformed, unknown or of another version.
        """
        data: dict[str, Any] = dict(interaction.data or {})
        found = CUSTOM_ID.fullmatch(str(data.get("custom_id", "")))
        route = self._routes.get(found["name"]) if found and found["version"] == _VERSION else None
        is_form = interaction.type is discord.InteractionType.modal_submit
        if (
            found is None
            or route is None
            or route.is_form is not is_form
            or _length(found.string) > _LONGEST
        ):
            raise RefusalError("refusals.button_old")
        payload = route.read(found["detail"])
        route.guard(interaction)
        await self._handlers[route.name](interaction, payload)
        return route

    def _bind(self, owner: object) -> None:
        for name, method in inspect.getmembers(type(owner), inspect.isfunction):
            route: AnyRoute | None = method.__dict__.get(_MARK)
            if route is None:
                continue
            if self._routes.get(route.name) is not route:
                raise ValueError(f"{route} is not declared")
            if route.name in self._handlers:
                raise ValueError(f"{route} has two handlers")
            self._handlers[route.name] = getattr(owner, name)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


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
    text: str = _codec(kind).encode(value)
    decode(text, kind)
    return text


def decode(text: str, kind: type[T]) -> T:
    """Return the value of the type `kind` that `text` holds. Raises MalformedError for any other text."""
    try:
        value: T = _codec(kind).decode(text)
    except (ValueError, LookupError, OverflowError, OSError) as error:  # the last two: beyond the calendar
        raise MalformedError(text) from error
    if _codec(kind).encode(value) != text:
        raise MalformedError(text)
    return value


class _Codec(NamedTuple):
    """How values of one type are written and read."""

    encode: Callable[[Any], str]
    decode: Callable[[str], Any]


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
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= _LARGEST:
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
