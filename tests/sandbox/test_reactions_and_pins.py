"""Reactions, pins, replies and the deletion of many messages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import discord
import pytest

from sandbox import Sandbox
from sandbox.state.errors import DiscordError
from sandbox.state.models import Message
from sandbox.state.permissions import Permission
from tests import openapi
from tests.sandbox.conftest import Bot, Rest, Starter
from tests.sandbox.grants import deny_bot, grant_bot

WAVE = "👋"


def _place(box: Sandbox) -> str:
    return f"/channels/{box.person('Ada').channel('general').id}"


def _said(box: Sandbox, text: str = "hello") -> Message:
    return box.person("Ada").say("general", text)


def _sent(box: Sandbox) -> list[str]:
    """Return the names of the events that were sent to the bot."""
    return [json.loads(text)["t"] for one in box.gateway.sessions.values() for _, text in one.log]


async def test_the_bot_and_members_react_and_everyone_sees_who_did(box: Sandbox, rest: Rest) -> None:
    message = _said(box)
    route = f"{_place(box)}/messages/{message.id}"
    one = f"{route}/reactions/{quote(WAVE)}"
    assert (await rest("PUT", f"{one}/@me"))[0] == 204
    box.person("Bo").react(message, WAVE)
    _, users = await rest("GET", one)
    assert {user["username"] for user in users} == {"alongside", "bo"}
    _, data = await rest("GET", route)
    [reaction] = data["reactions"]
    assert (reaction["count"], reaction["me"], reaction["emoji"]["name"]) == (2, True, WAVE)
    assert (await rest("DELETE", f"{one}/@me"))[0] == 204
    assert message.reactions == {WAVE: [box.person("Bo").id]}


async def test_removing_reactions_of_others_needs_manage_messages(box: Sandbox, rest: Rest) -> None:
    message, bo = _said(box), box.person("Bo")
    bo.react(message, WAVE)
    reactions = f"{_place(box)}/messages/{message.id}/reactions"
    one = f"{reactions}/{quote(WAVE)}"
    for route in (reactions, one, f"{one}/{bo.id}"):
        assert await rest.refusal("DELETE", route) == (403, 50013)
    grant_bot(box, Permission.MANAGE_MESSAGES)
    for route in (f"{one}/{bo.id}", one, reactions):
        bo.react(message, WAVE)
        assert (await rest("DELETE", route))[0] == 204
        assert message.reactions == {}


async def test_a_reaction_needs_an_emoji_and_the_permissions_for_it(box: Sandbox, rest: Rest) -> None:
    message = _said(box)
    route = f"{_place(box)}/messages/{message.id}/reactions"
    assert await rest.refusal("PUT", f"{route}/wave/@me") == (404, 10014)
    box.person("Bo").react(message, WAVE)
    deny_bot(box, Permission.ADD_REACTIONS)
    assert await rest.refusal("PUT", f"{route}/{quote('✅')}/@me") == (403, 50013)
    assert (await rest("PUT", f"{route}/{quote(WAVE)}/@me"))[0] == 204
    deny_bot(box, Permission.READ_MESSAGE_HISTORY)
    assert await rest.refusal("PUT", f"{route}/{quote(WAVE)}/@me") == (403, 50013)


def test_a_message_has_at_most_twenty_different_reactions() -> None:
    box = Sandbox()
    message, bo = _said(box), box.person("Bo")
    for number in range(20):
        bo.react(message, chr(0x1F600 + number))
    with pytest.raises(DiscordError) as caught:
        bo.react(message, WAVE)
    assert caught.value.code == 30010
    bo.react(message, chr(0x1F600), on=False)
    bo.react(message, WAVE)


async def test_reactions_reach_a_bot_with_the_intent_only(box: Sandbox, start: Starter) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)
    await start(Bot())
    box.person("Bo").react(_said(box), WAVE)
    assert "MESSAGE_REACTION_ADD" not in _sent(box)
    await start(Bot(intents=intents))
    box.person("Bo").react(_said(box), WAVE)
    assert _sent(box).count("MESSAGE_REACTION_ADD") == 1


async def test_pins_are_listed_latest_first_and_end_with_the_message(box: Sandbox, rest: Rest) -> None:
    grant_bot(box, Permission.PIN_MESSAGES)
    first, second = _said(box, "first"), _said(box, "second")
    pins = f"{_place(box)}/messages/pins"
    for message in (first, second):
        assert (await rest("PUT", f"{pins}/{message.id}"))[0] == 204
        await box.clock.move(box.clock.now() + timedelta(seconds=1))
    _, data = await rest("GET", f"{pins}?limit=1")
    assert [one["message"]["id"] for one in data["items"]] == [str(second.id)]
    assert data["has_more"] is True
    _, data = await rest("GET", f"{pins}?before={quote(data['items'][0]['pinned_at'])}")
    assert [one["message"]["id"] for one in data["items"]] == [str(first.id)]
    _, old = await rest("GET", f"{_place(box)}/pins")
    assert [one["pinned"] for one in old] == [True, True]
    assert (await rest("DELETE", f"{pins}/{second.id}"))[0] == 204
    box.person("Ada").delete(first)
    assert (await rest("GET", pins))[1]["items"] == []


async def test_pinning_needs_its_own_permission(box: Sandbox, rest: Rest, bot: Bot) -> None:
    assert bot.is_ready()
    message = _said(box)
    grant_bot(box, Permission.MANAGE_MESSAGES)
    assert await rest.refusal("PUT", f"{_place(box)}/pins/{message.id}") == (403, 50013)
    grant_bot(box, Permission.PIN_MESSAGES)
    assert (await rest("PUT", f"{_place(box)}/pins/{message.id}"))[0] == 204
    assert _sent(box)[-2:] == ["MESSAGE_UPDATE", "CHANNEL_PINS_UPDATE"]


async def test_many_messages_are_deleted_at_once(box: Sandbox, rest: Rest, bot: Bot) -> None:
    assert bot.is_ready()
    ids = [str(_said(box, text).id) for text in "abc"]
    route = f"{_place(box)}/messages/bulk-delete"
    assert await rest.refusal("POST", route, {"messages": ids}) == (403, 50013)
    grant_bot(box, Permission.MANAGE_MESSAGES)
    assert (await rest("POST", route, {"messages": [*ids[:2], str(int(ids[2]) + 1)]}))[0] == 204
    assert [one.content for one in box.person("Ada").sees("general")] == ["c"]
    assert _sent(box)[-2:] == ["MESSAGE_CREATE", "MESSAGE_DELETE_BULK"]


async def test_messages_older_than_two_weeks_are_not_deleted_in_bulk(box: Sandbox, rest: Rest) -> None:
    grant_bot(box, Permission.MANAGE_MESSAGES)
    old = _said(box, "old")
    await box.clock.move(box.clock.now() + timedelta(days=15))
    body = {"messages": [str(old.id), str(_said(box, "new").id)]}
    assert await rest.refusal("POST", f"{_place(box)}/messages/bulk-delete", body) == (400, 50034)
    assert len(box.person("Ada").sees("general")) == 2


async def test_bulk_deletion_needs_a_server(box: Sandbox, rest: Rest) -> None:
    _, dm = await rest("POST", "/users/@me/channels", {"recipient_id": str(box.person("Ada").id)})
    body = {"messages": ["1", "2"]}
    assert await rest.refusal("POST", f"/channels/{dm['id']}/messages/bulk-delete", body) == (403, 50003)


async def _reply(box: Sandbox, rest: Rest, to: Message, **more: Any) -> dict[str, Any]:
    reference = {"message_id": str(to.id), "fail_if_not_exists": False}
    body = {"content": "reply", "message_reference": reference, **more}
    status, data = await rest("POST", f"{_place(box)}/messages", body)
    assert status == 200
    answer: dict[str, Any] = data
    return answer


async def test_a_reply_names_the_message_and_mentions_its_author(box: Sandbox, rest: Rest) -> None:
    message = _said(box)
    data = await _reply(box, rest, message)
    guild = str(box.person("Ada").channel("general").guild_id)
    assert data["message_reference"] == {
        "type": 0,
        "channel_id": data["channel_id"],
        "message_id": str(message.id),
        "guild_id": guild,
    }
    assert (data["type"], data["referenced_message"]["id"]) == (19, str(message.id))
    assert [one["username"] for one in data["mentions"]] == ["ada"]
    quiet = await _reply(box, rest, message, allowed_mentions={"parse": []})
    assert quiet["mentions"] == []
    if openapi.DESCRIPTION.exists():
        route = "/channels/{channel_id}/messages"
        assert openapi.answer_violations("POST", route, 200, data) == []


async def test_the_message_that_a_reply_names_is_null_after_its_deletion(box: Sandbox, rest: Rest) -> None:
    message = _said(box)
    data = await _reply(box, rest, message)
    box.person("Ada").delete(message)
    _, later = await rest("GET", f"{_place(box)}/messages/{data['id']}")
    assert later["referenced_message"] is None
    other = await _reply(box, rest, message)
    assert (other["type"], "message_reference" in other) == (0, False)


async def test_a_reply_needs_read_message_history(box: Sandbox, rest: Rest) -> None:
    message = _said(box)
    deny_bot(box, Permission.READ_MESSAGE_HISTORY)
    body = {"content": "x", "message_reference": {"message_id": str(message.id)}}
    assert await rest.refusal("POST", f"{_place(box)}/messages", body) == (403, 160002)


async def test_nulls_are_not_saved_in_embeds_and_components(box: Sandbox, rest: Rest) -> None:
    button = {"type": 2, "style": 1, "label": "x", "custom_id": "x", "emoji": None, "url": None}
    body = {
        "content": "x",
        "embeds": [{"title": "t", "description": None, "footer": {"text": "f", "icon_url": None}}],
        "components": [{"type": 1, "components": [button]}],
    }
    _, data = await rest("POST", f"{_place(box)}/messages", body)
    assert data["embeds"] == [{"title": "t", "footer": {"text": "f"}, "type": "rich"}]
    assert not {"emoji", "url"} & set(data["components"][0]["components"][0])
