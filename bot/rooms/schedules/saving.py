"""Saving a new schedule, inside a unit of work."""

from datetime import date

from bot.errors import RefusalError
from bot.rooms.schedules.checks import is_same_time
from bot.rooms.schedules.model import Schedule
from bot.rooms.schedules.rules import MOST_SCHEDULES
from bot.storage.database import Statements


async def save_new(statements: Statements, wanted: Schedule) -> Schedule:
    """Save a new schedule. Raises RefusalError if the room has one at the same time, or too many."""
    known = await statements.all(Schedule, "schedules_of_room", room_id=wanted.room_id)
    same = next((each for each in known if is_same_time(each, wanted)), None)
    if same is not None:
        raise RefusalError("refusals.schedule_there", minutes=same.minutes)
    if len(known) >= MOST_SCHEDULES:
        raise RefusalError("refusals.schedules_full", most=MOST_SCHEDULES)
    saved = await statements.one(Schedule, "add_schedule", **columns_of(wanted), room_id=wanted.room_id)
    assert saved is not None  # noqa: S101 - the statement returns its row
    return saved


def columns_of(schedule: Schedule) -> dict[str, int | str | date | None]:
    """Return what is saved of a schedule, by column."""
    return {
        "weekdays": schedule.weekdays,
        "local_minute": schedule.local_minute,
        "zone": schedule.zone,
        "minutes": schedule.minutes,
        "rounds": schedule.rounds,
        "every_weeks": schedule.every_weeks,
        "from_date": schedule.from_date,
        "until_date": schedule.until_date,
        "week_start": schedule.week_start,
    }
