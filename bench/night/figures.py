"""The figures of a night, and whether they are as promised."""

from collections import Counter
from dataclasses import dataclass, field

from bench.night.judge import WRONG, has_judged

MAX_GROWTH_MIB = 8.0  # how much a life may grow after it has settled


@dataclass(slots=True)
class Figures:
    """The results of a night."""

    openings: Counter[str] = field(default_factory=Counter)
    checkins: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    cards: Counter[str] = field(default_factory=Counter)
    taps: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lives: list[list[float]] = field(default_factory=list)  # memory by the hour, a list a life
    failures: Counter[str] = field(default_factory=Counter)
    requests: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on what was not as it has to be

    @property
    def growth_mib(self) -> float:
        """How much memory use grew in the longest run without a restart, after its first hours."""
        longest = max(self.lives, key=len)
        early, rest = longest[: max(1, len(longest) // 3)], longest[len(longest) // 3 :]
        return max(rest) - max(early)

    @property
    def has_passed(self) -> bool:
        """Whether the night ended without any failure of the bot, and there was something to judge."""
        counts = (self.openings, self.checkins, self.notices, self.cards, self.taps)
        has_failed = any(count[name] for count in counts for name in WRONG)
        return self._is_judged and not has_failed and self.growth_mib <= MAX_GROWTH_MIB

    @property
    def _is_judged(self) -> bool:
        return has_judged(
            (self.openings, "once"),
            (self.checkins, "once"),
            (self.notices, "once"),
            (self.cards, "true"),
            (self.taps, "answered"),
        )

    def __str__(self) -> str:
        """Return the figures, a line each."""
        seconds = sorted(self.seconds) or [0.0]
        at = [seconds[int(len(seconds) * share)] for share in (0.5, 0.95, 0.99)]
        lives = "; ".join(f"{one[0]:.0f} to {one[-1]:.0f} in {len(one)} h" for one in self.lives if one)
        quick = ", ".join(f"{each:.3f}" for each in [*at, seconds[-1]])
        return "\n".join(
            [
                f"openings     {_format_counts(self.openings)}",
                f"check-ins    {_format_counts(self.checkins)}",
                f"notices      {_format_counts(self.notices)}",
                f"cards        {_format_counts(self.cards)}",
                f"taps         {_format_counts(self.taps)}",
                f"answers, s   p50, p95, p99, last: {quick}",
                f"requests     {_format_counts(self.requests)}",
                f"failures     {_format_counts(self.failures)}",
                f"memory, MiB  {lives}; growth of the longest life {self.growth_mib:+.1f}",
                f"log          {len(self.errors)} lines at ERROR",
                *self.remarks,
                *([] if self._is_judged else ["some promises had nothing to be judged by"]),
                f"the night was {'' if self.has_passed else 'NOT '}well",
            ]
        )


def _format_counts(counts: Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items(), key=str)) or "nothing"
