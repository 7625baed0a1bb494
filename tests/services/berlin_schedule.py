"""A schedule in Berlin: its days and times, and when the worker opens it next."""

from datetime import UTC, date, datetime, timedelta

from bot.rooms.schedules.model import Plan, Schedule
from bot.scheduling.due_queue import DueKind
from bot.services import Services
from tests.rooms import due_at
from tests.storage.members import HERE

MONDAY = 0b1
TUESDAY = 0b10
HALF_PAST_SEVEN = 19 * 60 + 30
FIRST = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # half past seven in Berlin, the clock's day
WEEK = timedelta(days=7)
TODAY = date(2026, 11, 23)


async def edit(services: Services, wanted: Schedule) -> Plan:
    """Change a schedule to `wanted`, as a moderator does who sees it as it is now."""
    seen = (await services.schedules.get(HERE, wanted.schedule_id)).fingerprint
    return await services.schedules.edit(HERE, wanted, seen=seen)


async def next_run_at(services: Services, schedule: Schedule) -> datetime | None:
    """Return when the worker runs a schedule's next opening."""
    return await due_at(services, DueKind.OPEN_SESSION, schedule.schedule_id)
