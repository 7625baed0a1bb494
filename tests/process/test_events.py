"""Native events announce a room's times: one event each, few requests, and no crash."""

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
from tests.process.bot_process import BotProcess
from tests.process.test_schedules import MONDAY, next_weekday

pytestmark = pytest.mark.usefixtures("voice_and_events")

CREATE = ("POST", "/guilds/{guild_id}/scheduled-events")
EDIT = ("PATCH", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}")
VOICE, EXTERNAL = 2, 3


async def command(process: BotProcess, path: str, /, **options: object) -> str:
    """Let the moderator use a command, and return the answer."""
    reply = await process.person("Mika").run(path, channel="quiet-corner", options=options)
    text = (await reply.settled()).text
    await process.settle()
    return text


async def confirmed(process: BotProcess, button: str, path: str, /, **options: object) -> str:
    """Let the moderator use a command that asks first, and tap `button`; return the answer to that.

    If the command is refused, there is nothing to tap: return its answer.
    """
    mika = process.person("Mika")
    asked = await (await mika.run(path, channel="quiet-corner", options=options)).settled()
    assert asked.message is not None
    if "Nothing was changed." in asked.text:
        return asked.text
    text = (await (await mika.click(asked.message, button)).settled()).text
    await process.settle()
    return text


async def opens_weekly(process: BotProcess, days: str = "Monday") -> None:
    """Let the library open every week at 20:00 in Berlin."""
    given = {"time": "20:00", "minutes": 25, "zone": "Europe/Berlin"}
    text = await command(process, "quiet schedule add", room="Library", days=days, **given)
    assert "opens by itself" in text, text


async def announced(process: BotProcess) -> None:
    """Let the library open every week at 20:00 in Berlin, with events."""
    await process.add_room()
    await opens_weekly(process)
    assert "appears in the server's events" in await command(
        process, "quiet room events", room="Library", announced=1
    )


def events(process: BotProcess) -> list[ScheduledEvent]:
    """Return the events of the server that are not over."""
    return list(process.guild.events.values())


def spent(process: BotProcess, since: int = 0) -> list[tuple[str, str]]:
    """Return the requests that were about events."""
    return [each for each in process.spent(since) if each in {CREATE, EDIT}]


def simulation(process: BotProcess) -> Simulation:
    """Return the simulation, to change what no person in it can change."""
    return process.box.simulation


def occurrence(process: BotProcess, event: ScheduledEvent) -> dict[str, str]:
    """Return the options that name the occurrence that an event stands for."""
    ((number,),) = process.rows("SELECT schedule_id FROM schedule")
    return {"schedule": str(number), "occurrence": event.starts_at.date().isoformat()}


def write(process: BotProcess, statement: str, *values: object) -> None:
    """Change the database of a bot that does not run."""
    assert not process.is_running
    with contextlib.closing(sqlite3.connect(process.database, isolation_level=None)) as connection:
        connection.execute(statement, values)


def status_of(event: ScheduledEvent) -> EventStatus:
    """Return the current status of an event."""
    return event.status


def upcoming(process: BotProcess) -> ScheduledEvent:
    """Return the server's only event, after checking that it is for the next Monday evening."""
    now = process.box.clock.now()
    today = next_weekday(now - timedelta(days=1), MONDAY, 20)
    (event,) = events(process)
    assert event.starts_at == (today if today > now else next_weekday(now, MONDAY, 20))
    return event


async def wait_for_problems(process: BotProcess, *problems: str | None) -> None:
    """Wait until the saved events have these problems; no response of the bot shows when that is."""
    async with asyncio.timeout(10):
        while [each for (each,) in process.rows("SELECT problem FROM native_event")] != list(problems):
            await process.settle()


async def test_an_event_announces_the_next_occurrence_and_costs_one_request(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    assert (event.name, event.entity_type, event.location) == ("Library", EXTERNAL, "#library")
    assert event.ends_at == event.starts_at + timedelta(minutes=25)
    assert spent(process) == [CREATE]
    await process.wait_until(event.starts_at + timedelta(minutes=10))
    assert status_of(event) is EventStatus.ACTIVE
    assert "There are 8 seats." in messages.plain_text(await process.card())
    await process.wait_until(event.starts_at + timedelta(hours=1))
    assert status_of(event) is EventStatus.COMPLETED
    assert upcoming(process).starts_at > event.starts_at
    assert spent(process) == [CREATE, CREATE]
    await process.wait(days=14)
    assert len(events(process)) == 1
    assert spent(process) == [CREATE] * 4


async def test_a_moved_occurrence_moves_its_event(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    process.person("Ada").interested(event, True)
    day = (event.starts_at + timedelta(days=1)).date().isoformat()
    await command(process, "quiet schedule move", **occurrence(process, event), date=day)
    (moved,) = events(process)
    assert moved is event
    assert moved.starts_at.date().isoformat() == day
    assert moved.interested == {process.person("Ada").id}
    assert spent(process) == [CREATE, EDIT]


async def test_a_skipped_occurrence_is_cancelled_and_the_next_is_announced(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    await command(process, "quiet schedule skip", **occurrence(process, event))
    assert status_of(event) is EventStatus.CANCELED
    (following,) = events(process)
    assert following.starts_at > event.starts_at + timedelta(days=6)
    assert spent(process) == [CREATE, EDIT, CREATE]


async def test_a_removed_rooms_events_are_cancelled(process: BotProcess) -> None:
    await announced(process)
    await opens_weekly(process, "Wednesday")
    assert len(events(process)) == 2
    await confirmed(process, "Remove it", "quiet room remove", room="Library")
    assert events(process) == []
    assert process.rows("SELECT * FROM native_event") == []
    assert process.due() == []


async def test_events_that_are_turned_off_are_cancelled(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    text = await command(process, "quiet room events", room="Library", announced=0)
    assert "the sessions of Library disappear from the server's events" in text
    await process.settle()
    assert status_of(event) is EventStatus.CANCELED
    assert sorted(process.due()) == ["card", "open_session"]


async def test_in_a_voice_room_the_event_starts_and_ends_with_the_session(process: BotProcess) -> None:
    await announced(process)
    await command(process, "quiet room voice", room="Library", silent=1)
    event = upcoming(process)
    assert (event.entity_type, event.location) == (VOICE, None)
    assert spent(process) == [CREATE, EDIT]
    since = process.mark
    await process.wait_until(event.starts_at + timedelta(seconds=1))
    assert status_of(event) is EventStatus.ACTIVE
    await process.wait_until(event.starts_at + timedelta(minutes=24))
    assert status_of(event) is EventStatus.ACTIVE
    await process.wait_until(event.starts_at + timedelta(minutes=26))
    assert status_of(event) is EventStatus.COMPLETED
    assert upcoming(process).entity_type == VOICE
    assert spent(process, since) == [EDIT, EDIT, CREATE]


async def test_a_deleted_event_stays_away_until_the_time_after(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    discords_clock.change_status(simulation(process), event, EventStatus.CANCELED)
    await wait_for_problems(process, "deleted")
    assert "has no event for" in await command(process, "quiet check")
    await process.restart()
    await process.settle()
    assert spent(process) == [CREATE]
    await process.wait_until(event.starts_at + timedelta(hours=1))
    assert process.rows("SELECT problem FROM native_event") == [(None,)]
    assert upcoming(process).starts_at > event.starts_at


async def test_an_event_deleted_while_the_bot_was_away_is_noticed(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    await process.kill()
    del process.guild.events[event.id]
    await process.start()
    await wait_for_problems(process, "deleted")
    assert spent(process) == [CREATE]
    process.allowed.append("scheduled-events")


async def test_a_lost_permission_costs_no_request_and_its_return_is_noticed(process: BotProcess) -> None:
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    await process.add_room()
    await opens_weekly(process)
    await permit(process, role.permissions & ~Permission.CREATE_EVENTS)
    text = await command(process, "quiet room events", room="Library", announced=1)
    assert "appear in the server's events once I have Create Events." in text
    assert process.rows("SELECT event_id, problem FROM native_event") == [(None, "permission")]
    assert spent(process) == []
    await permit(process, role.permissions | Permission.CREATE_EVENTS)
    await process.box.until(lambda: events(process))
    upcoming(process)


async def test_a_voice_channel_without_the_permission_is_named(process: BotProcess) -> None:
    await command(process, "quiet room add", channel="library", name="Library", voice=True)
    await opens_weekly(process)
    voice = next(one for one in process.guild.channels.values() if one.name == "Library (silent voice)")
    bot = process.box.world.app.user.id
    voice.overwrites[bot] = Overwrite(bot, 1, deny=int(Permission.CREATE_EVENTS))
    simulation(process).dispatch(
        "CHANNEL_UPDATE", payloads.channel(simulation(process), voice), process.guild.id
    )
    await command(process, "quiet room events", room="Library", announced=1)
    assert f"yet: I need Create Events in <#{voice.id}>." in await command(process, "quiet check")
    del voice.overwrites[bot]
    simulation(process).dispatch(
        "CHANNEL_UPDATE", payloads.channel(simulation(process), voice), process.guild.id
    )
    await process.box.until(lambda: events(process))
    await process.settle()
    assert "has no event" not in await command(process, "quiet check")


async def test_a_new_role_of_the_bot_unblocks_events_that_lacked_a_permission(process: BotProcess) -> None:
    own = next(role for role in process.guild.roles.values() if role.bot_id)
    await process.add_room()
    await opens_weekly(process)
    await permit(process, own.permissions & ~Permission.CREATE_EVENTS)
    await command(process, "quiet room events", room="Library", announced=1)
    role = Role(process.guild.id + 1, "Announcers", int(Permission.CREATE_EVENTS))
    process.guild.roles[role.id] = role
    guild_id = str(process.guild.id)
    simulation(process).dispatch("GUILD_ROLE_CREATE", {"guild_id": guild_id, "role": payloads.role(role)})
    assert spent(process) == []
    bot = process.guild.members[process.box.world.app.user.id]
    bot.roles.append(role.id)
    simulation(process).dispatch("GUILD_MEMBER_UPDATE", {"guild_id": guild_id, **payloads.member(bot)})
    await process.box.until(lambda: events(process))
    upcoming(process)


async def test_a_full_server_costs_no_request_and_an_ended_event_makes_room(process: BotProcess) -> None:
    start = process.box.clock.now() + timedelta(days=90)
    owner = process.guild.owner_id
    for number in range(100):
        one = ScheduledEvent(1 << 60 | number, process.guild.id, "Fair", start, EXTERNAL, owner)
        one.ends_at, one.location = start + timedelta(hours=1), "the green"
        process.guild.events[one.id] = one
    await process.restart()
    await process.add_room()
    await opens_weekly(process)
    await command(process, "quiet room events", room="Library", announced=1)
    assert process.rows("SELECT problem FROM native_event") == [("limit",)]
    assert spent(process) == []
    discords_clock.change_status(simulation(process), events(process)[0], EventStatus.CANCELED)
    await process.box.until(lambda: spent(process) == [CREATE])


async def test_an_event_made_just_before_the_process_died_is_recorded(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    await process.kill()
    write(process, "DELETE FROM native_event")
    write(process, "UPDATE due SET due_at = 0, occurs_at = 0 WHERE kind = 'native_event'")
    await process.start()
    await wait_for_problems(process, None)
    assert process.rows("SELECT event_id FROM native_event") == [(event.id,)]
    assert spent(process) == [CREATE]


@pytest.mark.parametrize("fault", ["the answer is lost", "Discord is down"])
async def test_a_failed_request_is_retried_and_makes_no_second_event(
    process: BotProcess, fault: str
) -> None:
    await process.add_room()
    await opens_weekly(process)
    if fault == "the answer is lost":
        process.box.faults.lose_answer(*CREATE)
    else:
        process.box.faults.fail(*CREATE, 503)
    await command(process, "quiet room events", room="Library", announced=1)
    await process.wait(minutes=2)
    await wait_for_problems(process, None)
    assert process.rows("SELECT event_id FROM native_event") == [(upcoming(process).id,)]


@pytest.mark.parametrize("status", [408, 429])
async def test_a_passing_failure_does_not_leave_an_occurrence_without_its_event(
    process: BotProcess, status: int
) -> None:
    process.box.faults.fail(*CREATE, status=status)
    await announced(process)
    await process.wait(minutes=2)
    await wait_for_problems(process, None)
    assert process.rows("SELECT event_id FROM native_event") == [(upcoming(process).id,)]
    assert not any(" ERROR " in line for line in process.log)


async def test_an_event_that_never_succeeds_is_tried_more_and_more_rarely(process: BotProcess) -> None:
    process.box.faults.fail(*CREATE, status=429, times=1000)
    await announced(process)
    await process.wait(hours=3)
    assert 5 <= process.count(CREATE) <= 10
    assert not any(" ERROR " in line for line in process.log)


async def test_a_refused_cancel_is_recorded_and_retried(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    process.box.faults.fail(*EDIT, 403, code=50013)
    await confirmed(process, "Remove it", "quiet room remove", room="Library")
    await wait_for_problems(process, "permission")
    text = await command(process, "quiet check")
    assert "**A room that no longer exists**: its event for" in text
    assert "may be out of date, because Discord didn't let me change it." in text
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    await permit(process, role.permissions | Permission.MANAGE_EVENTS)
    await wait_for_problems(process)
    assert status_of(event) is EventStatus.CANCELED


async def test_an_outage_deletes_nothing(process: BotProcess) -> None:
    await announced(process)
    event = upcoming(process)
    process.box.faults.outage(process.guild)
    await process.wait_until(event.starts_at + timedelta(hours=1))
    assert spent(process) == [CREATE]
    process.box.faults.end_outage(process.guild)
    await process.box.until(lambda: spent(process) == [CREATE, CREATE])
    await wait_for_problems(process, None)
    assert upcoming(process).starts_at > event.starts_at


async def permit(process: BotProcess, bits: int) -> None:
    """Change the permissions of the bot's role, and send the bot the event."""
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    role.permissions = int(bits)
    data = {"guild_id": str(process.guild.id), "role": payloads.role(role)}
    simulation(process).dispatch("GUILD_ROLE_UPDATE", data, process.guild.id)
    await process.settle()
