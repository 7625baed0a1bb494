"""What the set-up panel looks like: pure functions of what is saved. It shows rooms, never people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from discord import ui

from bot.fingerprint import fingerprint
from bot.rooms.model import Room
from bot.rooms.schedules.model import Schedule
from bot.servers.days_off.service import ServerDaysOff
from bot.servers.model import Guild
from bot.texts.catalogue import Markup, Say
from cogs.checkins.routes import SHOW_CHANNEL_CHECKINS
from cogs.rooms.routes import OPEN_ROOM
from cogs.rooms.schedule_panels import when
from cogs.servers import days_off_panels, routes
from cogs.servers.moderators_channel import state
from cogs.ui.panels import Component, Lines, button, channel_select, panel, select
from cogs.ui.pauses import paused_line
from cogs.ui.time_format import at_line_start

FOLLOW_DISCORD = "discord"  # instead of a locale: the server's language in Discord


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room as moderators see it, with its weekly times and the next of them."""

    room: Room
    schedules: Sequence[Schedule]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of cards by locale: which one is `chosen` (None: as in Discord), and which is used."""

    names: Mapping[str, str]
    chosen: str | None
    used: str


def setup(
    guild: Guild,
    languages: Languages,
    rooms: Sequence[RoomLine],
    days_off: ServerDaysOff,
    say: Say,
    done: str = "",
) -> ui.LayoutView:
    """Return the set-up panel; `done` says what was just changed."""
    contacts = say("setup.help_contacts_set" if guild.help_contacts else "setup.help_contacts_unset")
    listed = Lines([_room(each, say) for each in rooms], say("setup.rest"))
    buttons = [
        button(say("setup.button.zone"), routes.ASK_ZONE()),
        button(say("setup.button.help_contacts"), routes.ASK_HELP_CONTACTS()),
        button(say("setup.button.days_off"), routes.SHOW_DAYS_OFF()),
        button(say("setup.button.open"), SHOW_CHANNEL_CHECKINS()),
        button(say("setup.button.moderators"), routes.SHOW_MODERATORS_CHANNEL()),
        button(say("setup.button.check"), routes.CHECK()),
    ]
    paused = paused_line(guild, say)
    rows = [[channel_select(say("setup.add_room"), routes.ADD_ROOM())], *_language_rows(languages, say)]
    if rooms:
        buttons.insert(0, button(say("setup.button.schedule"), routes.ASK_SCHEDULE()))
        choices = [(str(each.room.room_id), each.room.name) for each in rooms]
        rows.insert(1, [select(say("setup.change_room"), OPEN_ROOM(), choices)])
    chosen = [say("setup.zone", zone=guild.zone), _language(languages, say), contacts, state(guild, say)]
    choices_made = "\n".join(filter(None, [*chosen, days_off_panels.next_line(days_off, say)]))
    return panel(
        [say("setup.title"), paused, _next_step(guild, rooms, say), choices_made, listed, done],
        [*rows, [*resume_buttons(paused, say), *buttons]],
    )


def resume_buttons(paused: str, say: Say) -> list[Component]:
    """Return the button that ends the server's pause; `paused` says that there is one."""
    return [button(say("pause.button.resume"), routes.RESUME())] if paused else []


def _next_step(guild: Guild, rooms: Sequence[RoomLine], say: Say) -> str:
    """Return what to choose next, for moderators who see this for the first time."""
    if not rooms:
        return say("setup.no_rooms")
    if not any(each.schedules for each in rooms):
        return say("setup.step.schedule")
    return say("setup.step.ready" if guild.help_contacts else "setup.step.help_contacts")


def _language(languages: Languages, say: Say) -> str:
    name = languages.names[languages.used]
    if languages.chosen is None:
        return say("setup.language_followed", language=name)
    return say("setup.language", language=name)


def _language_rows(languages: Languages, say: Say) -> list[list[Component]]:
    """Return the row with the select of a language."""
    choices = [(FOLLOW_DISCORD, say("setup.follow_language")), *languages.names.items()]
    chosen = languages.chosen or FOLLOW_DISCORD
    return [
        [
            select(
                say("setup.choose_language"),
                routes.SET_LANGUAGE(fingerprint(languages.chosen)),
                choices,
                chosen,
            )
        ]
    ]


def _room(each: RoomLine, say: Say) -> str:
    where = Markup(f"<#{each.room.channel_id}>")
    line = say("setup.room", room=each.room.name, where=where, count=each.room.capacity)
    times = [say("setup.time", when=at_line_start(when(schedule, say))) for schedule in each.schedules]
    following = [say("setup.next", at=each.next_at)] if each.next_at else []
    return "\n".join([line, *times, *following])
