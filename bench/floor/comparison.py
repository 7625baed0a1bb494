"""Two bots in turns, in the same minutes: the bare and the shipped one, or that one on both engines."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from bench.databases import SqliteFile, new_database
from bench.floor.rates import Rate, sustained
from bench.floor.rounds import Round, run_round
from bench.floor.stage import BareStage, Kind, ProductStage, Stage, staged

T = TypeVar("T")

_SECONDS = 2.0  # of each rate that is tried
_ROUNDS_A_RATE = 5  # rounds of taps for one of rates
_TOGETHER: Mapping[str, Sequence[Kind]] = {
    "Sit and Slip out": (Kind.SIT, Kind.SLIP_OUT),
    "/help": (Kind.HELP,),
}


class Pair(NamedTuple, Generic[T]):
    """The same measured at both bots, one right after the other; `floor` is what to compare with."""

    floor: T
    product: T


@dataclass(frozen=True, slots=True)
class Comparison:
    """All pairs: of rounds of taps by their kind, and of sustained rates."""

    taps: dict[Kind, list[Pair[Round]]] = field(default_factory=dict)
    rates: dict[str, list[Pair[Rate]]] = field(default_factory=dict)


async def compare(
    rounds: int, taps: int, kinds: Sequence[Kind], *, on_postgres: bool = False
) -> Comparison:
    """Compare both bots in rounds of so many taps of each kind, after one round to warm up.

    The shipped bot is compared with the bare one, or `on_postgres` with itself on SQLite.
    """
    found = Comparison()
    with tempfile.TemporaryDirectory() as folder, _stages(Path(folder), on_postgres=on_postgres) as both:
        async with staged(*both):
            for number in range(rounds + 1):
                for kind in kinds:
                    pair = await _in_turns(both, number, partial(run_round, kind=kind, taps=taps))
                    if number:
                        found.taps.setdefault(kind, []).append(pair)
                if number % _ROUNDS_A_RATE == 1:
                    await _compare_rates(found, both, number, kinds)
    return found


@contextmanager
def _stages(folder: Path, *, on_postgres: bool) -> Iterator[tuple[Stage, Stage]]:
    if not on_postgres:
        yield BareStage(folder), ProductStage(folder, SqliteFile(folder / "alongside.db"))
        return
    own = folder / "postgres"
    own.mkdir()
    with new_database(own, "postgres", durable=True) as database:
        sqlite = ProductStage(folder, SqliteFile(folder / "alongside.db"), "sqlite")
        yield sqlite, ProductStage(own, database, "postgres")


async def _compare_rates(
    found: Comparison, both: tuple[Stage, Stage], number: int, kinds: Sequence[Kind]
) -> None:
    for name, together in _TOGETHER.items():
        if set(together) <= set(kinds):
            pair = await _in_turns(both, number, partial(sustained, kinds=together, seconds=_SECONDS))
            found.rates.setdefault(name, []).append(pair)


async def _in_turns(
    both: tuple[Stage, Stage], number: int, measure: Callable[[Stage], Awaitable[T]]
) -> Pair[T]:
    """Measure one bot and then the other; who is first changes with the number."""
    floor, product = both
    if number % 2:
        return Pair(await measure(floor), await measure(product))
    first = await measure(product)
    return Pair(await measure(floor), first)
