"""The bare bot and the shipped one in turns, in the same minutes on the same machine."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

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
    """The same measured at both bots, one right after the other."""

    bare: T
    product: T


@dataclass(frozen=True, slots=True)
class Comparison:
    """All pairs: of rounds of taps by their kind, and of sustained rates."""

    taps: dict[Kind, list[Pair[Round]]] = field(default_factory=dict)
    rates: dict[str, list[Pair[Rate]]] = field(default_factory=dict)


async def compare(rounds: int, taps: int, kinds: Sequence[Kind]) -> Comparison:
    """Compare both bots in rounds of so many taps of each kind, after one round to warm up."""
    found = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        bare, product = BareStage(Path(folder)), ProductStage(Path(folder))
        async with staged(bare, product):
            for number in range(rounds + 1):
                order: Sequence[Stage] = (bare, product) if number % 2 else (product, bare)
                for kind in kinds:
                    done = {stage.name: await run_round(stage, kind, taps) for stage in order}
                    if number:
                        found.taps.setdefault(kind, []).append(Pair(done["bare"], done["product"]))
                if number % _ROUNDS_A_RATE == 1:
                    await _compare_rates(found, order, kinds)
    return found


async def _compare_rates(found: Comparison, order: Sequence[Stage], kinds: Sequence[Kind]) -> None:
    for name, together in _TOGETHER.items():
        if set(together) <= set(kinds):
            rates = {stage.name: await sustained(stage, together, _SECONDS) for stage in order}
            found.rates.setdefault(name, []).append(Pair(rates["bare"], rates["product"]))
