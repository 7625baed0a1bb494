"""Judges check-ins, cards, taps and requests while processes were killed. It uses no rule of the bot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from bench.kills.judge import WRONG as WRONG_CHECKINS
from bench.night.judge import WRONG as WRONG_OPENINGS
from bench.processes.tapping import Taps
from sandbox.state.session_starts import Identify

MOST_REQUESTS_A_SECOND = 50
CARDS_WITHIN_SECONDS = 20.0
SETTLED_WITHIN_SECONDS = 30.0  # a killed process's claims end by themselves after sixty


def shortest_spacing(identifies: Iterable[Identify], max_concurrency: int) -> float:
    """Return the seconds between the two closest identifies of one key, infinity if there are none."""
    by_key: dict[int, list[float]] = defaultdict(list)
    for each in identifies:
        by_key[each.shard % max_concurrency].append(each.loop_seconds)
    gaps = [after - before for times in by_key.values() for before, after in pairwise(sorted(times))]
    return min(gaps, default=float("inf"))


@dataclass(slots=True)
class Tally:
    """The figures of a run, and whether they are as promised."""

    kills: int = 0
    restarts: int = 0
    take_over_seconds: list[float] = field(default_factory=list)  # from the start of each replacement
    card_seconds: list[float] = field(default_factory=list)  # from each take-over until all cards were true
    settle_seconds: list[float] = field(default_factory=list)  # from then until nothing was due
    checkins: Counter[str] = field(default_factory=Counter)
    unrecorded: int = 0  # check-ins that were posted, and not recorded when the process was killed
    openings: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    taps: Taps = field(default_factory=Taps)
    counted_requests: int = 0
    most_requests_a_second: int = 0
    most_messages_a_second: int = 0
    limited: int = 0  # requests that Discord answered with 429
    identifies: int = 0
    spacing_seconds: float = float("inf")
    window_seconds: float = 5.0  # between two identifies of one key, as Discord wants it
    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unfinished: str = ""  # what was too slow to go on

    @property
    def is_broken(self) -> bool:
        """Whether a promise was broken."""
        return bool(self._broken())

    @property
    def has_judged(self) -> bool:
        """Whether something was seen of everything that is promised."""
        return all(
            (
                self.kills or self.restarts,
                self.checkins["once"],
                self.card_seconds,
                self.taps.results["answered"],
                self.taps.in_dms,
                self.taps.seats,
                self.counted_requests,
            )
        )

    @property
    def has_passed(self) -> bool:
        """Whether the run was finished, there was something to judge, and every promise was kept."""
        return not self.unfinished and self.has_judged and not self.is_broken

    def _broken(self) -> list[str]:
        """Return the broken promises, a line each."""
        counts = [
            *((self.checkins[name], f"check-ins {what}") for name, what in WRONG_CHECKINS.items()),
            *((self.openings[name], f"openings were {name}") for name in WRONG_OPENINGS),
            (self.taps.results["lost"], "taps that reached a process were not answered"),
            *((count, what) for what, count in (self.faults + self.taps.faults).items()),
        ]
        found = [f"{count:,} {what}" for count, what in counts if count]
        slow = [each for each in self.card_seconds if each > CARDS_WITHIN_SECONDS]
        if slow:
            found.append(f"{len(slow)} times a card was not true within {CARDS_WITHIN_SECONDS:.0f} s")
        late = [each for each in self.settle_seconds if each > SETTLED_WITHIN_SECONDS]
        if late:
            found.append(f"{len(late)} times something was due for {SETTLED_WITHIN_SECONDS:.0f} s")
        if self.most_requests_a_second > MOST_REQUESTS_A_SECOND:
            found.append(f"{self.most_requests_a_second} counted requests in one second")
        if self.spacing_seconds < self.window_seconds:
            found.append(f"identifies of one key {self.spacing_seconds:.2f} s apart")
        return found

    def __str__(self) -> str:
        """Return the figures, a line each, and the broken promises."""
        taps, answers = self.taps, sorted(self.taps.seconds) or [0.0]
        p50, p99 = (answers[int(len(answers) * share)] for share in (0.5, 0.99))
        broken = [f"BROKEN: {each}" for each in self._broken()]
        closing = [] if self.has_judged else ["too little happened to show anything"]
        closing += [f"not finished: {self.unfinished}"] if self.unfinished else []
        return "\n".join(
            [
                f"kills        {self.kills}, and {self.restarts} restarts",
                f"take-overs   after {_spread(self.take_over_seconds)}",
                f"cards        all true {_spread(self.card_seconds)} after a take-over",
                f"due          all done {_spread(self.settle_seconds)} after that",
                f"check-ins    {_counts(self.checkins)}; {self.unrecorded} sent and not recorded at a kill",
                f"openings     {_counts(self.openings)}",
                f"taps         {_counts(taps.results)}; {taps.in_dms} in direct messages",
                f"answers      half in {p50:.3f} s, 99 % in {p99:.3f} s, the last in {answers[-1]:.3f} s",
                f"waits        {_spread(taps.waits)}, with further taps where one was not answered",
                f"seats        {taps.seats} confirmed",
                f"requests     {self.counted_requests:,}, {self.most_requests_a_second} in a second",
                f"429          {self.limited} requests",
                f"messages     {self.most_messages_a_second} in a second",
                f"identifies   {self.identifies}, of one key {self.spacing_seconds:.2f} s apart",
                f"log          {len(self.errors)} errors",
                *self.errors[:5],
                *(self.remarks + taps.remarks)[:20],
                *broken,
                *closing,
            ]
        )


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "never"
    middle = sorted(seconds)[len(seconds) // 2]
    return f"{middle:.1f} s (median), {max(seconds):.1f} s at most"


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counted.items()) if count) or "none"
