"""What is saved about a member, value by value in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

from bot.privacy.consent.model import Purpose
from bot.privacy.export import Places
from bot.privacy.personal_data import PersonalTable
from bot.scheduling.quiet_times import UNTIL_RESUMED
from bot.texts.catalogue import Markup, Say, escape
from bot.texts.joining import comma_separated, valued
from cogs.ui.time_format import clock, clock_in, date_in_words, day_names, month_in_words, span_in_words

# Ids of Discord and numbers that mean something to the bot alone. The file of /my-data export has them.
LEFT_OUT = {
    *("key", "subject_id", "cadence_id", "channel_id", "nonce", "prompt_message_id"),
    *("notice_settings_id", "room_notice_id", "message_id", "next_session_id"),
}

_BOOLEANS = {"sound", "dms_closed", "opened_session", "tapped", "left_out", "sits_again"}
_DATES = {"begins_on", "last_sent_on"}
_SPANS = {"active_month", "week"}
_CODES = {
    "purpose": {each.value: f"consent.name.{each}" for each in Purpose},
    "kind": {  # of what is due
        "checkin": "data.checkin",
        "room_notice": "data.room_notice",
        "open_dm": "data.open_dm",
        "open_notice_dm": "data.open_dm",
    },
    "visibility": {
        "named": "data.visibility.named",
        "counted": "data.visibility.counted",
        "hidden": "data.visibility.hidden",
    },
}
_EVERY_DAY = 0b1111111


@dataclass(frozen=True, slots=True)
class DataWords:
    """Says what is saved in a member's language at the time `now`.

    `servers` has the names of servers by id, `places` those of rooms and channels.
    """

    say: Say
    now: datetime
    servers: Mapping[int, str]
    places: Places

    def row(self, table: PersonalTable, row: Mapping[str, str | int | None]) -> list[str]:
        """Return a row's values in words, each with what it means."""
        return [
            f"> {valued(self._meaning(table, name), self._value_or_text(name, value), self.say)}"
            for name, value in row.items()
            if value not in {None, ""} and name not in LEFT_OUT
        ]

    def _value_or_text(self, column: str, value: str | int) -> str:
        """Return a value in words, or as it is saved if it cannot be read."""
        try:
            return self._value(column, value)
        except (ValueError, OverflowError, OSError):
            return escape(str(value))

    def _meaning(self, table: PersonalTable, column: str) -> str:
        named = {"guild_id": "data.server", "dm_channel_id": "data.dms"}
        return self.say(named[column]) if column in named else table.meaning(column, self.say)

    def _value(self, column: str, value: str | int) -> str:
        if column.endswith(("_at", "_until")):
            return self.say("data.until_resumed") if _is_endless(value) else f"<t:{value}:f>"
        if column.endswith("_minute"):
            return clock(int(value))
        if column.endswith("_id"):
            return self._place(column, int(value))
        if column in _DATES:
            return date_in_words(date.fromisoformat(str(value)), self.say)
        if column in _SPANS:
            return self._span(column, int(value))
        return self._in_words(column, value)

    def _span(self, column: str, value: int) -> str:
        """Return a month or an ISO week, saved as year * 100 + number."""
        year, number = divmod(value, 100)
        if column == "active_month":
            return month_in_words(date(year, number, 1), self.say)
        monday = date.fromisocalendar(year, number, 1)
        return span_in_words(monday, monday + timedelta(days=6), self.say)

    def _place(self, column: str, value: int) -> str:
        if column == "guild_id":
            name = self.servers.get(value)
            return escape(name) if name else self.say("data.server_unknown")
        if column == "session_id":
            return escape(self.places.rooms.get(value, "")) or self.say("data.room_gone")
        if column == "room_id":
            return escape(self.places.chosen_rooms.get(value, "")) or self.say("data.room_gone")
        if column == "dm_channel_id":
            return self.say("data.dms_open" if value else "data.dms_waiting")
        channel_id = self.places.channels.get(value) if column == "channel_checkin_id" else value
        return f"<#{channel_id}>" if channel_id else self.say("data.channel_gone")

    def _in_words(self, column: str, value: str | int) -> str:
        if column == "locale":
            return self.say.language_name(str(value))
        if column == "weekdays":
            return _days(int(value), self.say)
        if column == "zone":
            return _zone(str(value), self.now, self.say)
        if column == "texts_sent":
            return self.say("data.texts", count=len(str(value).split()))
        if column in _CODES:
            return self.say(_CODES[column][str(value)])
        return self.say("data.yes" if value else "data.no") if column in _BOOLEANS else escape(str(value))


def _days(weekdays: int, say: Say) -> str:
    return say("times.daily") if weekdays == _EVERY_DAY else comma_separated(day_names(weekdays, say), say)


def _is_endless(value: str | int) -> bool:
    return datetime.fromtimestamp(int(value), UTC) >= UNTIL_RESUMED


def _zone(zone: str, now: datetime, say: Say) -> Markup:
    """Return a time zone by its name, with the time there if this release knows the zone."""
    try:
        shown = clock_in(zone, now)
    except (ZoneInfoNotFoundError, ValueError):
        return escape(zone)
    return say("data.zone", zone=zone.replace("_", " "), now=shown)
