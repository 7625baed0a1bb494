"""Two moderators who act at once on what both see: one act counts, the other is refused as stale."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import pytest

from bot.errors import RefusalError, StaleError
from bot.fingerprint import fingerprint
from bot.rooms.model import ThreadProblem
from bot.rooms.schedules.model import Schedule
from bot.services import Services
from tests.services.berlin_schedule import HALF_PAST_SEVEN, MONDAY, TODAY, WEEK
from tests.storage.members import HERE


@dataclass(frozen=True)
class Seen:
    """What both moderators see: a room and its schedule, with one session skipped, and the fingerprints."""

    services: Services
    guild_id: int
    schedule: Schedule
    room: int
    plan: int

    @property
    def room_ids(self) -> tuple[int, int]:
        """The ids of the server and the room."""
        return self.guild_id, self.schedule.room_id

    @property
    def schedule_ids(self) -> tuple[int, int]:
        """The ids of the server and the schedule."""
        return self.guild_id, self.schedule.schedule_id


Act: TypeAlias = "Callable[[Seen], Awaitable[Any]]"

OF_ROOMS: dict[str, Act] = {
    "edit": lambda at: at.services.rooms.edit(*at.room_ids, "Attic", 12, seen=at.room),
    "move": lambda at: at.services.rooms.move(*at.room_ids, 79, seen=at.room),
    "ask": lambda at: at.services.rooms.ask_arriving(*at.room_ids, asks=True, seen=at.room),
    "threads": lambda at: at.services.rooms.offer_threads(*at.room_ids, offered=True, seen=at.room),
    "opening": lambda at: at.services.rooms.let_members_open(*at.room_ids, allowed=False, seen=at.room),
    "next": lambda at: at.services.rooms.show_next(*at.room_ids, shown=False, seen=at.room),
    "voice": lambda at: at.services.rooms.set_voice(*at.room_ids, None, made=False, seen=at.room),
    "events": lambda at: at.services.rooms.set_events(*at.room_ids, is_on=True, seen=at.room),
    "remove": lambda at: at.services.rooms.remove(*at.room_ids, seen=at.room),
}
OF_SCHEDULES: dict[str, Act] = {
    "edit": lambda at: at.services.schedules.edit(
        at.guild_id, replace(at.schedule, zone="Asia/Tokyo"), seen=at.plan
    ),
    "skip": lambda at: at.services.schedules.skip(*at.schedule_ids, TODAY + WEEK, seen=at.plan),
    "move": lambda at: at.services.schedules.move(
        *at.schedule_ids, TODAY + 2 * WEEK, date(2026, 12, 8), 600, seen=at.plan
    ),
    "restore": lambda at: at.services.schedules.restore(*at.schedule_ids, TODAY, seen=at.plan),
    "remove": lambda at: at.services.schedules.remove(*at.schedule_ids, seen=at.plan),
}
OF_SETTINGS: dict[str, Callable[[Services, int], Awaitable[Any]]] = {
    "zone": lambda services, seen: services.server_settings.set_zone(HERE, "Asia/Tokyo", seen=seen),
    "language": lambda services, seen: services.server_settings.set_locale(HERE, "de", seen=seen),
    "contacts": lambda services, seen: services.server_settings.set_help_contacts(HERE, "Kim", seen=seen),
    "moderators": lambda services, seen: services.outages.choose_channel(HERE, 74, seen=seen),
}


async def one_counts(both: Sequence[Awaitable[Any]], *gone: str) -> None:
    """Check that of two acts at once one is done, and the other refused as stale or by a key of `gone`."""
    results = await asyncio.gather(*both, return_exceptions=True)
    (refused,) = [each for each in results if isinstance(each, Exception)]
    assert isinstance(refused, RefusalError)
    assert isinstance(refused, StaleError) or refused.key in gone


async def seen_by_both(services: Services, guild_id: int) -> Seen:
    room = await services.rooms.add(guild_id, 71, "Library", 8)
    schedule = await services.schedules.add(
        guild_id, room.room_id, MONDAY, HALF_PAST_SEVEN, "Europe/Berlin", 25
    )
    await services.schedules.skip(guild_id, schedule.schedule_id, TODAY)
    await services.rooms.set_voice(guild_id, room.room_id, 75, made=True)
    shown = await services.rooms.look(guild_id, room.room_id)
    plan = await services.schedules.get(guild_id, schedule.schedule_id)
    return Seen(services, guild_id, plan.schedule, shown.fingerprint, plan.fingerprint)


@pytest.mark.parametrize("first", OF_ROOMS)
async def test_of_two_acts_on_a_room_at_once_one_counts(services: Services, first: str) -> None:
    for guild_id, second in enumerate(OF_ROOMS.values(), start=HERE):
        at = await seen_by_both(services, guild_id)
        await one_counts([OF_ROOMS[first](at), second(at)], "refusals.room_gone")


@pytest.mark.parametrize("first", OF_SCHEDULES)
async def test_of_two_acts_on_a_schedule_at_once_one_counts(services: Services, first: str) -> None:
    for guild_id, second in enumerate(OF_SCHEDULES.values(), start=HERE):
        at = await seen_by_both(services, guild_id)
        await one_counts([OF_SCHEDULES[first](at), second(at)], "refusals.schedule_gone")


@pytest.mark.parametrize("what", OF_SETTINGS)
async def test_of_two_choices_of_a_setting_at_once_one_counts(services: Services, what: str) -> None:
    guild = await services.server_settings.get(HERE)
    seen = {
        "zone": fingerprint(guild.zone),
        "language": fingerprint(guild.locale),
        "contacts": fingerprint(guild.help_contacts),
        "moderators": fingerprint(guild.moderators_channel_id),
    }[what]
    await one_counts([OF_SETTINGS[what](services, seen), OF_SETTINGS[what](services, seen)])


async def test_a_removal_of_a_channel_checkin_is_refused_once_the_next_one_is_another(
    services: Services,
) -> None:
    one = await services.channel_checkins.add(HERE, 71, MONDAY, 540, "UTC")
    (asked,) = await services.channel_checkins.listed(HERE)
    await services.days_off.add(HERE, TODAY + WEEK, TODAY + WEEK)
    with pytest.raises(StaleError):
        await services.channel_checkins.remove(HERE, one.channel_checkin_id, seen=asked.fingerprint)
    (asked,) = await services.channel_checkins.listed(HERE)
    removals = [
        services.channel_checkins.remove(HERE, one.channel_checkin_id, seen=asked.fingerprint)
        for _ in range(2)
    ]
    await one_counts(removals, "refusals.open_removed")


async def test_days_off_and_texts_never_change_so_of_two_removals_at_once_one_finds_them_gone(
    services: Services,
) -> None:
    days = await services.days_off.add(HERE, TODAY, TODAY)
    await one_counts(
        [services.days_off.remove(HERE, days.day_off_id) for _ in range(2)], "refusals.days_off_gone"
    )
    text = await services.prompts.add(HERE, "A chair is free.", "en")
    await one_counts(
        [services.prompts.remove(HERE, text.prompt_id) for _ in range(2)], "refusals.prompt_gone"
    )


async def test_a_problem_that_was_found_meanwhile_is_no_change_by_a_moderator(services: Services) -> None:
    at = await seen_by_both(services, HERE)
    await services.rooms.note_thread_problem(HERE, 71, next(iter(ThreadProblem)))
    assert (await services.rooms.edit(*at.room_ids, "Library", 9, seen=at.room)).capacity == 9


async def test_a_first_time_zone_does_not_replace_one_that_was_chosen_meanwhile(services: Services) -> None:
    await services.server_settings.set_zone(HERE, "Asia/Tokyo")
    await services.server_settings.set_first_zone(HERE, "UTC")
    assert (await services.server_settings.get(HERE)).zone == "Asia/Tokyo"
