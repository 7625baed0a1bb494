"""Panels of recurring times: the times, and the next occurrences in their zone and in the reader's."""

from collections.abc import Sequence
from dataclasses import dataclass

from discord import ButtonStyle, ui

from bot.rooms.model import Room
from bot.rooms.schedules.model import Plan, Schedule
from bot.rooms.schedules.rules import shown_in_zone
from bot.scheduling.recurrence import Change, Occurrence
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY
from bot.texts.catalogue import Markup, Say
from bot.texts.joining import comma_separated
from cogs.rooms import routes
from cogs.ui.panels import Component, Lines, button, panel, select
from cogs.ui.time_format import at_line_start, clock, date_with_day, day_names

PREVIEWED = 5  # occurrences

_MOST_WITH_PREVIEW = 5  # plans in one message
_MOST_CHANGES_SHOWN = 8  # of one plan
_MOST_CHOICES = 25  # of a select


@dataclass(frozen=True, slots=True)
class Timetable:
    """A room's plan with its next occurrences."""

    room: Room
    plan: Plan
    next_occurrences: Sequence[Occurrence]


def when(schedule: Schedule, say: Say) -> Markup:
    """Return the description of a recurring time, for example "Monday, 19:30 Europe/Berlin, 25 minutes"."""
    is_daily = schedule.weekdays == MONDAY_TO_SUNDAY
    days = say("times.daily") if is_daily else comma_separated(day_names(schedule.weekdays, say), say)
    words = [
        say(
            "setup.when",
            days=days,
            time=clock(schedule.local_minute),
            zone=schedule.zone,
            minutes=schedule.minutes,
        )
    ]
    if schedule.rounds > 1:
        words.append(say("times.rounds", count=schedule.rounds))
    if schedule.every_weeks > 1:
        words.append(say("times.every", count=schedule.every_weeks))
    if schedule.from_date is not None:
        words.append(say("times.from", date=schedule.from_date))
    if schedule.until_date is not None:
        words.append(say("times.until", date=schedule.until_date))
    return comma_separated(words, say)


def page(timetable: Timetable, say: Say, done: str = "") -> ui.LayoutView:
    """Return the panel of one recurring time with the next occurrences; `done` says what was changed."""
    schedule_id, zone = timetable.plan.schedule.schedule_id, timetable.plan.schedule.zone
    ahead = [
        (each.local_date.isoformat(), choice_name(each, zone, say)) for each in timetable.next_occurrences
    ]
    changes = [
        (each.local_date.isoformat(), change_name(each, say))
        for each in timetable.plan.changes[-_MOST_CHOICES:]
    ]
    seen = (schedule_id, timetable.plan.fingerprint)
    rows: list[list[Component]] = []
    if ahead:
        rows.append([select(say("times.skip"), routes.SKIP_SESSION(*seen), ahead)])
        rows.append([select(say("times.move"), routes.ASK_MOVE_SESSION(schedule_id), ahead)])
    if changes:
        rows.append([select(say("times.restore"), routes.RESTORE_SESSION(*seen), changes)])
    rows.append(
        [
            button(say("times.button.edit"), routes.ASK_EDIT_TIME(schedule_id)),
            button(say("times.button.zone"), routes.ASK_TIME_ZONE(schedule_id)),
            button(say("times.button.remove"), routes.ASK_REMOVE_TIME(schedule_id)),
            button(say("times.button.room"), routes.SHOW_ROOM(timetable.room.room_id)),
        ]
    )
    return panel([say("times.of_room", room=timetable.room.name), _in_full(timetable, say), done], rows)


def change_name(change: Change, say: Say) -> str:
    """Return a skipped or moved occurrence as the name of a choice."""
    return say("times.choice_skipped" if change.is_skip else "times.choice_moved", date=change.local_date)


def ask_removal(timetable: Timetable, say: Say, stale: str = "") -> ui.LayoutView:
    """Return the question before a time is removed, with its next sessions; `stale`: why again."""
    schedule, room = timetable.plan.schedule, timetable.room
    goes: list[str] = [say("times.ask_remove", room=room.name, when=when(schedule, say)), say("times.goes")]
    goes += [_line(each, schedule, say) for each in timetable.next_occurrences]
    if room.has_events:
        goes.append(say("times.goes_event"))
    remove = routes.REMOVE_TIME(schedule.schedule_id, timetable.plan.fingerprint)
    buttons = [
        button(say("times.button.remove"), remove, ButtonStyle.danger),
        button(say("times.button.keep"), routes.KEEP_TIME(schedule.schedule_id)),
    ]
    return panel(["\n".join(goes), stale], [buttons])


def removed(timetable: Timetable, say: Say) -> ui.LayoutView:
    """Return a panel that says that a recurring time was removed."""
    words = say("times.removed", room=timetable.room.name, when=when(timetable.plan.schedule, say))
    back = button(say("setup.button.back"), routes.SHOW_ROOM(timetable.room.room_id))
    return panel([words, say("setup.done_unscheduled")], [[back]])


def listed(timetables: Sequence[Timetable], say: Say) -> ui.LayoutView:
    """Return a panel of several plans: the more plans, the fewer next occurrences of each."""
    if not timetables:
        return panel([say("times.title"), say("times.nothing")])
    describe = _in_full if len(timetables) <= _MOST_WITH_PREVIEW else _in_brief
    blocks = [
        "\n".join([say("times.of_room", room=each.room.name), describe(each, say), ""])
        for each in timetables
    ]
    return panel([say("times.title"), Lines(blocks, say("times.rest"))])


def preview(timetable: Timetable, say: Say) -> str:
    """Return the next occurrences on the zone's clocks and, drawn by Discord, on the reader's."""
    schedule = timetable.plan.schedule
    if not timetable.next_occurrences:
        return say("times.none_ahead")
    lines = [_line(each, schedule, say) for each in timetable.next_occurrences[:PREVIEWED]]
    return "\n".join([say("times.preview", zone=schedule.zone), *lines])


def choice_name(occurrence: Occurrence, zone: str, say: Say) -> str:
    """Return an occurrence as the name of a choice, in which Discord draws no timestamp."""
    day, minute = shown_in_zone(occurrence.at, zone)
    return say("times.spoken", date=day, time=clock(minute))


def _in_full(timetable: Timetable, say: Say) -> str:
    planned = at_line_start(when(timetable.plan.schedule, say))
    return "\n".join(filter(None, [planned, preview(timetable, say), _skipped(timetable, say)]))


def _in_brief(timetable: Timetable, say: Say) -> str:
    schedule = timetable.plan.schedule
    coming = [_line(each, schedule, say) for each in timetable.next_occurrences[:1]]
    return "\n".join([at_line_start(when(schedule, say)), *(coming or [say("times.none_ahead")])])


def _line(occurrence: Occurrence, schedule: Schedule, say: Say) -> str:
    day, minute = shown_in_zone(occurrence.at, schedule.zone)
    place = "times.occurrence"
    if occurrence.is_moved:
        place = "times.moved"
    elif minute != schedule.local_minute:
        place = "times.shifted"
    return say(
        place,
        date=day,
        time=clock(minute),
        at=occurrence.at,
        planned=clock(schedule.local_minute),
        planned_date=occurrence.local_date,
    )


def _skipped(timetable: Timetable, say: Say) -> str:
    skipped = [date_with_day(each.local_date, say) for each in timetable.plan.changes if each.is_skip]
    if not skipped:
        return ""
    shown = skipped[-_MOST_CHANGES_SHOWN:]
    return say("times.skipped", dates=Markup(" · ".join(shown)))
