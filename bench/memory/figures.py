"""Both bots' figures of one run, beside each other."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.memory.measure import BARE, PRODUCT, Start, measure

QUICK, FULL = (0, 1_000), (0, 1_000, 10_000)
_KIB_A_MIB = 1024
_MOST_BASE_MIB, _MOST_KIB_A_SERVER, _MOST_TIMES_AS_LONG = 60.0, 10.0, 1.1


_HEADING = f"{'':<40}{'bare':>16}{'product':>16}{'ratio':>8}  aim"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both bots. `aim` is what the product should reach; empty if there is none."""

    name: str
    bare: str
    product: str
    ratio: float
    aim: str = ""
    is_met: bool = True

    def __str__(self) -> str:
        aim = f"{self.aim}{'' if self.is_met else ': missed'}"
        return f"{self.name:<40}{self.bare:>16}{self.product:>16}{self.ratio:>8.2f}  {aim}".rstrip()


async def table(sizes: Sequence[int] = FULL) -> list[str]:
    """Return the lines of the table of `rows`."""
    return [_HEADING, *map(str, await rows(sizes))]


async def rows(sizes: Sequence[int] = FULL) -> list[Row]:
    """Start both bots with each number of servers, the first of which is 0, and return the figures."""
    found: dict[str, list[Start]] = {BARE: [], PRODUCT: []}
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder:
        for which in found:
            await measure(which, 0, Path(folder))  # compiles the modules
        for servers in sizes:
            for which, starts in found.items():
                starts.append(await measure(which, servers, Path(folder)))
    pairs = list(zip(found[BARE], found[PRODUCT], strict=True))
    return [*_base(*pairs[0]), *(row for pair in pairs[1:] for row in _grown(pairs[0], pair))]


def _base(bare: Start, product: Start) -> list[Row]:
    aim = f"at most {_MOST_BASE_MIB:.0f} MiB"
    is_met = product.resident <= _MOST_BASE_MIB
    return [
        _row("memory without servers", bare.resident, product.resident, "MiB", aim, is_met=is_met),
        _row("of it private", bare.private, product.private, "MiB"),
        _row("start without servers", bare.seconds, product.seconds, "s"),
    ]


def _grown(base: tuple[Start, Start], grown: tuple[Start, Start]) -> list[Row]:
    bare, product = grown
    at = f"with {product.servers:,} servers"
    each_bare, each = (
        (after.resident - before.resident) * _KIB_A_MIB / after.servers
        for before, after in zip(base, grown, strict=True)
    )
    most, times = f"at most {_MOST_KIB_A_SERVER:.0f} KiB", f"at most {_MOST_TIMES_AS_LONG} times"
    is_small = each <= _MOST_KIB_A_SERVER
    is_soon = product.seconds <= bare.seconds * _MOST_TIMES_AS_LONG
    return [
        _row(f"memory a server, {at}", each_bare, each, "KiB", most, is_met=is_small),
        _row(f"start {at}", bare.seconds, product.seconds, "s", times, is_met=is_soon),
        _row(f"CPU time of a start {at}", bare.cpu, product.cpu, "s"),
        _row(f"longest stop, start {at}", bare.longest_stop * 1e3, product.longest_stop * 1e3, "ms"),
        _row(f"full collection {at}", bare.collection * 1e3, product.collection * 1e3, "ms"),
        _row(f"objects {at}", bare.objects / 1e3, product.objects / 1e3, "thousand"),
    ]


def _row(name: str, bare: float, product: float, unit: str, aim: str = "", *, is_met: bool = True) -> Row:
    ratio = product / bare if bare else 0.0
    return Row(name, f"{bare:,.1f} {unit}", f"{product:,.1f} {unit}", ratio, aim, is_met)
