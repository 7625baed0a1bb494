"""Responses of the REST API match Discord's API description."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.state.permissions import Permission
from tests import openapi
from tests.sandbox.grants import VOICE_AND_EVENTS, grant_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox import Sandbox
    from tests.sandbox.conftest import Rest

pytestmark = pytest.mark.skipif(
    not openapi.DESCRIPTION.exists(), reason="Discord's API description is not beside the repository"
)

CHANNELS = "/channels/{channel_id}"
MESSAGES = f"{CHANNELS}/messages"
EVENTS = "/guilds/{guild_id}/scheduled-events"
COMMANDS = "/applications/{application_id}/commands"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
BUTTON = {"type": 2, "style": 1, "label": "x", "custom_id": "x"}


class Checked:
    """A REST client that checks every response against the description."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self.violations: list[str] = []

    async def __call__(self, method: str, route: str, body: Any = None, **params: object) -> Any:
        status, data = await self._rest(method, route.format(**params), body)
        assert status < 400, data
        self.violations += openapi.answer_violations(method, route, status, data)
        return data


@pytest.fixture
async def call(rest: Rest) -> AsyncIterator[Checked]:
    checked = Checked(rest)
    yield checked
    assert checked.violations == []


async def test_responses_about_the_default_world_match_the_description(box: Sandbox, call: Checked) -> None:
    ada, guild = box.person("Ada"), next(iter(box.world.guilds))
    for route in ("/gateway", "/gateway/bot", "/users/@me", "/users/@me/guilds"):
        await call("GET", route)
    await call("GET", "/soundboard-default-sounds")
    await call("GET", "/guilds/{guild_id}/roles/member-counts", guild_id=guild)
    await call("GET", "/applications/@me")
    await call("GET", "/oauth2/applications/@me")
    await call("GET", "/users/{user_id}", user_id=ada.id)
    for route in ("", "/channels", "/roles", "/threads/active"):
        await call("GET", f"/guilds/{{guild_id}}{route}", guild_id=guild)
    await call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=ada.id)
    dm = await call("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
    for channel in (dm["id"], ada.channel("general").id, ada.channel("Tea room").id):
        await call("GET", CHANNELS, channel_id=channel)


async def test_responses_about_messages_match_the_description(box: Sandbox, call: Checked) -> None:
    ada = box.person("Ada")
    place = ada.channel("general").id
    select = {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]}
    legacy = {
        "content": f"hello <@{ada.id}>",
        "embeds": [{"title": "t", "fields": [{"name": "a", "value": "b"}]}],
        "components": [
            {"type": 1, "components": [BUTTON]},
            {"type": 1, "components": [select]},
            {"type": 1, "components": [{"type": 8, "custom_id": "c"}]},
        ],
    }
    section = {"type": 9, "components": [{"type": 10, "content": "a"}], "accessory": BUTTON}
    picture = {"media": {"url": "https://example.org/a.png"}}
    parts = [{"type": 10, "content": "hi"}, {"type": 14}, section, {"type": 12, "items": [picture]}]
    modern = {"flags": 1 << 15, "components": [{"type": 17, "components": parts}]}
    sent = await call("POST", MESSAGES, legacy, channel_id=place)
    await call("POST", MESSAGES, modern, channel_id=place)
    one = {"channel_id": place, "message_id": sent["id"]}
    await call("PATCH", f"{MESSAGES}/{{message_id}}", {"content": "new"}, **one)
    await call("GET", f"{MESSAGES}/{{message_id}}", **one)
    await call("GET", MESSAGES, channel_id=place)
    await call("PUT", f"{MESSAGES}/{{message_id}}/reactions/{{emoji_name}}/@me", emoji_name="👋", **one)
    await call("GET", f"{MESSAGES}/{{message_id}}/reactions/{{emoji_name}}", emoji_name="👋", **one)
    grant_bot(box, Permission.PIN_MESSAGES)
    await call("PUT", f"{MESSAGES}/pins/{{message_id}}", **one)
    await call("GET", f"{MESSAGES}/pins", channel_id=place)
    await call("GET", f"{CHANNELS}/pins", channel_id=place)
    thread = await call("POST", f"{MESSAGES}/{{message_id}}/threads", {"name": "t"}, **one)
    await call("GET", CHANNELS, channel_id=thread["id"])
    await call("DELETE", f"{MESSAGES}/{{message_id}}", **one)


async def test_responses_about_commands_match_the_description(box: Sandbox, call: Checked) -> None:
    app, guild = box.world.app.id, next(iter(box.world.guilds))
    choice = {"name": "a", "value": "b"}
    option = {"type": 3, "name": "x", "description": "y", "choices": [choice]}
    chat = {"name": "a", "description": "b", "options": [option]}
    await call("PUT", COMMANDS, [chat, {"name": "M", "type": 2}], application_id=app)
    await call("GET", COMMANDS, application_id=app)
    route = "/applications/{application_id}/guilds/{guild_id}/commands"
    scope = {"application_id": app, "guild_id": guild}
    made = await call("POST", route, {**chat, "default_member_permissions": "32"}, **scope)
    scope["command_id"] = made["id"]
    await call("PATCH", f"{route}/{{command_id}}", {"description": "c"}, **scope)
    await call("DELETE", f"{route}/{{command_id}}", **scope)


async def test_responses_about_channels_and_events_match_the_description(
    box: Sandbox, call: Checked
) -> None:
    ada, guild = box.person("Ada"), next(iter(box.world.guilds))
    grant_bot(box, Permission.MANAGE_ROLES, *VOICE_AND_EVENTS)
    new = {"name": "v", "type": 2, "permission_overwrites": [{"id": str(guild), "deny": "0"}]}
    made = await call("POST", "/guilds/{guild_id}/channels", new, guild_id=guild)
    await call("PATCH", CHANNELS, {"name": "w"}, channel_id=made["id"])
    overwrite = {"channel_id": made["id"], "overwrite_id": guild}
    await call("PUT", f"{CHANNELS}/permissions/{{overwrite_id}}", {"type": 0}, **overwrite)
    await call("DELETE", CHANNELS, channel_id=made["id"])
    start = box.clock.now() + timedelta(hours=1)
    rule = {"start": start.isoformat(), "frequency": 2, "interval": 1, "by_weekday": [0]}
    body = {"name": "e", "privacy_level": 2, "scheduled_start_time": start.isoformat()}
    outside = {
        "entity_type": 3,
        "scheduled_end_time": (start + timedelta(hours=1)).isoformat(),
        "entity_metadata": {"location": "x"},
        "recurrence_rule": rule,
    }
    await call("POST", EVENTS, {**body, **outside}, guild_id=guild)
    inside = {"entity_type": 2, "channel_id": str(ada.channel("Tea room").id)}
    event = await call("POST", EVENTS, {**body, **inside}, guild_id=guild)
    ada.interested(box.world.guilds[guild].events[int(event["id"])], True)
    await call("GET", EVENTS, guild_id=guild)
    one = {"guild_id": guild, "guild_scheduled_event_id": event["id"]}
    route = f"{EVENTS}/{{guild_scheduled_event_id}}"
    await call("GET", route, **one)
    await call("GET", f"{route}/users", **one)
    await call("PATCH", route, {"status": 2}, **one)
    await call("DELETE", route, **one)


async def test_responses_about_interactions_match_the_description(box: Sandbox, call: Checked) -> None:
    app, ada = box.world.app.id, box.person("Ada")
    await call("PUT", COMMANDS, [{"name": "a", "description": "b"}], application_id=app)
    asked = ada.begin_run("a", "general", {})
    answer = {
        "type": 4,
        "data": {"content": "x", "components": [{"type": 1, "components": [BUTTON]}]},
    }
    callback = "/interactions/{interaction_id}/{interaction_token}/callback"
    one = {"interaction_id": asked.id, "interaction_token": asked.token}
    await call("POST", callback, answer, **one)
    hook = {"webhook_id": app, "webhook_token": asked.token}
    sent = await call("POST", WEBHOOK, {"content": "f"}, **hook)
    await call("PATCH", f"{WEBHOOK}/messages/@original", {"content": "g"}, **hook)
    await call("GET", f"{WEBHOOK}/messages/@original", **hook)
    await call("DELETE", f"{WEBHOOK}/messages/{{message_id}}", message_id=sent["id"], **hook)
    [message] = ada.sees("general")
    tapped = ada.begin_click(message, "x")
    one = {"interaction_id": tapped.id, "interaction_token": tapped.token}
    await call("POST", callback, {"type": 4, "data": {"content": "tapped"}}, **one)
    hook["webhook_token"] = tapped.token
    await call("GET", f"{WEBHOOK}/messages/@original", **hook)


async def test_responses_about_members_and_threads_match_the_description(
    box: Sandbox, call: Checked
) -> None:
    ada = box.person("Ada")
    place = ada.channel("general")
    grant_bot(box, Permission.MODERATE_MEMBERS)
    member = {"guild_id": place.guild_id, "user_id": ada.id}
    until = (box.clock.now() + timedelta(hours=1)).isoformat()
    body = {"communication_disabled_until": until}
    await call("PATCH", "/guilds/{guild_id}/members/{user_id}", body, **member)
    await call("GET", "/guilds/{guild_id}/members/{user_id}", **member)
    await call("PATCH", "/guilds/{guild_id}/members/@me", {"nick": "Host"}, guild_id=place.guild_id)
    new = {"name": "t", "type": 12}
    thread = await call("POST", f"{CHANNELS}/threads", new, channel_id=place.id)
    one = {"channel_id": thread["id"], "user_id": ada.id}
    await call("PUT", f"{CHANNELS}/thread-members/{{user_id}}", **one)
    await call("GET", f"{CHANNELS}/thread-members/{{user_id}}", **one)
    await call("DELETE", f"{CHANNELS}/thread-members/{{user_id}}", **one)
    await call("GET", "/guilds/{guild_id}/threads/active", guild_id=place.guild_id)
    box.world.app.privileged_intents = 1 << 1
    await call("GET", f"{CHANNELS}/thread-members", channel_id=thread["id"])
    await call("DELETE", f"{CHANNELS}/thread-members/@me", channel_id=thread["id"])
