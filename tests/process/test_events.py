"""Native events announce a room's times: one event each, few requests, and no crash."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.state import messages, payloads
from sandbox.state import scheduled_events as discords_clock
from sandbox.state.models import EventStatus, Overwrite, Role, ScheduledEvent
from sandbox.state.permissions import Permission
from tests.process.bot_process import BotProcess
from tests.process.native_events import (
    CREATE,
    EDIT,
    announced,
    command,
    confirmed,
    events,
    occurrence,
    opens_weekly,
    permit,
    simulation,
    spent,
    status_of,
    upcoming,
    wait_for_problems,
)

pytestmark = pytest.mark.usefixtures("voice_and_events")

VOICE, EXTERNAL = 2, 3


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
