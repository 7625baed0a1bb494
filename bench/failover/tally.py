"""What was seen at takeovers."""

from collections import Counter
from dataclasses import dataclass, field

from bench.kills.judge import WRONG

MOST_SECONDS = 10.0
"""How long a takeover may take."""


@dataclass(slots=True)
class Tally:
    """The counts of check-ins, seats and sessions while processes took over from each other."""

    seconds: list[float] = field(default_factory=list)  # each takeover, until the next process is connected
    verdicts: Counter[str] = field(default_factory=Counter)  # of check-ins
    unrecorded: int = 0  # check-ins that were posted, and not recorded when the process was killed
    seats: int = 0  # confirmed
    faults: Counter[str] = field(default_factory=Counter)  # of sessions, seats and cards

    @property
    def is_right(self) -> bool:
        """Whether there were takeovers and seats, and nothing was lost or done twice."""
        wrong = any(self.verdicts[each] for each in WRONG) or self.faults.total()
        return bool(self.seconds) and self.seats > 0 and not wrong

    @property
    def has_passed(self) -> bool:
        """Whether all is right, and every takeover was in time."""
        return self.is_right and max(self.seconds) <= MOST_SECONDS

    def __str__(self) -> str:
        """Return the figures, a line each."""
        wrong = "".join(f"{self.verdicts[name]:>6,} {what}\n" for name, what in WRONG.items())
        faults = "".join(f"{count:>6,} times {what}\n" for what, count in sorted(self.faults.items()))
        return (
            f"{len(self.seconds):>6,} takeovers, the longest of {max(self.seconds, default=0):.1f} s\n"
            f"{self.unrecorded:>6,} check-ins were sent and not recorded at a kill\n"
            f"{self.verdicts.total():>6,} check-ins were due, of which\n"
            f"{self.verdicts['once']:>6,} came once\n"
            f"{wrong}"
            f"{self.seats:>6,} seats were confirmed\n"
            f"{faults}"
            f"{self.faults.total():>6,} faults of seats, sessions and cards"
        )
