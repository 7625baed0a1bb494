"""Channels, overwrites, voice, threads and scheduled events."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord
import pytest

from sandbox import ClientRefusal, Sandbox
from sandbox.state.models import EventStatus, Guild, Overwrite, Role
from sandbox.state.permissions import Permission
from tests.sandbox.grants import VOICE_AND_EVENTS, grant_bot

if TYPE_CHECKING:
    from tests.sandbox.conftest import Bot, Rest


@pytest.fixture(autouse=True)
def allowed(box: Sandbox) -> None:
    """Give the bot the permissions for channels and events that its invite link does not ask for."""
    grant_bot(box, *VOICE_AND_EVENTS)


def _juniper(box: Sandbox) -> Guild:
    return next(g for g in box.world.guilds.values() if g.name == "Juniper House")


def _bot_role(box: Sandbox) -> Role:
    return next(r for r in _juniper(box).roles.values() if r.managed)


async def test_a_voice_channel_can_be_created_with_overwrites_in_one_request(
    box: Sandbox, bot: Bot
) -> None:
    guild = bot.get_guild(_juniper(box).id)
    assert guild is not None
    silence = discord.PermissionOverwrite(speak=False, stream=False)
    channel = await guild.create_voice_channel(
        "Silent room", overwrites={guild.default_role: silence}, user_limit=5
    )
    ada = box.person("Ada")
    ada.join_voice("Silent room")
    state = _juniper(box).voice[ada.id]
    assert state.suppress
    assert ada.channel("Silent room").user_limit == 5
    await channel.delete()
    assert _juniper(box).voice == {}


async def test_a_bot_can_only_allow_or_deny_permissions_that_it_has(box: Sandbox, rest: Rest) -> None:
    guild = _juniper(box)
    path = f"/guilds/{guild.id}/channels"

    def body(bit: Permission) -> dict[str, Any]:
        return {
            "name": "Room",
            "type": 2,
            "permission_overwrites": [{"id": str(guild.id), "type": 0, "deny": str(int(bit))}],
        }

    assert (await rest("POST", path, body(Permission.SPEAK)))[0] == 201
    everyone = guild.roles[guild.id]
    everyone.permissions &= ~int(Permission.SPEAK)
    assert await rest.refusal("POST", path, body(Permission.SPEAK)) == (403, 50013)


async def test_changing_overwrites_needs_manage_roles(box: Sandbox, rest: Rest) -> None:
    channel = box.person("Ada").channel("general")
    path = f"/channels/{channel.id}/permissions/{channel.guild_id}"
    body = {"type": 0, "deny": str(int(Permission.SEND_MESSAGES))}
    assert await rest.refusal("PUT", path, body) == (403, 50013)
    grant_bot(box, Permission.MANAGE_ROLES)
    assert (await rest("PUT", path, body))[0] == 204
    with pytest.raises(ClientRefusal):
        box.person("Ada").say("general", "x")
    assert (await rest("DELETE", path))[0] == 204
    assert await rest.refusal("DELETE", path) == (404, 10009)


async def test_overwrites_do_not_apply_to_owners_and_administrators(box: Sandbox) -> None:
    channel = box.person("Ada").channel("general")
    everyone = channel.guild_id or 0
    channel.overwrites[everyone] = Overwrite(everyone, 0, deny=int(Permission.VIEW_CHANNEL))
    with pytest.raises(ClientRefusal):
        box.person("Ada").channel("general")
    assert box.person("Robin").channel(channel) is channel
    moderators = next(r for r in _juniper(box).roles.values() if r.name == "Moderators")
    moderators.permissions |= int(Permission.ADMINISTRATOR)
    assert box.person("Mika").channel(channel) is channel


async def test_an_invalid_channel_is_refused_as_an_invalid_form(box: Sandbox, rest: Rest) -> None:
    guild = _juniper(box)
    path = f"/guilds/{guild.id}/channels"
    wrong: list[dict[str, Any]] = [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "x", "type": 2, "user_limit": 100},
        {"name": "x", "topic": "x" * 1025},
        {"name": "x", "parent_id": "1"},
    ]
    for body in wrong:
        assert await rest.refusal("POST", path, body) == (400, 50035)
    _bot_role(box).permissions &= ~int(Permission.MANAGE_CHANNELS)
    assert await rest.refusal("POST", path, {"name": "x"}) == (403, 50013)


async def test_joining_and_leaving_voice_sends_voice_state_updates(box: Sandbox, bot: Bot) -> None:
    seen: asyncio.Queue[tuple[bool, bool]] = asyncio.Queue()

    async def listener(_: discord.Member, before: discord.VoiceState, after: discord.VoiceState) -> None:
        seen.put_nowait((before.channel is not None, after.channel is not None))

    bot.on_voice_state_update = listener  # type: ignore[attr-defined] # this test's own listener
    ada = box.person("Ada")
    ada.join_voice("Tea room")
    assert await asyncio.wait_for(seen.get(), 30) == (False, True)
    channel = bot.get_channel(ada.channel("Tea room").id)
    assert isinstance(channel, discord.VoiceChannel)
    assert list(channel.voice_states) == [ada.id]
    ada.leave_voice()
    assert await asyncio.wait_for(seen.get(), 30) == (True, False)


async def test_a_full_voice_channel_cannot_be_joined(box: Sandbox) -> None:
    room = box.person("Ada").channel("Tea room")
    room.user_limit = 1
    box.person("Ada").join_voice(room)
    with pytest.raises(ClientRefusal, match="full"):
        box.person("Bo").join_voice(room)


async def test_setting_a_voice_status_needs_two_permissions(box: Sandbox, rest: Rest) -> None:
    room = box.person("Ada").channel("Tea room")
    path = f"/channels/{room.id}/voice-status"
    assert await rest.refusal("PUT", path, {"status": "quiet"}) == (403, 50013)
    grant_bot(box, Permission.SET_VOICE_CHANNEL_STATUS)
    assert (await rest("PUT", path, {"status": "quiet"}))[0] == 204
    assert room.status == "quiet"
    assert await rest.refusal("PUT", path, {"status": "x" * 501}) == (400, 50035)


async def test_a_message_in_an_archived_thread_restores_the_thread(box: Sandbox, bot: Bot) -> None:
    grant_bot(box, Permission.SEND_MESSAGES_IN_THREADS)
    channel = bot.get_channel(box.person("Ada").channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("start")
    thread = await message.create_thread(name="Below")
    assert thread.id == message.id
    await thread.edit(archived=True)
    sandbox_thread = box.person("Ada").channel(thread.id)
    assert sandbox_thread.thread is not None
    assert sandbox_thread.thread.archived
    await thread.send("awake")
    assert not box.world.get_channel(thread.id).thread.archived  # type: ignore[union-attr] # it is a thread
    private = await channel.create_thread(name="Ours")
    with pytest.raises(ClientRefusal):
        box.person("Ada").channel(private.id)


async def test_a_private_thread_is_seen_only_by_people_who_were_added(
    box: Sandbox, bot: Bot, rest: Rest
) -> None:
    grant_bot(box, Permission.SEND_MESSAGES_IN_THREADS)
    ada, general = box.person("Ada"), box.person("Ada").channel("general")
    channel = bot.get_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="Ours")
    await thread.add_user(discord.Object(ada.id))
    message = await thread.send("for you")
    assert [each.id for each in ada.sees(thread.id)] == [message.id]
    with pytest.raises(ClientRefusal):
        box.person("Bo").sees(thread.id)
    path = f"/channels/{thread.id}"
    assert await rest.refusal("PUT", f"{path}/thread-members/1", None) == (404, 10007)
    in_general = f"/channels/{general.id}/thread-members/{ada.id}"
    assert await rest.refusal("PUT", in_general, None) == (400, 50024)
    await thread.edit(archived=True)
    for method, what in (("DELETE", f"messages/{message.id}"), ("PUT", f"thread-members/{ada.id}")):
        assert await rest.refusal(method, f"{path}/{what}", None) == (400, 50083)


async def test_the_apps_of_a_server_share_a_limit_on_new_threads(box: Sandbox, rest: Rest) -> None:
    path = f"/channels/{box.person('Ada').channel('general').id}/threads"
    for count in (25, 25, 0):
        for _ in range(count):
            assert (await rest("POST", path, {"name": "t", "type": 12}))[0] == 201
        await box.clock.move(box.clock.now() + timedelta(seconds=2))  # for the limits of all requests
    assert (await rest("POST", path, {"name": "t", "type": 12}))[0] == 429
    assert rest.headers["X-RateLimit-Scope"] == "shared"


def _event(box: Sandbox, **change: Any) -> dict[str, Any]:
    start = box.clock.now() + timedelta(hours=1)
    return {
        "name": "Evening",
        "privacy_level": 2,
        "entity_type": 3,
        "scheduled_start_time": start.isoformat(),
        "scheduled_end_time": (start + timedelta(hours=1)).isoformat(),
        "entity_metadata": {"location": "Library"},
        **change,
    }


async def test_external_events_start_and_end_with_the_clock(box: Sandbox, bot: Bot) -> None:
    guild = bot.get_guild(_juniper(box).id)
    assert guild is not None
    start = box.clock.now() + timedelta(hours=1)
    made = await guild.create_scheduled_event(
        name="Evening",
        start_time=start,
        end_time=start + timedelta(hours=1),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="Library",
    )
    event = _juniper(box).events[made.id]
    box.person("Ada").interested(event, True)
    assert [user.id async for user in made.users()] == [box.person("Ada").id]
    assert box.clock.next_event() == start
    await box.clock.move(start)
    statuses = [event.status]
    await box.clock.move(start + timedelta(hours=1))
    statuses.append(event.status)
    assert statuses == [EventStatus.ACTIVE, EventStatus.COMPLETED]
    assert _juniper(box).events == {}


async def test_an_invalid_event_is_refused_as_an_invalid_form(box: Sandbox, rest: Rest) -> None:
    path = f"/guilds/{_juniper(box).id}/scheduled-events"
    tea = box.person("Ada").channel("Tea room")
    past = (box.clock.now() - timedelta(minutes=1)).isoformat()
    wrong = [
        _event(box, name="x" * 101),
        _event(box, name=""),
        _event(box, description="x" * 1001),
        _event(box, privacy_level=1),
        _event(box, entity_metadata=None),
        _event(box, scheduled_end_time=None),
        _event(box, scheduled_start_time=past),
        _event(box, scheduled_end_time=past),
        _event(box, channel_id=str(tea.id)),
        _event(box, entity_type=2),
        _event(box, entity_type=2, entity_metadata=None, channel_id=None),
        _event(box, scheduled_start_time="soon"),
    ]
    for body in wrong:
        assert await rest.refusal("POST", path, body) == (400, 50035)
    body = _event(box, entity_type=2, entity_metadata=None, channel_id=str(tea.id))
    assert (await rest("POST", path, body))[0] == 200


async def test_a_server_has_a_hundred_events_at_most(box: Sandbox, rest: Rest) -> None:
    box.limits.enabled = False
    path = f"/guilds/{_juniper(box).id}/scheduled-events"
    status, made = await rest("POST", path, _event(box))
    for _ in range(99):
        status, _made = await rest("POST", path, _event(box))
        assert status == 200
    assert await rest.refusal("POST", path, _event(box)) == (400, 30038)
    assert (await rest("PATCH", f"{path}/{made['id']}", {"status": 4}))[0] == 200
    assert (await rest("POST", path, _event(box)))[0] == 200


async def test_the_status_of_an_event_only_moves_forward(box: Sandbox, rest: Rest) -> None:
    path = f"/guilds/{_juniper(box).id}/scheduled-events"
    _, made = await rest("POST", path, _event(box))
    one = f"{path}/{made['id']}"
    assert await rest.refusal("PATCH", one, {"status": 3}) == (400, 50035)
    assert (await rest("PATCH", one, {"status": 2}))[0] == 200
    assert await rest.refusal("PATCH", one, {"status": 1}) == (400, 50035)
    assert (await rest("PATCH", one, {"status": 3}))[0] == 200
    assert await rest.refusal("GET", one) == (404, 10070)


async def test_creating_an_event_needs_create_events(box: Sandbox, rest: Rest) -> None:
    _bot_role(box).permissions &= ~int(Permission.CREATE_EVENTS)
    grant_bot(box, Permission.MANAGE_EVENTS)
    path = f"/guilds/{_juniper(box).id}/scheduled-events"
    assert await rest.refusal("POST", path, _event(box)) == (403, 50013)


async def test_unknown_members_and_servers_have_their_own_error_codes(box: Sandbox, rest: Rest) -> None:
    guild, ada = _juniper(box), box.person("Ada")
    path = f"/guilds/{guild.id}/members"
    assert (await rest("GET", f"{path}/{ada.id}"))[1]["user"]["username"] == "ada"
    guild.members.pop(ada.id)
    assert await rest.refusal("GET", f"{path}/{ada.id}") == (404, 10007)
    assert await rest.refusal("GET", f"{path}/1") == (404, 10013)
    assert await rest.refusal("GET", "/guilds/1") == (404, 10004)
    box.faults.remove_bot(guild)
    assert await rest.refusal("GET", f"/guilds/{guild.id}") == (403, 50001)
