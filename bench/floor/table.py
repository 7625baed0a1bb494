"""The comparison as a table."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from bench.floor.comparison import Comparison, Pair
from bench.floor.rates import LATEST_SECONDS, Rate
from bench.floor.rounds import Ratio, Round, percentile
from bench.floor.stage import Kind

_MS = 1000
_SPREAD = 22  # characters of a ratio with its interval


def table(found: Comparison) -> list[str]:
    """Return the lines: what one interaction costs, then the rates that are sustained."""
    return [*_tap_lines(found), *_rate_lines(found)]


def _tap_lines(found: Comparison) -> Iterator[str]:
    titles = (
        f"{'p50 ms':<15}{'ratio':<{_SPREAD}}{'p99 ms':<15}{'CPU ms':<15}{'ratio':<{_SPREAD}}sandbox's CPU"
    )
    yield f"{'one after the other':<22}{titles}"
    for kind, pairs in found.taps.items():
        yield _tap_line(kind, pairs)


def _tap_line(kind: Kind, pairs: Sequence[Pair[Round]]) -> str:
    bare, ours = [each.floor for each in pairs], [each.product for each in pairs]
    latency = Ratio.of([each.median for each in ours], [each.median for each in bare])
    cpu = Ratio.of([each.cpu for each in ours], [each.cpu for each in bare])
    spent = _both(*(statistics.median(each.cpu for each in rounds) * _MS for rounds in (bare, ours)))
    sandbox = statistics.median(each.sandbox_cpu for each in ours) * _MS
    lost = sum(each.lost for each in (*bare, *ours))
    p50, p99 = (_both(_percentile(bare, share), _percentile(ours, share)) for share in (0.5, 0.99))
    return (
        f"{kind:<22}{p50}{latency!s:<{_SPREAD}}{p99}{spent}{cpu!s:<{_SPREAD}}{sandbox:.2f}"
        f"{f', {lost} lost' if lost else ''}"
    )


def _both(bare: float, product: float) -> str:
    return f"{f'{bare:.2f} : {product:.2f}':<15}"


def _percentile(rounds: Sequence[Round], share: float) -> float:
    return percentile([seconds for each in rounds for seconds in each.seconds], share) * _MS


def _rate_lines(found: Comparison) -> Iterator[str]:
    if found.rates:
        yield f"sustained a second, with a p99 below {LATEST_SECONDS * _MS:.0f} ms"
    for name, pairs in found.rates.items():
        yield _rate_line(name, pairs)


def _rate_line(name: str, pairs: Sequence[Pair[Rate]]) -> str:
    ratio = Ratio.of([each.product.rate for each in pairs], [each.floor.rate for each in pairs])
    bare = statistics.median(each.floor.rate for each in pairs)
    ours = statistics.median(each.product.rate for each in pairs)
    share = max(rate.sandbox_share for pair in pairs for rate in pair)
    shown = f"{f'{bare:.0f} : {ours:.0f}':<15}{ratio!s:<{_SPREAD}}"
    return f"{name:<22}{shown}(the sandbox used {share:.0%} of a processor)"
