"""Custom ids are read only in the exact form in which they are written."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import anyone
from cogs.ui.payloads import MalformedError, OrZero, decode, encode
from cogs.ui.routes import Route, RouteTable

LARGEST = (1 << 63) - 1


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Nothing:
    """A payload without fields."""


@dataclass(frozen=True, slots=True)
class Everything:
    number: int
    count: OrZero
    colour: Colour
    is_loud: bool
    day: date
    at: datetime
    word: str
    other: int | None


@dataclass(frozen=True, slots=True)
class Number:
    number: int


WORDS = st.text("abcXYZ019_+-/", min_size=1, max_size=64)
EVERYTHING = st.builds(
    Everything,
    st.integers(1, LARGEST),
    st.integers(0, LARGEST),
    st.sampled_from(Colour),
    st.booleans(),
    st.dates(),
    st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis wants bare limits
        lambda at: at.replace(microsecond=0)
    ),
    WORDS,
    st.none() | st.integers(1, LARGEST),
)
HOSTILE = [
    *("", "0", "-1", "+1", " 1", "1 ", "01", "1.0", "1e3", "abc", "٤٢", "²", "1\n", "None"),
    *(str(LARGEST + 1), str(10**40), "1" * 5000, "1.2.3", ".", "\x00", "1_000"),
]


@given(EVERYTHING)
def test_a_payload_is_read_back_as_it_was(payload: Everything) -> None:
    assert decode(encode(payload, Everything), Everything) == payload


@given(st.text())
def test_a_number_is_read_only_as_it_is_written(text: str) -> None:
    try:
        found = decode(text, int)
    except MalformedError:
        return
    assert text == str(found)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_numbers_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        decode(text, Number)


@pytest.mark.parametrize("text", ["2026-13-01", "2026-1-1", "20260101", "today", "2026-01-01T00:00"])
def test_hostile_dates_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        decode(text, date)


@pytest.mark.parametrize("text", ["", "2", "True", "on"])
def test_hostile_booleans_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        decode(text, bool)


@given(st.text())
def test_no_text_makes_reading_fail_in_any_other_way(text: str) -> None:
    for kind in (Nothing, Everything, Number, datetime):
        try:
            decode(text, kind)
        except MalformedError:
            continue


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_payload_is_refused_as_a_button_of_another_version(text: str) -> None:
    with pytest.raises(RefusalError, match=r"refusals\.button_old"):
        Route("test:number", Number, guard=anyone).read(text)


def test_a_custom_id_has_the_name_the_payload_and_a_version() -> None:
    route = Route("test:number", Number, guard=anyone)
    assert route(7) == "test:number:7:v1"
    assert route.of(Number(7)) == route(7)
    assert Route("test:nothing", Nothing, guard=anyone)() == "test:nothing::v1"


@pytest.mark.parametrize("number", [0, -1, LARGEST + 1])
def test_a_custom_id_that_could_not_be_read_back_is_not_made(number: int) -> None:
    with pytest.raises(MalformedError):
        Route("test:number", Number, guard=anyone)(number)


def test_a_custom_id_of_more_than_a_hundred_characters_is_not_made() -> None:
    @dataclass(frozen=True)
    class Two:
        first: str
        second: str

    with pytest.raises(MalformedError, match="not a custom id"):
        Route("test:two", Two, guard=anyone)("a" * 60, "b" * 60)


# The table

NUMBER = Route("test:number", Number, guard=anyone)
FORM = Route("test:form", Nothing, guard=anyone, is_form=True)


class Handler:
    @NUMBER.handler
    async def answer(self, interaction: Interaction, payload: Number) -> None:
        """Handle nothing: the tests only bind it."""


def _module(*routes: Route[..., Any]) -> ModuleType:
    made = ModuleType("routes")
    vars(made).update({f"ROUTE_{number}": route for number, route in enumerate(routes)})
    return made


async def _no_panel(*_: Any) -> bool:
    return False


async def _no_forms(*_: object) -> None:
    """Answer no form: these tables have none."""


def test_a_form_that_could_not_be_opened_again_is_an_error() -> None:
    class FormHandler:
        @FORM.handler
        async def handle(self, _: Interaction, __: Nothing) -> None:
            """Do nothing."""

    table = RouteTable(_no_forms, _no_panel)
    table.declare(_module(FORM))
    table.add(FormHandler())
    with pytest.raises(ValueError, match="without a handler: test:form"):
        table.check()


def test_a_table_is_complete_when_each_route_has_a_handler() -> None:
    table = RouteTable(_no_forms, _no_panel)
    table.declare(_module(NUMBER))
    with pytest.raises(ValueError, match="without a handler: test:number"):
        table.check()
    table.add(Handler())
    table.check()
    assert "test:number" in table
    assert "test:other" not in table


def test_a_second_handler_is_an_error() -> None:
    table = RouteTable(_no_forms, _no_panel)
    table.declare(_module(NUMBER))
    table.add(Handler())
    with pytest.raises(ValueError, match="two handlers"):
        table.add(Handler())


def test_a_handler_of_a_route_that_is_not_declared_is_an_error() -> None:
    with pytest.raises(ValueError, match="not declared"):
        RouteTable(_no_forms, _no_panel).add(Handler())


def test_a_name_that_is_taken_is_an_error() -> None:
    table = RouteTable(_no_forms, _no_panel)
    table.declare(_module(NUMBER))
    with pytest.raises(ValueError, match="two routes"):
        table.declare(_module(Route("test:number", Nothing, guard=anyone)))
