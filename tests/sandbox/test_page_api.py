"""The page's HTTP API and live socket: state, actions and access."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest

from sandbox.state import roles
from tests.sandbox.conftest import Bot, Rest, Starter

if TYPE_CHECKING:
    from sandbox import Sandbox


class Page:
    """A client of the page's API that acts as one person."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession, name: str) -> None:
        self.me = box.person(name)
        self._base = box.page_url.rstrip("/")
        self._session = session
        self.lines: list[dict[str, Any]] = []

    async def state(self) -> Any:
        url = f"{self._base}/page/state?as={self.me.id}"
        async with self._session.get(url) as answer:
            assert answer.status == 200
            return await answer.json()

    async def messages(self, channel: int) -> Any:
        url = f"{self._base}/page/messages?as={self.me.id}&channel={channel}"
        async with self._session.get(url) as answer:
            return (await answer.json())["messages"]

    async def act(self, **body: Any) -> Any:
        headers = {"Origin": self._base}
        data = {"as": str(self.me.id), **body}
        async with self._session.post(f"{self._base}/page/act", json=data, headers=headers) as answer:
            return await answer.json()

    async def live(self) -> aiohttp.ClientWebSocketResponse:
        url = f"{self._base}/page/live?as={self.me.id}"
        return await self._session.ws_connect(url, headers={"Origin": self._base})


async def _until(socket: aiohttp.ClientWebSocketResponse, kind: str, **wanted: Any) -> Any:
    async with asyncio.timeout(30):
        while True:
            line = await socket.receive_json()
            if line["t"] == kind and all(line.get(k) == v for k, v in wanted.items()):
                return line


async def test_a_command_a_button_and_a_modal_work_through_the_page_api(
    box: Sandbox, start: Starter
) -> None:
    bot = Bot()

    @bot.tree.command(description="card")
    async def card(interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Form", custom_id="form"))
        await interaction.response.send_message("card", view=view)

    async def press(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await interaction.response.send_message("thanks", ephemeral=True)
            return
        modal = discord.ui.Modal(title="Form", custom_id="m", timeout=60)
        modal.add_item(discord.ui.TextInput(label="Name", custom_id="name"))
        await interaction.response.send_modal(modal)

    bot.on_press = press
    await start(bot)
    await bot.tree.sync()
    async with aiohttp.ClientSession() as session:
        page, other = Page(box, session, "Ada"), Page(box, session, "Bo")
        state = await page.state()
        assert state["app"]["connected"]
        assert [c["name"] for c in state["commands"]] == ["card"]
        assert [p["name"] for p in state["people"]][:2] == ["ada", "bo"]
        general = page.me.channel("general")
        live = await page.live()
        done = await page.act(do="command", channel=str(general.id), path="card", options={})
        assert done["ok"]
        message = (await _until(live, "message"))["message"]
        assert message["interaction"]["command"] == "card"
        custom_id = message["components"][0]["components"][0]["custom_id"]
        place = {"channel": str(general.id), "message": message["id"]}
        clicked = await page.act(do="click", custom_id=custom_id, **place)
        modal = await _until(live, "modal", interaction=clicked["interaction"])
        assert modal["modal"]["title"] == "Form"
        sent = await page.act(do="modal", interaction=modal["interaction"], values={"name": "Nook"})
        await _until(live, "interaction", id=sent["interaction"], state="answered")
        assert [m["content"] for m in await page.messages(general.id)] == ["card", "thanks"]
        assert [m["content"] for m in await other.messages(general.id)] == ["card"]
        assert (await other.state())["unread"] == {str(general.id): {"count": 1, "pings": 0}}
        await other.act(do="read", channel=str(general.id))
        assert (await other.state())["unread"] == {}
        await live.close()


async def test_a_refused_action_says_why(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        page = Page(box, session, "Ada")
        done = await page.act(do="command", channel=None, path="nothing", options={})
        assert done == {"ok": False, "why": "there is no command /nothing"}


async def test_the_page_moves_the_clock(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        page = Page(box, session, "Ada")
        before = box.clock.unix()
        done = await page.act(do="clock", by=3600)
        assert done["ok"]
        assert done["now"] - before >= 3600


async def test_next_event_passes_alarms_at_which_the_bot_does_nothing(box: Sandbox, rest: Rest) -> None:
    async with aiohttp.ClientSession() as session:
        ada = Page(box, session, "Ada")
        general = ada.me.channel("general")
        socket = await session.ws_connect(box.clock_url)
        begun = box.clock.unix()
        alarms = [begun + hours * 3600 for hours in (24, 48, 49, 72)]
        speaks_at = alarms[2]

        async def follow() -> None:
            async for message in socket:
                said = message.json()
                while alarms and alarms[0] <= said["at"]:
                    if alarms.pop(0) == speaks_at:
                        await rest("POST", f"/channels/{general.id}/messages", {"content": "hello"})
                await socket.send_json({"op": "alarm", "at": alarms[0], "tick": said["tick"]})

        following = asyncio.create_task(follow())
        await box.until(lambda: box.clock.next_event() is not None)
        assert (await ada.act(do="clock", to="next"))["ok"]
        assert box.clock.unix() == pytest.approx(speaks_at, abs=60)
        assert [message["content"] for message in await ada.messages(general.id)] == ["hello"]
        await socket.close()
        await following


async def test_people_join_voice_delete_messages_and_close_dms(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        ada, bo = Page(box, session, "Ada"), Page(box, session, "Bo")
        tea, general = ada.me.channel("Tea room"), ada.me.channel("general")
        assert (await ada.act(do="voice", channel=str(tea.id)))["ok"]
        guild = (await bo.state())["guilds"][0]
        [room] = [c for c in guild["channels"] if c["id"] == str(tea.id)]
        assert [m["user_id"] for m in room["voice"]["members"]] == [str(ada.me.id)]
        assert (await ada.act(do="voice", channel=None))["ok"]
        said = await ada.act(do="say", channel=str(general.id), content="hello")
        place = {"channel": str(general.id), "message": said["message"]}
        refused = await bo.act(do="delete", **place)
        assert refused == {"ok": False, "why": "Bo cannot delete that message"}
        live = await bo.live()
        assert (await ada.act(do="delete", **place))["ok"]
        deleted = await _until(live, "message_delete")
        assert deleted == {"t": "message_delete", "channel_id": str(general.id), "id": said["message"]}
        assert (await ada.act(do="dms", open=False))["ok"]
        assert not (await ada.state())["me"]["dms_open"]
        await live.close()


async def test_a_dm_is_listed_and_only_messages_that_are_not_silent_make_a_sound(
    box: Sandbox, bot: Bot
) -> None:
    async with aiohttp.ClientSession() as session:
        page = Page(box, session, "Ada")
        [dm] = (await page.state())["dms"]
        live = await page.live()
        channel = await bot.create_dm(discord.Object(page.me.id))
        assert str(channel.id) == dm["id"]
        await channel.send("softly", silent=True)
        await channel.send("aloud")
        async with asyncio.timeout(30):
            kinds = []
            while "sound" not in kinds:
                kinds.append((await live.receive_json())["t"])
        assert kinds.count("unread") == 1
        assert (await page.state())["unread"] == {dm["id"]: {"count": 2, "pings": 1}}
        await live.close()


async def test_an_ephemeral_response_reaches_only_its_users_page(box: Sandbox, start: Starter) -> None:
    bot = Bot()

    @bot.tree.command(description="whisper")
    async def whisper(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("psst", ephemeral=True)
        await interaction.followup.send("public", ephemeral=False)

    await start(bot)
    await bot.tree.sync()
    async with aiohttp.ClientSession() as session:
        ada, bo = Page(box, session, "Ada"), Page(box, session, "Bo")
        ada_live, bo_live = await ada.live(), await bo.live()
        general = str(ada.me.channel("general").id)
        await ada.act(do="command", channel=general, path="whisper", options={})
        whispered = (await _until(ada_live, "message"))["message"]
        assert (whispered["content"], whispered["ephemeral"]) == ("psst", True)
        assert (await _until(bo_live, "message"))["message"]["content"] == "public"
        assert (await ada.act(do="dismiss", message=whispered["id"]))["ok"]
        assert [m["content"] for m in await ada.messages(int(general))] == ["public"]
        await ada_live.close()
        await bo_live.close()


async def test_a_moderator_sets_what_the_bot_may_do(box: Sandbox, bot: Bot) -> None:
    assert bot.is_ready()
    guild = next(iter(box.world.guilds.values()))
    events: list[str] = []
    box.simulation.event_listeners.append(lambda event: events.append(event.name))
    async with aiohttp.ClientSession() as session:
        asked = {"do": "bot_permissions", "guild": str(guild.id), "permissions": "68608"}
        refused = await Page(box, session, "Ada").act(**asked)
        assert (refused["ok"], events) == (False, [])
        assert (await Page(box, session, "Mika").act(**asked))["ok"]
    assert roles.bot_permissions(guild, box.world.app.user.id) == 68608
    assert set(events) == {"GUILD_ROLE_UPDATE", "CHANNEL_UPDATE"}


async def test_a_person_can_change_their_language_to_one_of_discords(box: Sandbox, rest: Rest) -> None:
    command = {
        "name": "sit",
        "description": "Sit",
        "name_localizations": {"de": "sitzen", "es-ES": "sentarse"},
        "options": [
            {
                "type": 3,
                "name": "room",
                "description": "Which room",
                "name_localizations": {"de": "raum"},
                "choices": [{"name": "Library", "name_localizations": {"de": "Lesesaal"}, "value": "1"}],
            }
        ],
    }
    await rest("PUT", f"/applications/{box.world.app.id}/commands", [command])
    async with aiohttp.ClientSession() as session:
        page = Page(box, session, "Ada")
        assert (await page.state())["me"]["locale"] == "en-US"
        assert (await page.act(do="language", locale="de"))["ok"]
        state = await page.state()
        assert state["me"]["locale"] == "de"
        (listed,) = state["commands"]
        (option,) = listed["options"]
        assert (listed["name"], listed["name_localized"]) == ("sit", "sitzen")
        assert "description_localized" not in listed
        assert (option["name"], option["name_localized"]) == ("room", "raum")
        assert option["choices"] == [{"name": "Library", "name_localized": "Lesesaal", "value": "1"}]
        assert (await page.act(do="language", locale="es-419"))["ok"]
        (listed,) = (await page.state())["commands"]
        assert listed["name_localized"] == "sentarse"  # Discord falls back to es-ES
        refused = await page.act(do="language", locale="tlh")
        assert (refused["ok"], refused["why"]) == (False, "Discord has no language tlh")
