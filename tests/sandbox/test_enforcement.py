"""The sandbox refuses the requests that Discord refuses, and does at the same times what Discord does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox import ClientRefusal, Sandbox
from sandbox.state import roles
from sandbox.state.errors import DiscordError
from sandbox.state.models import Channel, ChannelType, Guild, Interaction
from sandbox.state.permissions import Permission
from tests.sandbox.conftest import Bot, Rest
from tests.sandbox.grants import deny_bot, grant_bot

EVENTS = "GUILD_SCHEDULED_EVENT_DELETE"


def _guild(box: Sandbox) -> Guild:
    return next(iter(box.world.guilds.values()))


def _general(box: Sandbox) -> Channel:
    return box.person("Ada").channel("general")


async def _asked(box: Sandbox, rest: Rest) -> Interaction:
    command = {"name": "a", "description": "b"}
    await rest("PUT", f"/applications/{box.world.app.id}/commands", [command])
    return box.person("Ada").begin_run("a", "general", {})


async def _with_file(box: Sandbox, method: str, path: str, payload: str) -> int:
    """Send a request with a file and return its status."""
    form = aiohttp.FormData()
    form.add_field("payload_json", payload, content_type="application/json")
    form.add_field("files[0]", b"x", filename="a.txt")
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{box.api_url}{path}", data=form) as answer,
    ):
        return answer.status


async def test_an_interaction_webhook_takes_five_requests_in_two_seconds(box: Sandbox, rest: Rest) -> None:
    asked = await _asked(box, rest)
    answer = {"type": 4, "data": {"content": "x"}}
    assert (await rest("POST", f"/interactions/{asked.id}/{asked.token}/callback", answer))[0] == 204
    original = f"/webhooks/{box.world.app.id}/{asked.token}/messages/@original"
    statuses = [(await rest("PATCH", original, {"content": str(n)}))[0] for n in range(6)]
    assert statuses == [200] * 5 + [429]
    assert rest.headers["X-RateLimit-Limit"] == "5"
    other = await _asked(box, rest)
    assert (await rest("POST", f"/interactions/{other.id}/{other.token}/callback", answer))[0] == 204
    fresh = f"/webhooks/{box.world.app.id}/{other.token}/messages/@original"
    assert (await rest("GET", fresh))[0] == 200
    await box.clock.move(box.clock.now() + timedelta(seconds=2))
    assert (await rest("PATCH", original, {"content": "y"}))[0] == 200


async def test_a_nonce_is_unique_among_all_messages_of_the_bot(box: Sandbox, rest: Rest) -> None:
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    _, first = await rest("POST", f"/channels/{_general(box).id}/messages", body)
    library = box.person("Ada").channel("library")
    _, again = await rest("POST", f"/channels/{library.id}/messages", body)
    assert (again["id"], library.messages) == (first["id"], {})


async def test_a_response_with_a_file_needs_attach_files(box: Sandbox, rest: Rest) -> None:
    deny_bot(box, Permission.ATTACH_FILES)
    asked = await _asked(box, rest)
    callback = f"/interactions/{asked.id}/{asked.token}/callback"
    payload = '{"type": 4, "data": {"content": "x", "attachments": [{"id": 0}]}}'
    assert await _with_file(box, "POST", callback, payload) == 403
    assert (await rest("POST", callback, {"type": 4, "data": {"content": "x"}}))[0] == 204
    hook = f"/webhooks/{box.world.app.id}/{asked.token}"
    more = '{"content": "x", "attachments": [{"id": 0}]}'
    assert await _with_file(box, "POST", hook, more) == 403
    assert await _with_file(box, "PATCH", f"{hook}/messages/@original", more) == 403
    grant_bot(box, Permission.ATTACH_FILES)
    assert await _with_file(box, "PATCH", f"{hook}/messages/@original", more) == 200


async def _voice_event(box: Sandbox, rest: Rest, channel: Channel) -> str:
    start = (box.clock.now() + timedelta(hours=1)).isoformat()
    body = {"name": "e", "privacy_level": 2, "scheduled_start_time": start, "entity_type": 2}
    body["channel_id"] = str(channel.id)
    status, made = await rest("POST", f"/guilds/{channel.guild_id}/scheduled-events", body)
    assert status == 200
    return str(made["id"])


async def test_deleting_a_channel_deletes_the_events_in_it(box: Sandbox, rest: Rest, bot: Bot) -> None:
    grant_bot(box, Permission.CREATE_EVENTS, Permission.MANAGE_CHANNELS)
    assert bot.is_ready()
    tea_room = box.person("Ada").channel("Tea room")
    await _voice_event(box, rest, tea_room)
    names: list[str] = []
    box.simulation.event_listeners.append(lambda event: names.append(event.name))
    assert (await rest("DELETE", f"/channels/{tea_room.id}"))[0] == 200
    assert _guild(box).events == {}
    assert names == [EVENTS, "CHANNEL_DELETE"]


async def test_a_voice_event_ends_minutes_after_the_last_person_has_left(box: Sandbox, rest: Rest) -> None:
    grant_bot(box, Permission.CREATE_EVENTS)
    ada, bo = box.person("Ada"), box.person("Bo")
    tea_room = ada.channel("Tea room")
    event_id = await _voice_event(box, rest, tea_room)
    route = f"/guilds/{tea_room.guild_id}/scheduled-events/{event_id}"
    ada.join_voice(tea_room)
    ada.leave_voice()
    assert (await rest("PATCH", route, {"status": 2}))[0] == 200
    await box.clock.move(box.clock.now() + timedelta(hours=1))
    assert (await rest("GET", route))[1]["status"] == 2, "it does not end before anyone has come to it"
    ada.join_voice(tea_room)
    ada.leave_voice()
    await box.clock.move(box.clock.now() + timedelta(minutes=4))
    bo.join_voice(tea_room)
    await box.clock.move(box.clock.now() + timedelta(minutes=10))
    assert (await rest("GET", route))[0] == 200
    bo.leave_voice()
    await box.clock.move(box.clock.now() + timedelta(minutes=6))
    assert await rest.refusal("GET", route) == (404, 10070)


async def test_private_threads_exist_only_under_text_channels(box: Sandbox, rest: Rest) -> None:
    grant_bot(box, Permission.CREATE_PRIVATE_THREADS, Permission.CREATE_PUBLIC_THREADS)
    channel = _general(box)
    route = f"/channels/{channel.id}/threads"
    assert (await rest("POST", route, {"name": "t", "type": 12}))[0] == 201
    channel.type = ChannelType.ANNOUNCEMENT
    for kind in (11, 12):
        assert await rest.refusal("POST", route, {"name": "t", "type": kind}) == (400, 50024)
    status, made = await rest("POST", route, {"name": "t", "type": 10})
    assert (status, made["type"]) == (201, 10)
    message = box.person("Ada").say(channel, "hello")
    status, made = await rest(
        "POST", f"/channels/{channel.id}/messages/{message.id}/threads", {"name": "t"}
    )
    assert (status, made["type"]) == (201, 10)


async def test_a_server_has_a_limited_number_of_active_threads(box: Sandbox, rest: Rest) -> None:
    box.simulation.max_active_threads = 2
    route = f"/channels/{_general(box).id}/threads"
    made = [(await rest("POST", route, {"name": "t", "type": 11}))[1] for _ in range(2)]
    assert await rest.refusal("POST", route, {"name": "t", "type": 11}) == (400, 160006)
    first = f"/channels/{made[0]['id']}"
    assert (await rest("PATCH", first, {"archived": True}))[0] == 200
    assert (await rest("POST", route, {"name": "t", "type": 11}))[0] == 201
    assert await rest.refusal("PATCH", first, {"archived": False}) == (400, 160006)


async def test_the_bot_joins_and_leaves_threads_and_adds_and_removes_members(
    box: Sandbox, rest: Rest
) -> None:
    bot_id, ada = box.world.app.user.id, box.person("Ada")
    route = f"/channels/{_general(box).id}/threads"
    _, made = await rest("POST", route, {"name": "t", "type": 12})
    members = f"/channels/{made['id']}/thread-members"
    assert (await rest("PUT", f"{members}/{ada.id}"))[0] == 204
    _, data = await rest("GET", f"{members}/{ada.id}?with_member=true")
    assert data["member"]["user"]["username"] == "ada"
    assert (await rest("GET", f"{members}/@me"))[1]["user_id"] == str(bot_id)
    assert await rest.refusal("GET", members) == (403, 50001), "the list needs the GUILD_MEMBERS intent"
    box.world.app.privileged_intents = 1 << 1
    _, listed = await rest("GET", members)
    assert {one["user_id"] for one in listed} == {str(bot_id), str(ada.id)}
    assert (await rest("DELETE", f"{members}/{ada.id}"))[0] == 204
    assert await rest.refusal("GET", f"{members}/{ada.id}") == (404, 10007)
    _, public = await rest("POST", route, {"name": "u", "type": 11})
    own = f"/channels/{public['id']}/thread-members/@me"
    assert (await rest("DELETE", own))[0] == 204
    assert await rest.refusal("GET", own) == (404, 10007)
    assert (await rest("PUT", own))[0] == 204


async def test_a_thread_has_at_most_a_thousand_members(box: Sandbox, rest: Rest) -> None:
    route = f"/channels/{_general(box).id}/threads"
    _, made = await rest("POST", route, {"name": "t", "type": 11})
    thread = _guild(box).channels[int(made["id"])].thread
    assert thread is not None
    thread.members |= set(range(999))
    path = f"/channels/{made['id']}/thread-members/{box.person('Ada').id}"
    assert await rest.refusal("PUT", path) == (400, 30033)


async def test_a_member_in_timeout_can_only_read_until_it_ends(box: Sandbox, rest: Rest) -> None:
    guild, ada = _guild(box), box.person("Ada")
    ada.join_voice("Tea room")
    box.person("Mika").moderate(guild).time_out("Ada", box.clock.now() + timedelta(hours=1))
    assert guild.voice == {}
    with pytest.raises(ClientRefusal, match="cannot write"):
        ada.say("general", "hello")
    with pytest.raises(ClientRefusal, match="cannot connect"):
        ada.join_voice("Tea room")
    assert ada.sees("general") == []
    _, member = await rest("GET", f"/guilds/{guild.id}/members/{ada.id}")
    assert member["communication_disabled_until"] is not None
    await box.clock.move(box.clock.now() + timedelta(hours=1))
    assert ada.say("general", "hello").content == "hello"


async def test_a_bot_in_timeout_cannot_send_whatever_its_roles_say(
    box: Sandbox, rest: Rest, bot: Bot
) -> None:
    guild, bot_id = _guild(box), box.world.app.user.id
    route = f"/channels/{_general(box).id}/messages"
    grant_bot(box, Permission.MANAGE_MESSAGES)
    names: list[str] = []
    box.simulation.event_listeners.append(lambda event: names.append(event.name))
    assert bot.is_ready()
    box.person("Mika").moderate(guild).time_out(bot_id, box.clock.now() + timedelta(hours=1))
    assert names == ["GUILD_MEMBER_UPDATE"]
    assert _sent(box)[-1] == "GUILD_MEMBER_UPDATE", "a bot hears of itself without GUILD_MEMBERS"
    assert await rest.refusal("POST", route, {"content": "x"}) == (403, 50013)
    assert (await rest("GET", route))[0] == 200
    box.person("Mika").moderate(guild).time_out(bot_id, None)
    assert (await rest("POST", route, {"content": "x"}))[0] == 200


async def test_a_moderator_takes_what_everyone_may_do_from_the_bot_alone(box: Sandbox, rest: Rest) -> None:
    guild, bot_id = _guild(box), box.world.app.user.id
    route = f"/channels/{_general(box).id}/messages"
    before = roles.bot_permissions(guild, bot_id)
    mika = box.person("Mika").moderate(guild)
    mika.limit_bot(before & ~Permission.SEND_MESSAGES | Permission.CREATE_EVENTS)
    assert (
        roles.bot_permissions(guild, bot_id)
        == before & ~Permission.SEND_MESSAGES | Permission.CREATE_EVENTS
    )
    assert await rest.refusal("POST", route, {"content": "x"}) == (403, 50013)
    assert box.person("Ada").say("general", "hello").content == "hello"
    mika.limit_bot(before)
    assert roles.bot_permissions(guild, bot_id) == before
    assert (await rest("POST", route, {"content": "x"}))[0] == 200
    assert not any(each.overwrites for each in guild.channels.values())
    with pytest.raises(ClientRefusal, match="cannot manage"):
        box.person("Bo").moderate(guild).limit_bot(before)


async def test_timing_out_needs_moderate_members_and_at_most_28_days(box: Sandbox, rest: Rest) -> None:
    guild, ada = _guild(box), box.person("Ada")
    route = f"/guilds/{guild.id}/members/{ada.id}"
    assert await rest.refusal("PATCH", route, _until(box, hours=1)) == (403, 50013)
    with pytest.raises(DiscordError, match="50013"):
        box.person("Bo").moderate(guild).time_out("Ada", box.clock.now() + timedelta(hours=1))
    grant_bot(box, Permission.MODERATE_MEMBERS)
    assert await rest.refusal("PATCH", route, _until(box, days=29)) == (400, 50035)
    body = _until(box, hours=1)
    _, data = await rest("PATCH", route, body)
    assert data["communication_disabled_until"] is not None
    owner = f"/guilds/{guild.id}/members/{guild.owner_id}"
    assert await rest.refusal("PATCH", owner, _until(box, hours=1)) == (403, 50013)
    _, data = await rest("PATCH", route, {"communication_disabled_until": None})
    assert data["communication_disabled_until"] is None


async def test_the_bot_changes_its_own_nickname(box: Sandbox, rest: Rest, bot: Bot) -> None:
    assert bot.is_ready()
    route = f"/guilds/{_guild(box).id}/members/@me"
    _, data = await rest("PATCH", route, {"nick": "Host"})
    assert (data["nick"], _sent(box)[-1]) == ("Host", "GUILD_MEMBER_UPDATE")
    deny_bot(box, Permission.CHANGE_NICKNAME)
    assert await rest.refusal("PATCH", route, {"nick": None}) == (403, 50013)


def _until(box: Sandbox, **span: float) -> dict[str, Any]:
    return {"communication_disabled_until": (box.clock.now() + timedelta(**span)).isoformat()}


def _sent(box: Sandbox) -> list[str]:
    """Return the names of the events that were sent to the bot."""
    return [json.loads(text)["t"] for one in box.gateway.sessions.values() for _, text in one.log]
