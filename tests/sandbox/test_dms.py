"""Direct messages between the bot and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from sandbox.api.rate_limits import Limit

if TYPE_CHECKING:
    import pytest

    from sandbox import Sandbox
    from tests.sandbox.conftest import Bot, Rest


async def test_a_dm_reaches_the_person_and_its_buttons_work(box: Sandbox, bot: Bot) -> None:
    ada = box.person("Ada")

    async def press(interaction: discord.Interaction) -> None:
        assert isinstance(interaction.user, discord.User)
        await interaction.response.edit_message(content="noted", view=None)

    bot.on_press = press
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Here", custom_id="here"))
    dm = await bot.create_dm(discord.Object(ada.id))
    await dm.send("are you here", view=view)
    [message] = ada.dm()
    await ada.click(message, "Here")
    assert (message.content, message.components) == ("noted", [])
    assert box.world.unread[ada.id, dm.id].pings == 1


async def test_a_person_with_closed_dms_gets_no_messages_though_the_dm_can_be_opened(
    box: Sandbox, rest: Rest
) -> None:
    noor = box.person("Noor")
    _, dm = await rest("POST", "/users/@me/channels", {"recipient_id": str(noor.id)})
    path = f"/channels/{dm['id']}/messages"
    assert await rest.refusal("POST", path, {"content": "hello"}) == (403, 50007)
    noor.open_dms()
    status, _ = await rest("POST", path, {"content": "hello"})
    assert status == 200
    noor.close_dms()
    assert await rest.refusal("POST", path, {"content": "hello"}) == (403, 50007)


async def test_a_dm_needs_a_common_server(box: Sandbox, rest: Rest) -> None:
    ada = box.person("Ada")
    _, dm = await rest("POST", "/users/@me/channels", {"recipient_id": str(ada.id)})
    for guild in box.world.guilds.values():
        guild.members.pop(ada.id)
    path = f"/channels/{dm['id']}/messages"
    assert await rest.refusal("POST", path, {"content": "hello"}) == (403, 50278)


async def test_opening_too_many_dms_is_refused(
    box: Sandbox, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.api.resources.users.OPEN_DMS", Limit(2, 600))
    answers = []
    for name in ("Ada", "Bo", "Ada", "Cleo"):
        body = {"recipient_id": str(box.person(name).id)}
        status, data = await rest("POST", "/users/@me/channels", body)
        answers.append((status, data.get("code")))
    assert answers == [(200, None), (200, None), (200, None), (400, 40003)]
