"""Routes: every durable button, select and form, with its payload, who may use it and its handler.

A custom id is `feature:verb:detail:v1`. It contains all that its handler needs, so a button works after a
restart. The detail is the payload, written and read by its type. Anyone can send an interaction that no
client would, so a detail is read only in the exact form in which it is written here.
"""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, Generic, NewType, ParamSpec, TypeAlias, TypeVar

import discord

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import Guard, moderator
from cogs.ui.payloads import MalformedError, decode, encode
from cogs.ui.repeated_taps import RepeatedTaps

Fields = ParamSpec("Fields")
PayloadT = TypeVar("PayloadT")
OwnerT = TypeVar("OwnerT")
AnyRoute: TypeAlias = "Route[..., Any]"
Builder: TypeAlias = Callable[[OwnerT, Interaction, PayloadT], Awaitable[Any]]  # returns a Form
Method: TypeAlias = Callable[[OwnerT, Interaction, PayloadT], Awaitable[None]]
AnswerForm: TypeAlias = Callable[
    [Interaction, AnyRoute, Any, Callable[[Interaction, Any], Awaitable[Any]], Any], Awaitable[None]
]  # interaction, route, payload, what makes the form, what handles it
Show: TypeAlias = Callable[[Interaction], Awaitable[None]]
ShowRefusal: TypeAlias = Callable[[Interaction, RefusalError, Show | None], Awaitable[bool]]
CustomId = NewType("CustomId", str)  # made by routes alone, so that no component can name anything else

CUSTOM_ID = re.compile(r"(?P<name>[a-z]+:[a-z_]+):(?P<detail>.*):(?P<version>v[0-9]+)(?P<choice>c?)")

_VERSION = "v1"
_LONGEST = 100  # characters of a custom id, as Discord counts them: in UTF-16
_CHOICE = "c"  # ends the custom id of a select between the readings of what was typed into a form
_MARK = "__route__"
_FORM_MARK = "__form__"


@dataclass(frozen=True, slots=True)
class NoPayload:
    """The payload of routes that need nothing but the interaction."""


class Route(Generic[Fields, PayloadT]):
    """One durable action: its name (`rooms:sit`), the payload in its custom ids, and who may use it.

    `ROUTE(field, …)` returns a custom id with the payload of these fields, `ROUTE.of(payload)` with the
    payload itself. A route that `is_form` answers forms, all others answer buttons and selects. There is
    one exception: in a panel that says why a form was refused, the button and the select have the form's
    custom id (see `form_problems`). After a route that `may_ask_again`, a member is shown a consent text
    that has changed. A button of a route that `acts_once` takes effect once if a hasty member taps it
    several times.
    """

    def __init__(
        self,
        name: str,
        payload: Callable[Fields, PayloadT],
        *,
        guard: Guard,
        is_form: bool = False,
        may_ask_again: bool = False,
        acts_once: bool = False,
    ) -> None:
        self.name = name
        self.payload: Any = payload
        self.guard = guard
        self.is_form = is_form
        self.may_ask_again = may_ask_again
        self.acts_once = acts_once
        self._make = payload

    def __call__(self, *fields: Fields.args, **named: Fields.kwargs) -> CustomId:
        """Return the custom id of a component with these fields; raises as `of` does."""
        return self.of(self._make(*fields, **named))

    def of(self, payload: PayloadT) -> CustomId:
        """Return the custom id of a component with this payload.

        Raises MalformedError if it could not be read back or is longer than Discord allows.
        """
        return _custom_id_of(self.name, self.payload, payload)

    @staticmethod
    def choice_of(custom_id: CustomId) -> CustomId:
        """Return the custom id of a select between the readings of what was typed into a form."""
        if _length(custom_id) >= _LONGEST:
            raise MalformedError(f"not a custom id: {custom_id}{_CHOICE}")
        return CustomId(f"{custom_id}{_CHOICE}")

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

    def form(self, method: Builder[OwnerT, PayloadT]) -> Builder[OwnerT, PayloadT]:
        """Mark the method that makes this route's form; `RouteTable.add` binds it."""
        method.__dict__[_FORM_MARK] = self
        return method

    def __repr__(self) -> str:
        return f"Route({self.name})"


class RouteTable:
    """All routes of the bot, each with the one handler that answers it.

    `answer_form` answers what comes to the route of a form: see `cogs.ui.form_problems.answer_form`.
    `show_refusal` shows a refusal in the panel that was tapped: see `cogs.ui.refused_taps.show_refusal`.
    """

    def __init__(self, answer_form: AnswerForm, show_refusal: ShowRefusal) -> None:
        self._answer_form = answer_form
        self._show_refusal = show_refusal
        self._routes: dict[str, AnyRoute] = {}
        self._handlers: dict[str, Callable[[Interaction, Any], Awaitable[None]]] = {}
        self._forms: dict[str, Callable[[Interaction, Any], Awaitable[Any]]] = {}
        self._current: dict[str, Show] = {}
        self._taps = RepeatedTaps()

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

    def show_after_stale(self, feature: str, show: Show) -> None:
        """Show the current state of a feature (`rooms`) below a private panel of it that is out of date."""
        self._current[feature] = show

    def check(self) -> None:
        """Raise ValueError if a declared route has no handler, or a form's route no form."""
        forms = {name for name, route in self._routes.items() if route.is_form}
        missing = sorted((self._routes.keys() - self._handlers.keys()) | (forms - self._forms.keys()))
        if missing:
            raise ValueError(f"routes without a handler: {', '.join(missing)}")

    async def answer(self, interaction: discord.Interaction[Any]) -> "AnyRoute | None":
        """Decode the custom id, check the guard, call the handler, and return the route.

        Returns None if that was refused and the member's panel that was tapped says why; otherwise raises
        RefusalError, also for a custom id that is malformed, unknown or of another version.
        """
        try:
            return await self._answer(interaction)
        except RefusalError as refusal:
            if self._is_for_moderators(interaction):
                raise
            show = self._current.get(_custom_id(interaction).partition(":")[0])
            if not await self._show_refusal(interaction, refusal, show):
                raise
            return None

    def _is_for_moderators(self, interaction: discord.Interaction[Any]) -> bool:
        found = CUSTOM_ID.fullmatch(_custom_id(interaction))
        route = self._routes.get(found["name"]) if found else None
        return route is None or route.guard is moderator

    async def _answer(self, interaction: discord.Interaction[Any]) -> AnyRoute:
        data: dict[str, Any] = dict(interaction.data or {})
        found = CUSTOM_ID.fullmatch(str(data.get("custom_id", "")))
        route = self._routes.get(found["name"]) if found and found["version"] == _VERSION else None
        if found is None or route is None or _length(found.string) > _LONGEST:
            raise RefusalError("refusals.button_old")
        is_form = interaction.type is discord.InteractionType.modal_submit
        is_choice = not is_form and isinstance(data.get("values"), list)
        if (is_form and not route.is_form) or bool(found["choice"]) is not (route.is_form and is_choice):
            raise RefusalError("refusals.button_old")
        payload = route.read(found["detail"])
        route.guard(interaction)
        handler = self._handlers[route.name]
        if route.is_form:
            await self._answer_form(interaction, route, payload, self._forms[route.name], handler)
            return route
        if not route.acts_once:
            await handler(interaction, payload)
            return route
        message_id = interaction.message.id if interaction.message else 0
        with self._taps.tap((interaction.user.id, message_id, found.string), _loop_time) as is_first:
            if is_first:
                await handler(interaction, payload)
            else:
                await interaction.response.defer()  # the first one answers
        return route

    def _bind(self, owner: object) -> None:
        for name, method in inspect.getmembers(type(owner), inspect.isfunction):
            for mark, bound in ((_MARK, self._handlers), (_FORM_MARK, self._forms)):
                route: AnyRoute | None = method.__dict__.get(mark)
                if route is None:
                    continue
                if self._routes.get(route.name) is not route:
                    raise ValueError(f"{route} is not declared")
                if route.name in bound:
                    raise ValueError(f"{route} has two handlers")
                bound[route.name] = getattr(owner, name)


@lru_cache(4096)  # a card has the same custom ids after every tap
def _custom_id_of(name: str, kind: Any, payload: Hashable) -> CustomId:  # noqa: ANN401 - a payload's type
    custom_id = f"{name}:{encode(payload, kind)}:{_VERSION}"
    if not CUSTOM_ID.fullmatch(custom_id) or _length(custom_id) > _LONGEST:
        raise MalformedError(f"not a custom id: {custom_id}")
    return CustomId(custom_id)


def _custom_id(interaction: discord.Interaction[Any]) -> str:
    data: dict[str, Any] = dict(interaction.data or {})
    return str(data.get("custom_id", ""))


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
