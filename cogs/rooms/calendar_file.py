"""The calendar file of scheduled sessions, by RFC 5545. It says nothing about people."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.rooms.rules import whole_minutes
from bot.rooms.schedules.model import ComingSession
from bot.texts.catalogue import Say, plain

if TYPE_CHECKING:
    from icalendar import Event

NAME = "sessions.ics"
AHEAD = timedelta(weeks=8)
MOST_SESSIONS = 1000  # the earliest; about 400 kB, far below what Discord takes


def calendar_file(server: str, sessions: Iterable[ComingSession], now: datetime, say: Say) -> bytes:
    """Return the calendar of a server's sessions, written at `now`, in the language of `say`.

    Times are UTC instants, so no calendar needs to know a time zone. A session, moved or not, has the same
    UID in every file, so that importing a newer one updates it.
    """
    from icalendar import Calendar  # noqa: PLC0415 - 7 MB and 0.1 s, when the first file is written

    server = _one_line(server)
    calendar = Calendar()
    calendar.add("prodid", "-//Alongside//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(say("calendar.name", server=server)))
    for each in sessions:
        calendar.add_component(_event(server, each, now, say))
    return bytes(calendar.to_ical())


def _event(server: str, each: ComingSession, now: datetime, say: Say) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - as above

    room, schedule, at = each.room, each.schedule, each.occurrence.at.astimezone(UTC)
    minutes = whole_minutes(schedule.minutes, schedule.rounds)
    event = Event()
    event.add(
        "uid", f"{room.guild_id}-{schedule.schedule_id}-{each.occurrence.local_date:%Y%m%d}@alongside"
    )
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", at)
    event.add("dtend", at + timedelta(minutes=minutes))
    event.add("summary", _one_line(room.name))
    event.add("description", plain(say("calendar.description", server=server, count=minutes)))
    event.add("url", f"https://discord.com/channels/{room.guild_id}/{room.channel_id}")
    event.add("transp", "TRANSPARENT")  # it does not make anyone busy
    return event


def _one_line(name: str) -> str:
    return " ".join(name.split())
