"""The forms of a room's recurring times: what they ask, and what was typed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.rooms.rules import LENGTHS, MOST_MINUTES, MOST_ROUNDS, whole_minutes
from bot.rooms.schedules.model import MOST_WEEKS, Plan, Schedule
from bot.texts.catalogue import Say
from cogs.ui.forms import Form, Typed
from cogs.ui.panels import Choice
from cogs.ui.payloads import encode
from cogs.ui.routes import CustomId
from cogs.ui.time_format import clock
from cogs.ui.typed_values import MIDNIGHT, TypedValues


@dataclass(frozen=True, slots=True)
class Length:
    """How long a session lasts: `rounds` rounds of `minutes`."""

    minutes: int
    rounds: int


USUAL = {"length": encode(Length(LENGTHS[-2], 1), Length), "repeat": "1"}
"""What is filled in for a new recurring time: 25 minutes, every week."""


def ask_times(form: Form, zone: str, say: Say) -> Form:
    """Add the inputs for a recurring time to a form, and return it; `zone` is the time zone of it."""
    return (
        form.ask("days", say("setup.form.days"), description=say("setup.form.days_hint"))
        .ask("time", say("setup.form.time"), description=say("setup.form.time_zone_hint", zone=zone))
        .choose("length", say("setup.form.length"), length_choices(say))
        .choose("repeat", say("setup.form.repeat"), repeat_choices(say))
        .ask("dates", say("setup.form.dates"), description=say("setup.form.dates_hint"), required=False)
    )


def length_choices(say: Say) -> list[Choice]:
    """Return the lengths that a session can have."""
    lengths = [Length(minutes, rounds) for minutes in LENGTHS for rounds in range(1, MOST_ROUNDS + 1)]
    return [
        (encode(each, Length), named_length(each.minutes, each.rounds, say))
        for each in lengths
        if whole_minutes(each.minutes, each.rounds) <= MOST_MINUTES
    ]


def repeat_choices(say: Say) -> list[Choice]:
    """Return in how many weeks a time can come once."""
    return [(str(each), say("times.every", count=each)) for each in range(1, MOST_WEEKS + 1)]


def named_length(minutes: int, rounds: int, say: Say) -> str:
    """Return the length of a session in words."""
    if rounds == 1:
        return say("setup.form.minutes", count=minutes)
    return say("setup.form.rounds", rounds=rounds, minutes=minutes, whole=whole_minutes(minutes, rounds))


def filled(schedule: Schedule, read: TypedValues) -> dict[str, str]:
    """Return the values that the inputs of a form are filled in with for a recurring time."""
    return {
        "days": read.named_days(schedule.weekdays),
        "time": clock(schedule.local_minute),
        "length": encode(Length(schedule.minutes, schedule.rounds), Length),
        "repeat": str(schedule.every_weeks),
        "dates": read.written_span(schedule.from_date, schedule.until_date),
    }


def new(room_id: int, zone: str, given: Typed, read: TypedValues) -> Schedule:
    """Return the recurring time that was typed into a form, for a room."""
    return edited(Schedule(0, room_id, 0, 0, zone, 0, every_weeks=0), given, read)


def edited(old: Schedule, given: Typed, read: TypedValues) -> Schedule:
    """Return a recurring time as it was typed into a form; its zone does not change.

    Its weeks begin on the day on which weeks begin for the person who chose how often it comes.
    """
    weekdays, minute = read.weekly(given.text("days"), given.text("time"))
    length, weeks = given.value("length", Length), given.value("repeat", int)
    first, last = read.first_and_last(given.text("dates"), old.zone)
    return replace(
        old,
        weekdays=weekdays,
        local_minute=minute,
        minutes=length.minutes,
        rounds=length.rounds,
        every_weeks=weeks,
        from_date=first,
        until_date=last,
        week_start=old.week_start if weeks == old.every_weeks else read.week_start,
    )


def zone_form(custom_id: CustomId, zone: str, say: Say) -> Form:
    """Return the form for the time zone of a recurring time, which is `zone`."""
    label, hint = say("setup.form.time_zone_label"), say("setup.form.zone_hint")
    return Form(say("setup.form.zone"), custom_id).ask("zone", label, description=hint, value=zone)


def move_form(custom_id: CustomId, plan: Plan, day: date, say: Say) -> Form:
    """Return the form for another date and time of the occurrence of a date, filled in as it is now."""
    to, minute = position_of(plan, day)
    hint = say("setup.form.time_zone_hint", zone=plan.schedule.zone)
    dates = say("setup.form.new_date_hint")
    return (
        Form(say("times.move"), custom_id)
        .ask("date", say("setup.form.new_date"), description=dates, value=to.isoformat())
        .ask("time", say("setup.form.time"), description=hint, value=clock(minute))
    )


def moved_to(
    plan: Plan, day: date, to_date: str | None, to_time: str | None, read: TypedValues
) -> tuple[date, int]:
    """Return to which local date and minute the occurrence of a date is moved, by what was typed.

    None: that stays as it is now.
    """
    now_on, now_at = position_of(plan, day)
    to = now_on if to_date is None else read.day(to_date, plan.schedule.zone)
    minute = now_at if to_time is None else read.minute(to_time)
    return (to + timedelta(days=1), 0) if minute == MIDNIGHT else (to, minute)


def position_of(plan: Plan, day: date) -> tuple[date, int]:
    """Return the local date and minute at which the occurrence of a date is now, moved or not."""
    moved = next((each for each in plan.changes if each.local_date == day), None)
    if moved is None or moved.moved_date is None or moved.moved_minute is None:
        return day, plan.schedule.local_minute
    return moved.moved_date, moved.moved_minute
