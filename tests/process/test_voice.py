"""Silent voice channels: silent from the start; people are counted within 20 seconds, and never saved."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.state import messages, payloads, permissions
from sandbox.state.models import Overwrite, Role
from sandbox.state.permissions import Permission
from tests.process.bot_process import DELETE, EDIT, POST, BotProcess
from tests.process.native_events import command, confirmed, simulation
from tests.process.voice_rooms import room_id, voice_channel, voice_room

pytestmark = pytest.mark.usefixtures("voice_and_events")

CREATE_CHANNEL = ("POST", "/guilds/{guild_id}/channels")
DELETE_CHANNEL = ("DELETE", "/channels/{channel_id}")
SILENCED = (
    Permission.SPEAK
    | Permission.STREAM
    | Permission.USE_SOUNDBOARD
    | Permission.USE_EXTERNAL_SOUNDS
    | Permission.USE_EMBEDDED_ACTIVITIES
    | Permission.SEND_MESSAGES
    | Permission.SEND_VOICE_MESSAGES
    | Permission.SEND_POLLS
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_APPS
)


async def test_the_channel_is_silent_from_the_call_that_creates_it(process: BotProcess) -> None:
    since = process.mark
    channel, text = await voice_room(process, limit=6)
    assert "Members can't speak there." in text
    assert "Owners, admins" in text
    assert "I couldn't turn these off" not in text
    assert channel.user_limit == 6
    await process.settle()  # the room's card is posted
    assert process.spent(since) == [CREATE_CHANNEL, POST]
    ada = process.guild.members[process.person("Ada").id]
    assert not permissions.in_channel(process.guild, ada, channel) & SILENCED
    process.person("Ada").join_voice(channel)
    assert process.guild.voice[process.person("Ada").id].suppress
    assert "can speak right now" not in await command(process, "quiet check")
    process.person("Robin").join_voice(channel)
    assert "one person in its voice channel can speak right now" in await command(process, "quiet check")


async def test_a_room_and_its_voice_channel_can_be_told_apart(process: BotProcess) -> None:
    channel, text = await voice_room(process)
    assert channel.name == "Library (silent voice)"
    assert "Discord shows the names of people who are in it." in text
    assert "has the same name" not in await command(process, "quiet check")
    channel.name = "library"
    payload = payloads.channel(simulation(process), channel)
    simulation(process).dispatch("CHANNEL_UPDATE", payload, process.guild.id)
    text = await command(process, "quiet check")
    assert "its voice channel has the same name" in text
    assert "for example to Library (silent voice)." in text


async def test_five_forms_for_silent_voice_and_a_command_make_one_channel(process: BotProcess) -> None:
    await process.add_room()
    mika = process.person("Mika")
    setup = await mika.run("quiet setup", channel="general")
    shown = await mika.choose(setup.messages[-1], "Change a room", [room_id(process)])
    panel = shown.message or setup.messages[-1]
    forms = [(await mika.click(panel, "Add silent voice")).modal for _ in range(5)]
    process.box.faults.hang(*CREATE_CHANNEL, 0.3, times=5)
    since = process.mark
    answers = await asyncio.gather(
        *(mika.submit(form, {"limit": ""}) for form in forms if form),
        mika.run("quiet room voice", channel="general", room="Library", silent=1),
    )
    assert [each.error for each in answers] == [None] * 6
    settled = [await each.settled() for each in answers]
    assert all(each.text for each in settled)
    assert process.count(CREATE_CHANNEL, since) == 1
    assert process.rows("SELECT voice_channel_id FROM room") == [(voice_channel(process).id,)]


@pytest.mark.parametrize("is_answer_lost", [True, False])
async def test_a_channel_that_the_bot_made_and_no_room_has_is_used_by_the_next_tap(
    process: BotProcess, *, is_answer_lost: bool
) -> None:
    await process.add_room()
    if is_answer_lost:
        process.box.faults.lose_answer(*CREATE_CHANNEL, times=5)
        await command(process, "quiet room voice", room="Library", silent=1)
    else:
        await command(process, "quiet room voice", room="Library", silent=1)
        await command(process, "quiet room voice", room="Library", silent=0)
    left = voice_channel(process)
    text = await command(process, "quiet room voice", room="Library", silent=1)
    assert f"<#{left.id}> is the silent voice channel of Library" in text
    assert voice_channel(process) is left


async def test_a_channel_like_the_bots_own_that_has_changed_is_not_used(process: BotProcess) -> None:
    left, _ = await voice_room(process)
    await command(process, "quiet room voice", room="Library", silent=0)
    left.user_limit = 3
    payload = payloads.channel(simulation(process), left)
    simulation(process).dispatch("CHANNEL_UPDATE", payload, process.guild.id)
    since = process.mark
    await command(process, "quiet room voice", room="Library", silent=1)
    assert process.count(CREATE_CHANNEL, since) == 1


async def test_voice_channels_made_and_deleted_in_a_loop_are_few(process: BotProcess) -> None:
    await voice_room(process)
    since, text = process.mark, ""
    for _ in range(5):
        channel = voice_channel(process)
        del process.guild.channels[channel.id]
        payload = payloads.channel(simulation(process), channel)
        simulation(process).dispatch("CHANNEL_DELETE", payload, process.guild.id)
        text = await command(process, "quiet room voice", room="Library", silent=1)
    assert "Many voice channels were made just now" in text
    assert process.count(CREATE_CHANNEL, since) == 4


async def test_a_permission_that_the_bot_lacks_is_reported_and_not_denied(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    everyone = process.guild.roles[process.guild.id]
    everyone.permissions &= ~int(Permission.STREAM)
    role = Role(1 + max(process.guild.roles), "Streamers", int(Permission.STREAM))
    process.guild.roles[role.id] = role
    await process.start()
    channel, text = await voice_room(process)
    assert "I couldn't turn these off for everyone" in text
    assert ": Video." in text
    assert "some members can still use these in its voice channel: Video" in await command(
        process, "quiet check"
    )
    denied = channel.overwrites[process.guild.id].deny
    assert not denied & Permission.STREAM
    assert denied & Permission.SPEAK


async def test_a_hidden_room_has_a_hidden_voice_channel(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    library = process.person("Mika").channel("library")
    library.overwrites = {
        process.guild.id: Overwrite(process.guild.id, 0, deny=int(Permission.VIEW_CHANNEL)),
        process.person("Bo").id: Overwrite(process.person("Bo").id, 1, allow=int(Permission.VIEW_CHANNEL)),
        process.person("Mika").id: Overwrite(
            process.person("Mika").id, 1, allow=int(Permission.VIEW_CHANNEL)
        ),
        process.box.world.app.user.id: Overwrite(
            process.box.world.app.user.id, 1, allow=int(Permission.VIEW_CHANNEL)
        ),
    }
    await process.start()
    channel, _ = await voice_room(process)
    assert permissions.sees(process.box.world, process.person("Bo").id, channel)
    assert not permissions.sees(process.box.world, process.person("Ada").id, channel)
    bo = process.guild.members[process.person("Bo").id]
    assert not permissions.in_channel(process.guild, bo, channel) & SILENCED


async def test_a_removed_room_leaves_its_channel_unless_deletion_was_chosen(process: BotProcess) -> None:
    channel, _ = await voice_room(process)
    text = await confirmed(process, "Remove it", "quiet room remove", room="Library")
    assert "stays as it is" in text
    assert channel.id in process.guild.channels
    await command(process, "quiet room add", channel="library", name="Library")
    await command(process, "quiet room voice", room="Library", silent=1)
    button = "Remove it and the voice channel"
    text = await confirmed(process, button, "quiet room remove", room="Library")
    assert "is deleted" in text
    assert channel.id not in process.guild.channels  # it was used again
    assert process.count(DELETE_CHANNEL) == 1


async def test_without_manage_channels_nothing_changes(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    role = next(role for role in process.guild.roles.values() if role.bot_id)
    role.permissions &= ~int(Permission.MANAGE_CHANNELS)
    await process.start()
    since = process.mark
    given = {"channel": "library", "name": "Library", "voice": True}
    assert "I need Manage Channels" in await command(process, "quiet room add", **given)
    assert process.spent(since) == []
    assert process.rows("SELECT * FROM room") == []


async def test_a_deleted_voice_channel_leaves_the_room_working(process: BotProcess) -> None:
    channel, _ = await voice_room(process)
    process.person("Ada").join_voice(channel)
    del process.guild.channels[channel.id]
    simulation(process).dispatch(
        "CHANNEL_DELETE", payloads.channel(simulation(process), channel), process.guild.id
    )
    await process.settle()
    since = process.mark
    await process.person("Bo").run("sit", channel="library", minutes=5)
    card = await process.card()
    assert "One of 8 seats is taken." in messages.plain_text(card)
    assert f"<#{channel.id}>" not in messages.plain_text(card)
    await process.wait(minutes=6)
    assert "Open a session" in messages.plain_text(card)
    assert process.spent_in(card.channel_id, since) == [POST, DELETE, EDIT, EDIT, EDIT]
    text = await command(process, "quiet room voice", room="Library", silent=1)
    assert "Members can't speak there." in text
    assert voice_channel(process).id != channel.id


@pytest.mark.parametrize(
    ("fault", "said", "stays"),
    [
        ("lost", "deleted", False),
        ("down", "may still be there", True),
        ("refused", "stays as it is", True),
    ],
)
async def test_the_answer_says_what_became_of_a_channel_that_was_to_be_deleted(
    process: BotProcess, fault: str, said: str, stays: bool
) -> None:
    channel, _ = await voice_room(process)
    if fault == "lost":
        process.box.faults.lose_answer(*DELETE_CHANNEL)
    elif fault == "down":
        process.box.faults.reset(*DELETE_CHANNEL, times=20)
    else:
        process.box.faults.fail(*DELETE_CHANNEL, status=403, code=50013)
    text = await confirmed(process, "Delete it", "quiet room voice", room="Library", silent=0, delete=True)
    assert said in text
    assert (channel.id in process.guild.channels) is stays
    assert process.rows("SELECT voice_channel_id FROM room") == [(None,)]
    assert not any(" ERROR " in line for line in process.log)
