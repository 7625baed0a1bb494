"""Silent voice rooms: silent from their first moment, seen on the card, never kept, never an edit."""

from __future__ import annotations

import pytest

from sandbox.state import messages, payloads, permissions
from sandbox.state.models import Channel, ChannelType, Member, Overwrite, Role, User
from sandbox.state.permissions import Permission
from tests.process.house import EDIT, POST, House
from tests.process.test_events import command, simulation

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


async def voice_room(house: House, **options: object) -> tuple[Channel, str]:
    """Let the moderator add a room with silent voice; return the channel and the answer."""
    given = {"channel": "library", "name": "Library", "voice": True, **options}
    text = await command(house, "quiet room add", **given)
    return voice_channel(house), text


def voice_channel(house: House) -> Channel:
    """Return the voice channel that the bot made."""
    (found,) = [
        each
        for each in house.guild.channels.values()
        if each.type is ChannelType.VOICE and each.name == "Library"
    ]
    return found


async def test_the_channel_is_silent_from_the_call_that_creates_it(house: House) -> None:
    since = house.mark
    channel, text = await voice_room(house, limit=6)
    assert "Nobody is granted speech there." in text
    assert "Owners, administrators" in text
    assert "could not turn off" not in text
    assert channel.user_limit == 6
    assert house.spent(since) == [CREATE_CHANNEL]
    ada = house.guild.members[house.person("Ada").id]
    assert not permissions.in_channel(house.guild, ada, channel) & SILENCED
    house.person("Ada").join_voice(channel)
    assert house.guild.voice[house.person("Ada").id].suppress
    assert "may speak now" not in await command(house, "quiet check")
    house.person("Robin").join_voice(channel)
    assert "one person in its voice channel may speak now" in await command(house, "quiet check")


async def test_what_the_bot_does_not_hold_is_said_and_not_asked_for(empty_house: House) -> None:
    house = empty_house
    everyone = house.guild.roles[house.guild.id]
    everyone.permissions &= ~int(Permission.STREAM)
    role = Role(1 + max(house.guild.roles), "Streamers", int(Permission.STREAM))
    house.guild.roles[role.id] = role
    await house.start()
    channel, text = await voice_room(house)
    assert "could not turn off for everybody" in text
    assert ": Video." in text
    assert "some members still hold Video in its voice channel" in await command(house, "quiet check")
    denied = channel.overwrites[house.guild.id].deny
    assert not denied & Permission.STREAM
    assert denied & Permission.SPEAK


async def test_a_hidden_room_has_a_hidden_voice_channel(empty_house: House) -> None:
    house = empty_house
    library = house.person("Mika").channel("library")
    library.overwrites = {
        house.guild.id: Overwrite(house.guild.id, 0, deny=int(Permission.VIEW_CHANNEL)),
        house.person("Bo").id: Overwrite(house.person("Bo").id, 1, allow=int(Permission.VIEW_CHANNEL)),
        house.person("Mika").id: Overwrite(house.person("Mika").id, 1, allow=int(Permission.VIEW_CHANNEL)),
        house.box.world.app.user.id: Overwrite(
            house.box.world.app.user.id, 1, allow=int(Permission.VIEW_CHANNEL)
        ),
    }
    await house.start()
    channel, _ = await voice_room(house)
    assert permissions.sees(house.box.world, house.person("Bo").id, channel)
    assert not permissions.sees(house.box.world, house.person("Ada").id, channel)
    bo = house.guild.members[house.person("Bo").id]
    assert not permissions.in_channel(house.guild, bo, channel) & SILENCED


async def test_being_in_the_channel_counts_and_is_kept_nowhere(house: House) -> None:
    channel, _ = await voice_room(house)
    ada, bo, cleo = (house.person(name) for name in ("Ada", "Bo", "Cleo"))
    helper = User(1 + max(house.box.world.users), "helper", "Helper", bot=True)
    house.box.world.users[helper.id] = helper
    house.guild.members[helper.id] = Member(helper, [], house.box.clock.now())
    house.box.person(str(helper.id)).join_voice(channel)
    ada.join_voice(channel)
    await (await cleo.run("sit", channel="library", minutes=25)).settled()
    card = await house.card()
    assert "2 people are here." in messages.plain_text(card)
    assert f"<#{channel.id}>" in messages.plain_text(card)
    since = house.mark
    bo.join_voice(channel)
    cleo.join_voice(channel)
    await house.settle()
    assert house.spent(since) == []
    assert "2 people are here." in messages.plain_text(card)
    await (await cleo.click(card, "Nod")).settled()
    await house.shows(card, "3 people are here.")
    ada.leave_voice()
    await house.settle()
    assert house.spent(since) == []
    await house.wait(minutes=3)
    assert "2 people are here." in messages.plain_text(card)
    assert house.spent(since) == [EDIT]
    assert house.traces(bo.id) == []
    assert house.rows("SELECT member_id FROM seat") == [(cleo.id,)]


async def test_a_hidden_sitter_in_voice_is_on_no_card(house: House) -> None:
    channel, _ = await voice_room(house)
    ada = house.person("Ada")
    ada.join_voice(channel)
    await (await ada.run("sit", channel="library", minutes=25, hidden=True)).settled()
    assert "Nobody is seated yet." in messages.plain_text(await house.card())


async def test_a_removed_room_leaves_its_channel_unless_it_is_to_go(house: House) -> None:
    channel, _ = await voice_room(house)
    text = await command(house, "quiet room remove", room="Library")
    assert "stays as it is" in text
    assert channel.id in house.guild.channels
    await command(house, "quiet room add", channel="library", name="Library")
    await command(house, "quiet room voice", room="Library", silent=1)
    text = await command(house, "quiet room remove", room="Library", delete_voice=True)
    assert "is deleted" in text
    assert [each.name for each in house.guild.channels.values()].count("Library") == 1
    assert house.count(DELETE_CHANNEL) == 1


async def test_without_manage_channels_nothing_changes(empty_house: House) -> None:
    house = empty_house
    role = next(role for role in house.guild.roles.values() if role.bot_id)
    role.permissions &= ~int(Permission.MANAGE_CHANNELS)
    await house.start()
    since = house.mark
    given = {"channel": "library", "name": "Library", "voice": True}
    assert "I need Manage Channels" in await command(house, "quiet room add", **given)
    assert house.spent(since) == []
    assert house.rows("SELECT * FROM room") == []


async def test_a_deleted_voice_channel_leaves_the_room_working(house: House) -> None:
    channel, _ = await voice_room(house)
    house.person("Ada").join_voice(channel)
    del house.guild.channels[channel.id]
    simulation(house).dispatch(
        "CHANNEL_DELETE", payloads.channel(simulation(house), channel), house.guild.id
    )
    await house.person("Bo").run("sit", channel="library", minutes=5)
    card = await house.card()
    assert "One person is here." in messages.plain_text(card)
    assert f"<#{channel.id}>" not in messages.plain_text(card)
    await house.wait(minutes=6)
    assert house.spent_in(card.channel_id) == [POST, EDIT, EDIT, EDIT]
    text = await command(house, "quiet room voice", room="Library", silent=1)
    assert "Nobody is granted speech there." in text
    assert voice_channel(house).id != channel.id
