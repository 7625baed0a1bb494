"""Judges check-ins that were due while the bot was killed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

AT_ONCE, FORGOTTEN, LATE = "at once", "nonces forgotten", "late"
"""The rounds, by when the bot starts again."""

_LATE_AFTER = timedelta(minutes=10, seconds=30)
WRONG = {
    "twice": "came twice",
    "lost": "neither came nor were late",
    "came late": "came more than ten minutes late",
    "misrecorded": "were recorded otherwise than they came",
    "never again": "were followed by no next one",
}


@dataclass(frozen=True, slots=True)
class CheckinResult:
    """One person's check-in in a round, which was due at `due`, and what the bot did with it.

    `recorded` counts how many the bot recorded as sent. `was_waiting`: after the last kill, the bot's
    database still said that it was due. `is_planned`: after the round, a next one is planned.
    """

    due: datetime
    came: Sequence[datetime]
    recorded: int
    was_waiting: bool
    is_planned: bool
    may_be_late: bool

    @property
    def verdict(self) -> str:
        """What to call it: "once", "late" if it was rightly skipped, or a key of `WRONG`."""
        if len(self.came) > 1:
            return "twice"
        if any(at - self.due > _LATE_AFTER for at in self.came):
            return "came late"
        if self.recorded != len(self.came):
            return "misrecorded"
        if not self.is_planned:
            return "never again"
        if self.came:
            return "once"
        return "late" if self.may_be_late and self.was_waiting else "lost"


@dataclass(slots=True)
class Tally:
    """How many due check-ins were delivered, lost or repeated."""

    kills: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    unnoted: Counter[str] = field(default_factory=Counter)  # sent, and not recorded at a kill; by round
    taps: int = 0
    two_in_view: int = 0  # with their buttons
    rounds: Counter[str] = field(default_factory=Counter)
    unfinished: str = ""  # what was too slow to go on

    @property
    def has_judged(self) -> bool:
        """Whether check-ins came, and some of them had to be found again in their channel."""
        return self.verdicts["once"] > 0 and self.unnoted[FORGOTTEN] > 0

    @property
    def is_broken(self) -> bool:
        """Whether a promise was broken."""
        return self.two_in_view > 0 or any(self.verdicts[each] for each in WRONG)

    @property
    def has_passed(self) -> bool:
        """Whether all rounds took place, and each came exactly once or was rightly skipped as late."""
        return self.has_judged and not self.is_broken and not self.unfinished

    def __str__(self) -> str:
        """Return the figures, a line each."""
        rounds = ", ".join(f"{count} {name}" for name, count in sorted(self.rounds.items()))
        unnoted = ", ".join(f"{count} {name}" for name, count in sorted(self.unnoted.items()) if count)
        wrong = "".join(f"{self.verdicts[name]:>6,} {what}\n" for name, what in WRONG.items())
        return (
            f"{self.kills:>6,} kills, in rounds: {rounds}\n"
            f"{self.unnoted.total():>6,} check-ins were sent and not recorded at a kill: {unnoted}\n"
            f"{self.taps:>6,} taps were answered, soon after a start\n"
            f"{self.verdicts.total():>6,} check-ins were due, of which\n"
            f"{self.verdicts['once']:>6,} came once\n"
            f"{self.verdicts['late']:>6,} were skipped as late\n"
            f"{wrong}"
            f"{self.two_in_view:>6,} times two were in view with their buttons"
            f"{'' if self.has_judged else chr(10) + 'too little happened to show anything'}"
            f"{chr(10) + 'not finished: ' + self.unfinished if self.unfinished else ''}"
        )
