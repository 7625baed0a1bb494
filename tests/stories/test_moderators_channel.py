"""The moderators' channel: one silent message when a room stops working, and one when it works again."""

from typing import Any

import discord
import pytest

from bot.servers.outages.service import Outages
from tests.world import Answer, Channel, Shown, World

ONE_MESSAGE = ["POST /channels/*/messages"]


@pytest.fixture
async def staff(world: World) -> Channel:
    """Return the moderators' channel, chosen in set-up."""
    channel = world.guild.create_text_channel("staff")
    answer = await choose(world, channel)
    assert f"Moderators' channel: {channel.mention}." in answer.text
    world.spent()
    return channel


async def choose(world: World, channel: Channel) -> Answer:
    setup = await world.moderator.uses("quiet setup")
    panel = await world.moderator.taps(setup.panel, "Moderators' channel")
    return await world.moderator.chooses(panel.panel, "Choose a channel", channel)


async def closes(world: World) -> None:
    """Take from the bot what it needs in the library."""
    world.take_from_bot(send_messages=False)
    await world.settle()


async def opens(world: World) -> None:
    """Give the bot in the library what `closes` took."""
    world.take_from_bot(send_messages=None)
    await world.settle()


def told(world: World, staff: Channel) -> list[Shown]:
    return [each for each in world.messages_in(staff.id) if not each.is_private]


async def test_a_room_that_stops_working_is_told_once_and_so_is_its_return(
    world: World, staff: Channel
) -> None:
    await closes(world)
    await world.pass_time(minutes=4)
    assert told(world, staff) == []
    await world.pass_time(minutes=2)
    (message,) = told(world, staff)
    assert "**Library**" in message.text
    assert "Send Messages" in message.text
    assert "/quiet check" in message.text
    assert message.is_silent
    assert world.spent() == ONE_MESSAGE
    await world.pass_time(days=3)
    await opens(world)
    await world.pass_time(minutes=6)
    _, again = told(world, staff)
    assert f"**Library** in {world.library.mention} works again." in again.text
    assert again.is_silent
    assert world.spent() == ONE_MESSAGE
    await world.pass_time(days=3)
    assert world.spent() == []


async def test_what_lasts_minutes_is_not_mentioned(world: World, staff: Channel) -> None:
    for _ in range(5):
        await closes(world)
        await world.pass_time(minutes=4)
        await opens(world)
        await world.pass_time(minutes=4)
    assert told(world, staff) == []
    assert world.spent() == []


async def test_a_deleted_channel_and_a_stopped_channel_check_in_are_told_in_one_message(
    world: World, staff: Channel
) -> None:
    await world.moderator.uses(
        "quiet checkins add", channel=world.library, days="Mon-Sun", time="11:00", zone="UTC"
    )
    await world.delete_library()
    await world.pass_time(minutes=6)
    (message,) = told(world, staff)
    assert "**Library**" in message.text
    assert "hannel check-ins" in message.text
    parlour = world.guild.create_text_channel("parlour")
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    await world.client.services.rooms.move(world.guild.id, room.room_id, parlour.id)
    await world.pass_time(minutes=6)
    _, again = told(world, staff)
    assert f"**Library** in {parlour.mention} works again." in again.text


async def test_a_card_that_discord_refuses_is_told_and_one_that_a_retry_mends_is_not(
    world: World, staff: Channel
) -> None:
    world.expects_errors = True  # the failures that are planned cost requests
    path = f"/channels/{world.library.id}/messages"
    world.fail("POST", path, status=503, times=8)
    await world.ada.opens(minutes=25)
    await world.pass_time(minutes=40)
    assert told(world, staff) == []
    world.fail("POST", path, status=400, code=200000)
    for card in world.cards():
        await world.delete(card)
    await world.ada.opens(minutes=25)
    await world.pass_time(minutes=40)
    (message,) = told(world, staff)
    assert "**Library**" in message.text
    assert "ada" not in message.text.casefold()
    world.heal()
    await world.ben.opens(minutes=5)
    await world.pass_time(minutes=10)
    assert "works again" in told(world, staff)[-1].text


async def test_a_problem_that_begins_while_the_bot_is_down_is_told_after_its_start(
    world: World, staff: Channel
) -> None:
    await closes(world)
    await world.sleeps_through(hours=2)
    await world.pass_time(minutes=6)
    assert len(told(world, staff)) == 1


async def test_a_process_that_dies_while_it_sends_leaves_one_message(world: World, staff: Channel) -> None:
    await closes(world)
    await world.pass_time(minutes=4)
    came = world.hangs_after("POST")
    await world.advance_without_waiting(minutes=2)
    await came.wait()
    await world.restarts()
    await world.pass_time(minutes=20)
    assert len(told(world, staff)) == 1


async def test_the_check_is_one_tap_away_for_moderators_alone(world: World, staff: Channel) -> None:
    await closes(world)
    await world.pass_time(minutes=6)
    (message,) = told(world, staff)
    checked = await world.moderator.taps(message, "Check")
    assert checked.panel.is_private
    assert "### Status" in checked.text
    assert len(told(world, staff)) == 1
    assert "You need Manage Server" in (await world.ada.taps(message, "Check")).text


async def test_a_channel_that_cannot_be_written_to_is_named_by_the_check(
    world: World, staff: Channel
) -> None:
    overwrites: Any = {world.env.bot.user: discord.PermissionOverwrite(send_messages=False)}
    closed = world.guild.create_text_channel("closed", overwrites=overwrites)
    refused = await choose(world, closed)
    assert "Send Messages" in refused.text
    assert "Nothing was changed." in refused.text
    world.env.backend.delete_channel(staff.id)
    await world.settle()
    assert "The moderators' channel is gone" in (await world.moderator.uses("quiet check")).text
    await closes(world)
    await world.pass_time(minutes=30)
    assert world.spent() == []
    other = world.guild.create_text_channel("other")
    await choose(world, other)
    await world.pass_time(minutes=6)
    assert len(told(world, other)) == 1
    assert "moderators' channel is gone" not in (await world.moderator.uses("quiet check")).text


async def test_no_channel_can_be_chosen_again(world: World, staff: Channel) -> None:
    setup = await world.moderator.uses("quiet setup")
    panel = await world.moderator.taps(setup.panel, "Moderators' channel")
    off = await world.moderator.taps(panel.panel, "No channel")
    assert "Moderators' channel: none." in off.text
    await closes(world)
    await world.pass_time(minutes=30)
    assert told(world, staff) == []


async def test_a_start_looks_once_at_each_server_and_an_outage_of_discord_once_more(
    world: World, staff: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, plain = list[int](), Outages.look

    async def look(outages: Outages, guild_id: int) -> None:
        looked.append(guild_id)
        await plain(outages, guild_id)

    monkeypatch.setattr(Outages, "look", look)
    await world.restarts()
    assert looked == [world.guild.id]
    with monkeypatch.context() as starting:  # when Discord announces each server, before the bot is ready
        starting.setattr(world.client, "is_ready", lambda: False)
        await world.end_outage()
    assert looked == [world.guild.id]
    await world.outage()
    await world.end_outage()
    assert looked == [world.guild.id] * 2


async def test_a_deleted_role_that_gave_the_bot_its_permissions_is_noticed(
    world: World, staff: Channel
) -> None:
    backend, guild_id, bot_id = world.env.backend, world.guild.id, world.env.backend.bot_user.id
    role = world.guild.create_role("helpers", permissions=discord.Permissions(send_messages=True))
    backend.add_member_role(guild_id, bot_id, role.id)
    world.let_bot(send_messages=False)
    world.let_everyone(send_messages=False)
    world.set_permissions(bot_id, discord.PermissionOverwrite(send_messages=True), channel=staff)
    await world.restarts()  # the simulator tells the bot of its roles in this way alone
    await world.pass_time(minutes=6)
    assert told(world, staff) == []
    backend.delete_role(guild_id, role.id)
    await world.settle()
    await world.pass_time(minutes=6)
    (message,) = told(world, staff)
    assert "**Library**" in message.text
