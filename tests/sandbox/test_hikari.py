"""hikari, a client library that shares no code with discord.py, works against the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.client.modals import find_modal
from sandbox.state.permissions import Permission
from tests.begin import BEGIN
from tests.sandbox.grants import grant_bot

hikari: Any = pytest.importorskip("hikari", reason="hikari is not installed")

TIMEOUT = 10


class Bot:
    """A hikari bot with one command, whose options choose how it answers, and what it has seen."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.seen: list[str] = []
        self.client = hikari.GatewayBot(
            box.token,
            rest_url=box.api_url,
            banner=None,
            logs=None,
            intents=hikari.Intents.ALL_UNPRIVILEGED,
        )
        self.client.subscribe(hikari.Event, self._note)
        self.client.subscribe(hikari.InteractionCreateEvent, self._answer)

    async def _note(self, event: Any) -> None:
        self.seen.append(type(event).__name__)
        self.box.simulation.wake_waiters()

    async def start(self) -> None:
        """Log in, connect and register the command."""
        await self.client.start(check_for_updates=False)
        app = await self.client.rest.fetch_application()
        how = hikari.CommandOption(
            type=hikari.OptionType.STRING, name="how", description="how to answer", autocomplete=True
        )
        command = self.client.rest.slash_command_builder("hello", "says hello").add_option(how)
        await self.client.rest.set_application_commands(app, [command])

    async def _answer(self, event: Any) -> None:
        match event.interaction:
            case hikari.AutocompleteInteraction() as asked:
                choice = hikari.impl.AutocompleteChoiceBuilder("Deferred", "defer")
                await asked.create_response([choice])
            case hikari.CommandInteraction() as asked:
                await self._answer_command(asked)
            case hikari.ComponentInteraction() as asked:
                await self._answer_component(asked)
            case hikari.ModalInteraction() as asked:
                await asked.create_initial_response(
                    hikari.ResponseType.MESSAGE_CREATE, f"You wrote {asked.components[0][0].value}"
                )

    async def _answer_command(self, asked: Any) -> None:
        if asked.options and asked.options[0].value == "defer":
            await asked.create_initial_response(
                hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=hikari.MessageFlag.EPHEMERAL
            )
            await asked.edit_initial_response("later")
            await asked.execute("and more", flags=hikari.MessageFlag.EPHEMERAL)
            await asked.delete_initial_response()
            return
        row = self.client.rest.build_message_action_row()
        for name in ("edit", "wait", "form"):
            row.add_interactive_button(hikari.ButtonStyle.PRIMARY, name, label=name)
        await asked.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "hello", component=row)

    async def _answer_component(self, asked: Any) -> None:
        match asked.custom_id:
            case "edit":
                await asked.create_initial_response(hikari.ResponseType.MESSAGE_UPDATE, "edited")
            case "wait":
                await asked.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE)
                await asked.edit_initial_response("waited")
            case "form":
                row = self.client.rest.build_modal_action_row().add_text_input("text", "Text")
                await asked.create_modal_response("A form", "form", component=row)


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """Run a sandbox; the bot must send nothing that Discord would refuse."""
    async with Sandbox(begin=BEGIN) as sandbox:
        yield sandbox
        assert sandbox.refusals == []


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Bot]:
    """Connect the bot."""
    running = Bot(box)
    async with asyncio.timeout(TIMEOUT):
        await running.start()
    yield running
    await running.client.close()


async def test_hikari_logs_in_and_gets_its_servers(box: Sandbox, bot: Bot) -> None:
    await box.until(lambda: bot.seen.count("GuildAvailableEvent") == 2)
    me = bot.client.get_me()
    assert me.id == box.world.app.user.id
    for guild in box.world.guilds.values():
        cached = bot.client.cache.get_guild(guild.id)
        assert cached.name == guild.name
        fetched = await bot.client.rest.fetch_guild(guild.id)
        assert fetched.approximate_member_count == len(guild.members)
    assert len(await bot.client.rest.fetch_my_guilds()) == 2


async def test_hikari_registers_a_command_and_answers_it(box: Sandbox, bot: Bot) -> None:
    [registered] = box.world.commands_of(None)
    assert registered.name == "hello"
    reply = await box.person("Ada").run("hello", "general")
    assert reply.text.startswith("hello")
    [choice] = await box.person("Ada").complete("hello", "how", "d", "general")
    assert choice["value"] == "defer"


async def test_hikari_defers_an_answer_and_follows_up(box: Sandbox, bot: Bot) -> None:
    reply = await box.person("Ada").run("hello", "general", how="defer")
    interaction = reply.interaction
    await box.until(lambda: interaction.original is not None and interaction.original.deleted)
    assert [one.content for one in box.person("Ada").sees("general")] == ["and more"]
    assert box.person("Bo").sees("general") == []


async def test_hikari_answers_buttons(box: Sandbox, bot: Bot) -> None:
    message = (await box.person("Ada").run("hello", "general")).messages[-1]
    await box.person("Ada").click(message, "edit")
    assert message.content == "edited"
    await box.person("Bo").click(message, "wait")
    await box.until(lambda: message.content == "waited")


async def test_hikari_opens_a_form_and_answers_it(box: Sandbox, bot: Bot) -> None:
    ada = box.person("Ada")
    message = (await ada.run("hello", "general")).messages[-1]
    modal = find_modal((await ada.click(message, "form")).interaction)
    assert modal is not None
    reply = await ada.submit(modal, {"text": "something"})
    assert reply.text == "You wrote something"


async def test_hikari_uses_messages_reactions_pins_threads_and_timeouts(box: Sandbox, bot: Bot) -> None:
    grant_bot(box, Permission.PIN_MESSAGES, Permission.MANAGE_MESSAGES, Permission.MODERATE_MEMBERS)
    rest, ada = bot.client.rest, box.person("Ada")
    channel = ada.channel("general")
    made = await rest.create_message(channel.id, "x", attachment=hikari.Bytes(b"abc", "a.txt"))
    reply = await rest.create_message(channel.id, "y", reply=made)
    assert reply.referenced_message.id == made.id
    await made.add_reaction("👍")
    assert len(await rest.fetch_reactions_for_emoji(channel.id, made.id, "👍")) == 1
    await rest.pin_message(channel.id, made.id)
    thread = await rest.create_thread(channel.id, hikari.ChannelType.GUILD_PUBLIC_THREAD, "t")
    await rest.leave_thread(thread.id)
    await rest.join_thread(thread.id)
    until = box.clock.now() + timedelta(hours=1)
    member = await rest.edit_member(channel.guild_id, ada.id, communication_disabled_until=until)
    assert member.raw_communication_disabled_until is not None
    await rest.delete_messages(channel.id, [made.id, reply.id])
    assert channel.messages == {}


async def test_hikari_reconnects_and_resumes_without_losing_events(box: Sandbox, bot: Bot) -> None:
    await box.until(lambda: "StartedEvent" in bot.seen)
    identifies = len(box.gateway.identifies)
    box.faults.ask_to_reconnect()
    await box.until(lambda: not box.bot_connected)
    box.person("Ada").say("general", "while you were out")
    await box.until(lambda: "ShardResumedEvent" in bot.seen)
    await box.until(lambda: "GuildMessageCreateEvent" in bot.seen)
    assert len(box.gateway.identifies) == identifies


async def test_hikari_identifies_again_after_an_invalid_session(box: Sandbox, bot: Bot) -> None:
    await box.until(lambda: "StartedEvent" in bot.seen)
    identifies = len(box.gateway.identifies)
    box.faults.drop_gateway(resume=False)
    await box.until(lambda: len(box.gateway.identifies) > identifies, timeout=30)
    await box.until(lambda: box.bot_connected)
