"""Native events announce a room's times: one each, cheap, and never the cause of a crash."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import timedelta

import pytest

from sandbox.state import messages, payloads
from sandbox.state import scheduled_events as discords_clock
from sandbox.state.models import EventStatus, Overwrite, Role, ScheduledEvent
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation
from tests.process.house import House
from tests.process.test_schedules import MONDAY, next_weekday

pytestmark = pytest.mark.usefixtures("voice_and_events")

CREATE = ("POST", "/guilds/{guild_id}/scheduled-events")
EDIT = ("PATCH", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}")
VOICE, EXTERNAL = 2, 3


async def command(house: House, path: str, /, **options: object) -> str:
    """Let the moderator use a command, and return the answer."""
    reply = await house.person("Mika").run(path, channel="quiet-corner", options=options)
    text = (await reply.settled()).text
    await house.settle()
    return text


async def opens_weekly(house: House, days: str = "Monday") -> None:
    """Let the library open every week at 20:00 in Berlin."""
    given = {"time": "20:00", "minutes": 25, "zone": "Europe/Berlin"}
    text = await command(house, "quiet schedule add", room="Library", days=days, **given)
    assert "opens by itself" in text, text


async def announced(house: House) -> None:
    """Let the library open every week at 20:00 in Berlin, with events."""
    await house.add_room()
    await opens_weekly(house)
    assert "appear in the server's events" in await command(
        house, "quiet room events", room="Library", announced=1
    )


def events(house: House) -> list[ScheduledEvent]:
    """Return the events of the server that are not over."""
    return list(house.guild.events.values())


def spent(house: House, since: int = 0) -> list[tuple[str, str]]:
    """Return the requests that were about events."""
    return [each for each in house.spent(since) if each in {CREATE, EDIT}]


def simulation(house: House) -> Simulation:
    """Return the simulation, to change what no person in it can change."""
    return house.box.simulation


def occurrence(house: House, event: ScheduledEvent) -> dict[str, str]:
    """Return the options that name the occurrence that an event stands for."""
    ((number,),) = house.rows("SELECT schedule_id FROM schedule")
    return {"schedule": str(number), "occurrence": event.starts_at.date().isoformat()}


def write(house: House, statement: str, *values: object) -> None:
    """Change the database of a bot that does not run."""
    assert not house.is_running
    with contextlib.closing(sqlite3.connect(house.database, isolation_level=None)) as connection:
        connection.execute(statement, values)


def status_of(event: ScheduledEvent) -> EventStatus:
    """Return where an event stands by now."""
    return event.status


def upcoming(house: House) -> ScheduledEvent:
    """Return the one event there is, checked to be of the next Monday evening."""
    now = house.box.clock.now()
    today = next_weekday(now - timedelta(days=1), MONDAY, 20)
    (event,) = events(house)
    assert event.starts_at == (today if today > now else next_weekday(now, MONDAY, 20))
    return event


async def comes_to(house: House, *problems: str | None) -> None:
    """Wait until the events kept have these problems: Discord's news is answered by nobody."""
    async with asyncio.timeout(10):
        while [each for (each,) in house.rows("SELECT problem FROM native_event")] != list(problems):
            await house.settle()


async def test_an_event_announces_the_next_occurrence_and_costs_one_request(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    assert (event.name, event.entity_type, event.location) == ("Library", EXTERNAL, "#library")
    assert event.ends_at == event.starts_at + timedelta(minutes=25)
    assert spent(house) == [CREATE]
    await house.wait_until(event.starts_at + timedelta(minutes=10))
    assert status_of(event) is EventStatus.ACTIVE
    assert "Nobody is seated yet." in messages.plain_text(await house.card())
    await house.wait_until(event.starts_at + timedelta(hours=1))
    assert status_of(event) is EventStatus.COMPLETED
    assert upcoming(house).starts_at > event.starts_at
    assert spent(house) == [CREATE, CREATE]
    await house.wait(days=14)
    assert len(events(house)) == 1
    assert spent(house) == [CREATE] * 4


async def test_a_moved_occurrence_moves_its_event(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    house.person("Ada").interested(event, True)
    day = (event.starts_at + timedelta(days=1)).date().isoformat()
    await command(house, "quiet schedule move", **occurrence(house, event), date=day)
    (moved,) = events(house)
    assert moved is event
    assert moved.starts_at.date().isoformat() == day
    assert moved.interested == {house.person("Ada").id}
    assert spent(house) == [CREATE, EDIT]


async def test_a_skipped_occurrence_is_cancelled_and_the_next_is_announced(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    await command(house, "quiet schedule skip", **occurrence(house, event))
    assert status_of(event) is EventStatus.CANCELED
    (following,) = events(house)
    assert following.starts_at > event.starts_at + timedelta(days=6)
    assert spent(house) == [CREATE, EDIT, CREATE]


async def test_a_removed_room_takes_its_events_along(house: House) -> None:
    await announced(house)
    await opens_weekly(house, "Wednesday")
    assert len(events(house)) == 2
    await command(house, "quiet room remove", room="Library")
    assert events(house) == []
    assert house.rows("SELECT * FROM native_event") == []
    assert house.due() == []


async def test_events_that_are_turned_off_are_cancelled(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    assert "any more" in await command(house, "quiet room events", room="Library", announced=0)
    assert status_of(event) is EventStatus.CANCELED
    assert house.due() == ["open_session"]


async def test_in_a_voice_room_the_event_starts_and_ends_with_the_session(house: House) -> None:
    await announced(house)
    await command(house, "quiet room voice", room="Library", silent=1)
    event = upcoming(house)
    assert (event.entity_type, event.location) == (VOICE, None)
    assert spent(house) == [CREATE, EDIT]
    since = house.mark
    await house.wait_until(event.starts_at + timedelta(seconds=1))
    assert status_of(event) is EventStatus.ACTIVE
    await house.wait_until(event.starts_at + timedelta(minutes=24))
    assert status_of(event) is EventStatus.ACTIVE
    await house.wait_until(event.starts_at + timedelta(minutes=26))
    assert status_of(event) is EventStatus.COMPLETED
    assert upcoming(house).entity_type == VOICE
    assert spent(house, since) == [EDIT, EDIT, CREATE]


async def test_a_deleted_event_stays_away_until_the_time_after(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    discords_clock.change_status(simulation(house), event, EventStatus.CANCELED)
    await comes_to(house, "deleted")
    assert "has no event for" in await command(house, "quiet check")
    await house.restart()
    await house.settle()
    assert spent(house) == [CREATE]
    await house.wait_until(event.starts_at + timedelta(hours=1))
    assert house.rows("SELECT problem FROM native_event") == [(None,)]
    assert upcoming(house).starts_at > event.starts_at


async def test_an_event_deleted_while_the_bot_was_away_is_noticed(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    await house.kill()
    del house.guild.events[event.id]
    await house.start()
    await comes_to(house, "deleted")
    assert spent(house) == [CREATE]
    house.allowed.append("scheduled-events")


async def test_a_lost_permission_costs_no_request_and_mends_itself(house: House) -> None:
    role = next(role for role in house.guild.roles.values() if role.bot_id)
    await house.add_room()
    await opens_weekly(house)
    await permit(house, role.permissions & ~Permission.CREATE_EVENTS)
    text = await command(house, "quiet room events", room="Library", announced=1)
    assert "appear in the server's events once I hold Create Events." in text
    assert house.rows("SELECT event_id, problem FROM native_event") == [(None, "permission")]
    assert spent(house) == []
    await permit(house, role.permissions | Permission.CREATE_EVENTS)
    await house.box.until(lambda: events(house))
    upcoming(house)


async def test_a_voice_channel_without_the_permission_is_named(house: House) -> None:
    await command(house, "quiet room add", channel="library", name="Library", voice=True)
    await opens_weekly(house)
    voice = next(one for one in house.guild.channels.values() if one.name == "Library")
    bot = house.box.world.app.user.id
    voice.overwrites[bot] = Overwrite(bot, 1, deny=int(Permission.CREATE_EVENTS))
    simulation(house).dispatch("CHANNEL_UPDATE", payloads.channel(simulation(house), voice), house.guild.id)
    await command(house, "quiet room events", room="Library", announced=1)
    assert f"yet: Create Events is not granted in <#{voice.id}>." in await command(house, "quiet check")
    del voice.overwrites[bot]
    simulation(house).dispatch("CHANNEL_UPDATE", payloads.channel(simulation(house), voice), house.guild.id)
    await house.box.until(lambda: events(house))
    await house.settle()
    assert "has no event" not in await command(house, "quiet check")


async def test_a_role_that_the_bot_is_given_mends_what_waited_for_a_permission(house: House) -> None:
    own = next(role for role in house.guild.roles.values() if role.bot_id)
    await house.add_room()
    await opens_weekly(house)
    await permit(house, own.permissions & ~Permission.CREATE_EVENTS)
    await command(house, "quiet room events", room="Library", announced=1)
    role = Role(house.guild.id + 1, "Announcers", int(Permission.CREATE_EVENTS))
    house.guild.roles[role.id] = role
    guild_id = str(house.guild.id)
    simulation(house).dispatch("GUILD_ROLE_CREATE", {"guild_id": guild_id, "role": payloads.role(role)})
    assert spent(house) == []
    bot = house.guild.members[house.box.world.app.user.id]
    bot.roles.append(role.id)
    simulation(house).dispatch("GUILD_MEMBER_UPDATE", {"guild_id": guild_id, **payloads.member(bot)})
    await house.box.until(lambda: events(house))
    upcoming(house)


async def test_a_full_server_costs_no_request_and_an_ended_event_makes_room(house: House) -> None:
    start = house.box.clock.now() + timedelta(days=90)
    owner = house.guild.owner_id
    for number in range(100):
        one = ScheduledEvent(1 << 60 | number, house.guild.id, "Fair", start, EXTERNAL, owner)
        one.ends_at, one.location = start + timedelta(hours=1), "the green"
        house.guild.events[one.id] = one
    await house.restart()
    await house.add_room()
    await opens_weekly(house)
    await command(house, "quiet room events", room="Library", announced=1)
    assert house.rows("SELECT problem FROM native_event") == [("limit",)]
    assert spent(house) == []
    discords_clock.change_status(simulation(house), events(house)[0], EventStatus.CANCELED)
    await house.box.until(lambda: spent(house) == [CREATE])


async def test_an_event_made_just_before_the_process_died_is_kept(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    await house.kill()
    write(house, "DELETE FROM native_event")
    write(house, "UPDATE due SET due_at = 0, occurs_at = 0 WHERE kind = 'native_event'")
    await house.start()
    await comes_to(house, None)
    assert house.rows("SELECT event_id FROM native_event") == [(event.id,)]
    assert spent(house) == [CREATE]


@pytest.mark.parametrize("fault", ["the answer is lost", "Discord is down"])
async def test_a_failed_request_is_made_good_and_makes_no_second_event(house: House, fault: str) -> None:
    await house.add_room()
    await opens_weekly(house)
    if fault == "the answer is lost":
        house.box.faults.lose_answer(*CREATE)
    else:
        house.box.faults.fail(*CREATE, 503)
    await command(house, "quiet room events", room="Library", announced=1)
    await house.wait(minutes=2)
    await comes_to(house, None)
    assert house.rows("SELECT event_id FROM native_event") == [(upcoming(house).id,)]


@pytest.mark.parametrize("status", [408, 429])
async def test_what_passes_does_not_leave_an_occurrence_without_its_event(
    house: House, status: int
) -> None:
    house.box.faults.fail(*CREATE, status=status)
    await announced(house)
    await house.wait(minutes=2)
    await comes_to(house, None)
    assert house.rows("SELECT event_id FROM native_event") == [(upcoming(house).id,)]
    assert not any(" ERROR " in line for line in house.log)


async def test_an_event_that_never_succeeds_is_tried_more_and_more_rarely(house: House) -> None:
    house.box.faults.fail(*CREATE, status=429, times=1000)
    await announced(house)
    await house.wait(hours=3)
    assert 5 <= house.count(CREATE) <= 10
    assert not any(" ERROR " in line for line in house.log)


async def test_a_refused_cancel_is_noted_and_mends_itself(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    house.box.faults.fail(*EDIT, 403, code=50013)
    await command(house, "quiet room remove", room="Library")
    await comes_to(house, "permission")
    text = await command(house, "quiet check")
    assert "**A room that is gone**: its event for" in text
    assert "may say something old, as Discord did not let me change it." in text
    role = next(role for role in house.guild.roles.values() if role.bot_id)
    await permit(house, role.permissions | Permission.MANAGE_EVENTS)
    await comes_to(house)
    assert status_of(event) is EventStatus.CANCELED


async def test_an_outage_deletes_nothing(house: House) -> None:
    await announced(house)
    event = upcoming(house)
    house.box.faults.outage(house.guild)
    await house.wait_until(event.starts_at + timedelta(hours=1))
    assert spent(house) == [CREATE]
    house.box.faults.end_outage(house.guild)
    await house.box.until(lambda: spent(house) == [CREATE, CREATE])
    await comes_to(house, None)
    assert upcoming(house).starts_at > event.starts_at


async def permit(house: House, bits: int) -> None:
    """Give the bot's role other permissions, and let it hear of it."""
    role = next(role for role in house.guild.roles.values() if role.bot_id)
    role.permissions = int(bits)
    data = {"guild_id": str(house.guild.id), "role": payloads.role(role)}
    simulation(house).dispatch("GUILD_ROLE_UPDATE", data, house.guild.id)
    await house.settle()
