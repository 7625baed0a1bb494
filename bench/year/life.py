"""One member's year: what they choose, tap, pause, change and stop, drawn from the member's own seed."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from bench.year.judge import Judge
from bench.year.sides import Side
from bot.checkins.personal.cadence import reason_to_refuse
from bot.checkins.times import CheckinTimes, Window
from bot.scheduling.wall_time import MONDAY_TO_FRIDAY, MONDAY_TO_SUNDAY, SATURDAY_AND_SUNDAY, local_date

ZONES = (
    *("Pacific/Honolulu", "America/Los_Angeles", "America/New_York", "America/St_Johns", "America/Havana"),
    *("America/Sao_Paulo", "America/Santiago", "Europe/London", "Europe/Berlin", "Africa/Cairo"),
    *("Africa/Casablanca", "Africa/Nairobi", "Asia/Beirut", "Asia/Gaza", "Asia/Kolkata"),
    *("Asia/Kathmandu", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia"),
)
BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
END = BEGIN + timedelta(days=365)

_TEMPERAMENTS = (*[0.0] * 8, *[0.2] * 5, *[0.4] * 4, 0.7, 0.7, 0.97)  # how likely a tap is
_ACTIONS = ("pause", "change", "change", "less", "back", "stop", "move", "fidget")
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_LATE = 0.03  # of check-ins wait for a worker that is busy, or was down


class Life:
    """One member. Reports everything that the member does and gets to the judge."""

    def __init__(self, number: int, side: Side, judge: Judge, seen: Counter[str]) -> None:
        self._random = Random(number)
        self._side = side
        self._judge = judge
        self._seen = seen
        self._zone = ZONES[number % len(ZONES)]
        self._likes = self._random.choice(_TEMPERAMENTS)
        self._has_some = False
        self._message = number << 20
        self._tap_at: datetime | None = None
        self._late: tuple[datetime, timedelta] | None = None
        self.came: list[datetime] = []

    async def live(self) -> None:
        """Live through the year."""
        now = BEGIN + self._random.random() * 280 * _DAY  # people come all year round
        self._times = self._drawn(now)
        await self._agree(now)
        actions = self._running(now)
        while True:
            due = await self._side.due()
            acts_at = END if due is None else due + self._lateness(due)
            tap_at = self._tap_at or END
            action_at = actions[-1][0] if actions else END
            now = min(acts_at, tap_at, action_at)
            if now >= END:
                break
            if now == action_at:
                await self._do(actions.pop()[1], now)
            elif now == tap_at:
                await self._tap(now)
            else:
                await self._come(due, now)
        self._judge.ended(END)

    def _chance(self, likely: float) -> bool:
        return self._random.random() < likely

    def _drawn(self, now: datetime) -> CheckinTimes:
        """Draw possible times."""
        draw = self._random
        while True:
            start = draw.randrange(0, 1380)
            hours = (start, start + draw.randrange(15, 240))  # also past midnight
            if self._chance(0.6):
                hours = draw.choice(list(Window)).value
            sets = (MONDAY_TO_FRIDAY, SATURDAY_AND_SUNDAY, MONDAY_TO_SUNDAY, draw.randrange(1, 128))
            times = CheckinTimes(
                draw.choice(sets), *hours, self._zone, draw.choice((1, 1, 1, 2, 2, 3, 5, 7))
            )
            if self._chance(0.3):
                quiet = (draw.randrange(1440), draw.randrange(1440))
                times = replace(times, quiet_start_minute=quiet[0], quiet_end_minute=quiet[1])
            if self._chance(0.1):
                begins_on = local_date(now, self._zone) + draw.randrange(30) * _DAY
                times = replace(times, begins_on=begins_on)
            if reason_to_refuse(times, now) is None:
                return times

    def _running(self, after: datetime) -> list[tuple[datetime, str]]:
        """Draw what the member does in the year besides tapping check-ins, in reverse order."""
        actions = []
        for _ in range(self._random.choice((0, 0, 1, 1, 2, 3))):
            at = after + self._random.random() * (END - after)
            name = self._random.choice(_ACTIONS)
            if name == "fidget":  # again and again within a week
                actions += [(at + self._random.random() * 4 * _DAY, "change") for _ in range(4)]
            else:
                actions.append((at, name))
            if name in {"pause", "stop"} and self._chance(0.5):
                actions.append((at + self._random.random() * 30 * _DAY, "back"))
        return sorted(actions, reverse=True)

    def _lateness(self, due: datetime) -> timedelta:
        """Return how late the worker handles a due row: usually not late at all."""
        if self._late is None or self._late[0] != due:
            is_late = self._chance(_LATE)
            late = self._random.random() * 20 * _HOUR / 60 if is_late else timedelta()
            self._late = (due, late)
        return self._late[1]

    async def _agree(self, now: datetime) -> None:
        at_once = await self._side.agree(self._times, now)
        if self._has_some:
            self._judge.changed(self._times, now)
        else:
            self._judge.agreed(self._times, now)
        self._has_some = True
        if at_once:
            await self._come(None, now)

    async def _come(self, due: datetime | None, now: datetime) -> None:
        message = self._message + 1
        removed = await self._side.come(due, message, now)
        if removed is None:
            self._seen["skipped as late"] += 1
            self._judge.skipped(now, due or now)
            return
        self._message = message
        self._judge.came(now, message, removed=removed or None, due=due, at_once=due is None)
        self.came.append(now)
        self._tap_at = None
        if self._chance(self._likes):
            self._tap_at = now + self._random.expovariate(1 / 3) * _HOUR
        elif self._chance(0.1):
            self._tap_at = now + self._random.random() * 60 * _DAY  # an old one

    async def _tap(self, now: datetime) -> None:
        self._tap_at = None
        await self._side.tap(self._message, now)
        self._judge.tapped(self._message, now)
        self._seen["taps"] += 1

    async def _do(self, name: str, now: datetime) -> None:
        if not self._has_some:
            if name == "back":
                self._seen["agreed again"] += 1
                await self._agree(now)
            return
        self._seen[f"actions: {name}"] += 1
        match name:
            case "pause":
                self._judge.paused(now, await self._side.pause(self._random.randrange(1, 40), now))
            case "back":
                await self._side.come_back(now)
                self._judge.returned(now)
            case "stop":
                await self._side.stop(now)
                self._judge.ended(now)
                self._has_some, self._tap_at = False, None
            case _:
                self._times = self._others(name, now)
                await self._agree(now)

    def _others(self, name: str, now: datetime) -> CheckinTimes:
        if name == "less":
            return replace(self._times, per_week=max(1, self._times.per_week // 2), begins_on=None)
        if name == "move":
            self._zone = self._random.choice(ZONES)
        return self._drawn(now)
