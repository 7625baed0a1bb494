"""A member's choices while they are being made: they live in the panel's custom ids, stored nowhere."""

from dataclasses import dataclass, replace
from typing import Self

from bot.cadence.model import MONDAY_TO_FRIDAY, MONDAY_TO_SUNDAY, SATURDAY_AND_SUNDAY, Times, Window
from bot.cadence.rules import find_zone
from bot.checkins.model import Cadence
from bot.errors import RefusalError

DAYS = {"weekdays": MONDAY_TO_FRIDAY, "weekend": SATURDAY_AND_SUNDAY, "daily": MONDAY_TO_SUNDAY}
WINDOWS = {window.name.lower(): window.value for window in Window}
PER_WEEK = (1, 2, 3, 5, 7)


@dataclass(frozen=True, slots=True)
class Choices:
    """Days and window by name, how many a week, sound or none, and the zone."""

    guild_id: int
    days: str
    window: str
    per_week: int
    sound: bool
    zone: str

    @classmethod
    def usual(cls, guild_id: int, zone: str) -> Self:
        """Return what is proposed to somebody who has no check-ins yet."""
        return cls(guild_id, "weekdays", "morning", 2, sound=False, zone=zone)

    @classmethod
    def of(cls, cadence: Cadence) -> Self:
        """Return the choices that a cadence was made from."""
        window = (cadence.start_minute, cadence.end_minute)
        return cls(
            cadence.guild_id,
            next(name for name, mask in DAYS.items() if mask == cadence.weekdays),
            next(name for name, minutes in WINDOWS.items() if minutes == window),
            cadence.per_week,
            cadence.sound,
            cadence.zone,
        )

    @classmethod
    def read(cls, detail: str) -> Self:
        """Return the choices in a custom id's detail. Raises ValueError for one that is not ours."""
        guild_id, days, window, per_week, sound, zone = detail.split(" ")
        if days not in DAYS or window not in WINDOWS:
            raise ValueError(detail)
        return cls(int(guild_id), days, window, int(per_week), sound == "1", zone)

    def __str__(self) -> str:
        """Return the choices as a custom id's detail: at most 75 characters, with the longest zone."""
        sound = int(self.sound)
        return f"{self.guild_id} {self.days} {self.window} {self.per_week} {sound} {self.zone}"

    def changed(self, name: str, value: str) -> Self:
        """Return the choices with one of them changed. Raises ValueError for a name that is none."""
        match name:
            case "days" if value in DAYS:
                return replace(self, days=value)
            case "window" if value in WINDOWS:
                return replace(self, window=value)
            case "per_week":
                return replace(self, per_week=int(value))
            case "sound":
                return replace(self, sound=value == "1")
            case _:
                raise ValueError(name)

    @property
    def times(self) -> Times:
        """The times that were chosen."""
        start, end = WINDOWS[self.window]
        return Times(DAYS[self.days], start, end, self.zone, self.per_week)


def known_zone(typed: str) -> str:
    """Return the zone that a member typed. Raises RefusalError for an unknown one."""
    found = find_zone(typed)
    if found is None:
        raise RefusalError("refusals.zone_unknown", typed=typed[:60])
    return found
