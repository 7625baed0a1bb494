"""Two moderators who save a form at the same time: the second one is refused, and nothing is lost."""

import asyncio
from dataclasses import replace

from bot.errors import RefusalError
from bot.rooms.model import Room, ThreadProblem
from bot.rooms.schedules.model import Plan
from bot.services import Services
from tests.storage.members import HERE


async def test_of_two_forms_of_a_room_that_are_saved_at_once_one_counts(services: Services) -> None:
    seen = await services.rooms.add(HERE, 71, "Library", 8)
    both = await asyncio.gather(
        services.rooms.edit(seen, "Quiet library", 8),
        services.rooms.edit(seen, "Library", 12),
        return_exceptions=True,
    )
    (saved,) = [each for each in both if isinstance(each, Room)]
    (refused,) = [each for each in both if isinstance(each, RefusalError)]
    assert refused.key == "refusals.room_stale"
    assert refused.values == {"room": saved.name, "count": saved.capacity}
    assert await services.rooms.get(HERE, seen.room_id) == saved


async def test_of_two_forms_of_a_schedule_that_are_saved_at_once_one_counts(services: Services) -> None:
    room = await services.rooms.add(HERE, 71, "Library", 8)
    seen = await services.schedules.add(HERE, room.room_id, 1, 9 * 60, "UTC", 25)
    both = await asyncio.gather(
        services.schedules.edit(HERE, replace(seen, minutes=10), seen),
        services.schedules.edit(HERE, replace(seen, local_minute=10 * 60), seen),
        return_exceptions=True,
    )
    (saved,) = [each for each in both if isinstance(each, Plan)]
    (refused,) = [each for each in both if isinstance(each, RefusalError)]
    assert refused.key == "refusals.time_stale"
    assert (await services.schedules.get(HERE, seen.schedule_id)).schedule == saved.schedule


async def test_a_problem_that_was_found_meanwhile_is_no_change_by_a_moderator(services: Services) -> None:
    seen = await services.rooms.add(HERE, 71, "Library", 8)
    await services.rooms.note_thread_problem(HERE, 71, next(iter(ThreadProblem)))
    assert (await services.rooms.edit(seen, "Library", 9)).capacity == 9
