"""Messages: validation, nonces, mentions, files and permissions."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest

from sandbox.state.models import Overwrite
from sandbox.state.permissions import Permission

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Bot, Rest

LABEL = {"type": 2, "style": 1, "label": "Sit", "custom_id": "sit"}


def _row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(buttons)}


def _channel(box: Sandbox, name: str = "general") -> int:
    return box.person("Mika").channel(name).id


def _bot_channel(box: Sandbox, bot: Bot, name: str = "general") -> discord.TextChannel:
    channel = bot.get_channel(_channel(box, name))
    assert isinstance(channel, discord.TextChannel)
    return channel


BAD_BODIES: dict[str, dict[str, Any]] = {
    "content too long": {"content": "x" * 2001},
    "eleven embeds": {"embeds": [{"title": "x"}] * 11},
    "embed title": {"embeds": [{"title": "x" * 257}]},
    "embeds in all": {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
    "empty field": {"embeds": [{"fields": [{"name": "", "value": "x"}]}]},
    "six rows": {"components": [_row({**LABEL, "custom_id": str(i)}) for i in range(6)]},
    "six in a row": {"components": [_row(*({**LABEL, "custom_id": str(i)} for i in range(6)))]},
    "custom id too long": {"components": [_row({**LABEL, "custom_id": "x" * 101})]},
    "custom id twice": {"components": [_row(LABEL, LABEL)]},
    "label too long": {"components": [_row({**LABEL, "label": "x" * 81})]},
    "no label": {"components": [_row({**LABEL, "label": ""})]},
    "link with custom id": {"components": [_row({**LABEL, "style": 5})]},
    "bare button": {"components": [LABEL]},
    "no options": {"components": [_row({"type": 3, "custom_id": "x", "options": []})]},
    "too many values": {
        "components": [
            _row(
                {
                    "type": 3,
                    "custom_id": "x",
                    "max_values": 2,
                    "options": [{"label": "a", "value": "a"}],
                }
            )
        ]
    },
    "select beside button": {
        "components": [_row(LABEL, {"type": 5, "custom_id": "who"})],
    },
    "text without v2": {"components": [{"type": 10, "content": "hello"}]},
    "content with v2": {
        "flags": 1 << 15,
        "content": "hello",
        "components": [{"type": 10, "content": "hello"}],
    },
    "41 components": {
        "flags": 1 << 15,
        "components": [{"type": 10, "content": "x"}] * 38 + [_row(LABEL), {"type": 14}],
    },
    "too much text": {
        "flags": 1 << 15,
        "components": [{"type": 10, "content": "x" * 2001}] * 2,
    },
    "ephemeral outside": {"content": "x", "flags": 64},
    "unknown field": {"content": "x", "colour": "red"},
    "poll": {"content": "x", "poll": {"question": {"text": "?"}}},
    "nonce too long": {"content": "x", "nonce": "x" * 26},
    "mentions twice": {
        "content": "x",
        "allowed_mentions": {"parse": ["users"], "users": ["1"]},
    },
    "missing file": {"content": "x", "attachments": [{"id": 0}]},
    "missing attachment": {"embeds": [{"image": {"url": "attachment://no.png"}}]},
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
async def test_an_invalid_message_is_refused_as_an_invalid_form(
    box: Sandbox, rest: Rest, body: dict[str, Any]
) -> None:
    status, data = await rest("POST", f"/channels/{_channel(box)}/messages", body)
    assert (status, data["code"], data["message"]) == (400, 50035, "Invalid Form Body")
    assert data["errors"]
    assert box.refusals
    assert box.person("Ada").sees("general") == []


async def test_form_errors_are_nested_by_the_path_of_the_field(box: Sandbox, rest: Rest) -> None:
    body = {"embeds": [{}, {"footer": {"text": "x" * 2049}}]}
    _, data = await rest("POST", f"/channels/{_channel(box)}/messages", body)
    [error] = data["errors"]["embeds"]["1"]["footer"]["text"]["_errors"]
    assert error == {
        "code": "BASE_TYPE_MAX_LENGTH",
        "message": "Must be 2048 or fewer in length.",
    }


async def test_forty_components_are_allowed_and_get_unique_ids(box: Sandbox, rest: Rest) -> None:
    parts: list[dict[str, Any]] = [{"type": 10, "content": "x"}] * 37
    body = {"flags": 1 << 15, "components": [*parts, _row(LABEL), {"type": 14}]}
    status, data = await rest("POST", f"/channels/{_channel(box)}/messages", body)
    assert status == 200
    ids = [one["id"] for one in data["components"]]
    assert len(set(ids)) == 39


async def test_an_empty_message_is_refused(box: Sandbox, rest: Rest) -> None:
    path = f"/channels/{_channel(box)}/messages"
    assert await rest.refusal("POST", path, {}) == (400, 50006)


async def test_an_enforced_nonce_returns_the_first_message_for_five_minutes(
    box: Sandbox, rest: Rest
) -> None:
    path = f"/channels/{_channel(box)}/messages"
    body = {"content": "once", "nonce": "job:1", "enforce_nonce": True}
    _, first = await rest("POST", path, body)
    _, again = await rest("POST", path, body)
    assert first["id"] == again["id"]
    assert first["nonce"] == "job:1"
    await box.clock.move(box.clock.now() + timedelta(minutes=5, seconds=1))
    _, later = await rest("POST", path, body)
    assert later["id"] != first["id"]
    await rest("DELETE", f"{path}/{later['id']}")
    assert await rest.refusal("POST", path, body) == (404, 10008)


async def test_a_nonce_that_is_not_enforced_posts_a_second_message(box: Sandbox, rest: Rest) -> None:
    path = f"/channels/{_channel(box)}/messages"
    body = {"content": "twice", "nonce": "job:1"}
    _, first = await rest("POST", path, body)
    _, again = await rest("POST", path, body)
    assert first["id"] != again["id"]


async def test_the_bot_pings_only_people_in_its_allowed_mentions(box: Sandbox, rest: Rest) -> None:
    path = f"/channels/{_channel(box)}/messages"
    ada, bo = box.person("Ada"), box.person("Bo")
    content = f"<@{ada.id}> <@{bo.id}> @everyone"
    for allowed, pinged in (
        (None, [ada.id, bo.id]),
        ({"parse": []}, []),
        ({"users": [str(bo.id)]}, [bo.id]),
        ({"parse": ["everyone"]}, []),  # it lacks Mention Everyone
    ):
        _, data = await rest("POST", path, {"content": content, "allowed_mentions": allowed})
        message = ada.sees("general")[-1]
        assert str(message.id) == data["id"]
        assert message.pinged == sorted(pinged)


async def test_everyone_is_pinged_only_with_mention_everyone(box: Sandbox, rest: Rest) -> None:
    juniper = box.person("Ada").channel("general")
    bot_id = box.world.app.user.id
    juniper.overwrites[bot_id] = Overwrite(bot_id, 1, allow=int(Permission.MENTION_EVERYONE))
    await rest("POST", f"/channels/{juniper.id}/messages", {"content": "@everyone"})
    assert box.person("Ada").id in box.person("Ada").sees("general")[-1].pinged


async def test_silent_messages_are_unread_but_do_not_notify(box: Sandbox, rest: Rest) -> None:
    ada, general = box.person("Ada"), _channel(box)
    body = {"content": f"<@{ada.id}>", "flags": 1 << 12}
    await rest("POST", f"/channels/{general}/messages", body)
    unread = box.world.unread[ada.id, general]
    assert (unread.count, unread.pings) == (1, 0)
    await rest("POST", f"/channels/{general}/messages", {"content": f"<@{ada.id}>"})
    assert (unread.count, unread.pings) == (2, 1)


async def test_files_are_returned_with_size_and_description(box: Sandbox, bot: Bot) -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (7).to_bytes(4, "big") + (5).to_bytes(4, "big")
    channel = box.person("Ada").channel("general")
    bits = int(Permission.ATTACH_FILES)
    channel.overwrites[bot.user.id] = Overwrite(bot.user.id, 1, allow=bits)  # type: ignore[union-attr] # it is logged in
    file = discord.File(io.BytesIO(png), "week.png", description="A quiet week")
    message = await _bot_channel(box, bot).send("look", file=file)
    [attachment] = message.attachments
    assert (attachment.filename, attachment.description) == ("week.png", "A quiet week")
    assert (attachment.width, attachment.height) == (7, 5)
    async with aiohttp.ClientSession() as session, session.get(attachment.url) as answer:
        assert await answer.read() == png
        assert answer.content_type == "image/png"
    record = box.requests[-1]
    assert record.body["files"] == [{"name": "files[0]", "filename": "week.png", "size": 24}]
    assert record.body["payload_json"]["content"] == "look"
    edited = await message.edit(attachments=[])
    assert edited.attachments == []


async def test_a_file_shown_in_an_embed_is_not_listed_as_an_attachment(box: Sandbox, bot: Bot) -> None:
    ada = box.person("Ada")
    embed = discord.Embed(title="week").set_image(url="attachment://a.png")
    dm = await bot.create_dm(discord.Object(ada.id))
    message = await dm.send(embed=embed, file=discord.File(io.BytesIO(b"x"), "a.png"))
    assert message.attachments == []
    assert message.embeds[0].image.url is not None
    assert message.embeds[0].image.url.startswith(box.page_url)


async def test_files_other_than_pictures_are_only_downloaded(box: Sandbox, bot: Bot) -> None:
    dm = await bot.create_dm(discord.Object(box.person("Ada").id))
    file = discord.File(io.BytesIO(b"<script>alert(1)</script>"), "a.html")
    message = await dm.send(file=file)
    async with aiohttp.ClientSession() as session, session.get(message.attachments[0].url) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"


async def test_requests_need_permissions_in_the_channel(box: Sandbox, rest: Rest) -> None:
    channel = box.person("Ada").channel("general")
    path = f"/channels/{channel.id}/messages"
    _, sent = await rest("POST", path, {"content": "mine"})
    said = box.person("Ada").say("general", "hers")
    assert await rest.refusal("DELETE", f"{path}/{said.id}") == (403, 50013)
    assert await rest.refusal("PATCH", f"{path}/{said.id}", {"content": "no"}) == (403, 50005)
    everyone = channel.guild_id or 0
    channel.overwrites[everyone] = Overwrite(everyone, 0, deny=int(Permission.SEND_MESSAGES))
    assert await rest.refusal("POST", path, {"content": "x"}) == (403, 50013)
    channel.overwrites[everyone].deny = int(Permission.VIEW_CHANNEL)
    assert await rest.refusal("GET", f"{path}/{sent['id']}") == (403, 50001)
    assert await rest.refusal("GET", "/channels/1/messages/1") == (404, 10003)
    channel.overwrites.clear()
    assert await rest.refusal("GET", f"{path}/1") == (404, 10008)


async def test_without_the_intent_the_bot_reads_only_content_that_mentions_it(
    box: Sandbox, bot: Bot
) -> None:
    said = box.person("Ada").say("general", "private words")
    fetched = await _bot_channel(box, bot).fetch_message(said.id)
    assert fetched.content == ""
    mention = box.person("Ada").say("general", f"<@{box.world.app.user.id}> hello")
    assert (await _bot_channel(box, bot).fetch_message(mention.id)).content != ""


async def test_components_v2_cannot_be_removed_from_a_message(box: Sandbox, rest: Rest) -> None:
    path = f"/channels/{_channel(box)}/messages"
    body = {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}
    _, sent = await rest("POST", path, body)
    assert await rest.refusal("PATCH", f"{path}/{sent['id']}", {"content": "x"}) == (400, 50035)
    status, data = await rest(
        "PATCH", f"{path}/{sent['id']}", {"components": [{"type": 10, "content": "y"}]}
    )
    assert (status, data["flags"]) == (200, 1 << 15)


async def test_messages_are_listed_newest_first(box: Sandbox, bot: Bot) -> None:
    channel = _bot_channel(box, bot)
    for word in ("one", "two", "three"):
        await channel.send(word)
    assert [m.content async for m in channel.history(limit=2)] == ["three", "two"]
    newest = channel.history(limit=1, before=discord.Object((1 << 63) - 1))
    assert [m.content async for m in newest] == ["three"]
    oldest = [m.content async for m in channel.history(limit=2, oldest_first=True)]
    assert oldest == ["one", "two"]
