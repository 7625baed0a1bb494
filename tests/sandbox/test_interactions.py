"""Interactions of every type, the responses to them, and Discord's rules for both."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest

from sandbox import ClientRefusal, Sandbox
from sandbox.state import interactions
from tests.sandbox.conftest import Bot, Starter


async def _with_commands(start: Starter, bot: Bot) -> Bot:
    await start(bot)
    await bot.tree.sync()
    return bot


async def test_a_button_edits_its_message(box: Sandbox, start: Starter) -> None:
    bot = Bot()

    @bot.tree.command(description="show a card")
    async def card(interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Sit", custom_id="sit"))
        view.add_item(discord.ui.Button(label="Closed", custom_id="no", disabled=True))
        await interaction.response.send_message("card", view=view)

    async def press(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="one sits")

    bot.on_press = press
    await _with_commands(start, bot)
    ada, bo = box.person("Ada"), box.person("Bo")
    message = (await ada.run("card", channel="general")).messages[0]
    reply = await bo.click(message, "Sit")
    assert reply.kind == "update"
    assert message.content == "one sits"
    assert message.edited is not None
    with pytest.raises(ClientRefusal, match="disabled"):
        await bo.click(message, "Closed")
    with pytest.raises(ClientRefusal, match="no button"):
        await bo.click(message, "Stand")


async def test_selects_send_the_chosen_values_and_their_objects(box: Sandbox, start: Starter) -> None:
    bot = Bot()

    @bot.tree.command(description="choose")
    async def pick(interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None)
        options = [discord.SelectOption(label=day) for day in ("Mon", "Tue", "Wed")]
        view.add_item(discord.ui.Select(custom_id="days", options=options, max_values=2))
        view.add_item(discord.ui.ChannelSelect(custom_id="place"))
        view.add_item(discord.ui.UserSelect(custom_id="who"))
        view.add_item(discord.ui.RoleSelect(custom_id="role"))
        await interaction.response.send_message("choose", view=view, ephemeral=True)

    async def press(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        resolved = sorted(data.get("resolved", {}))
        text = f"{data.get('values')} {resolved}"
        await interaction.response.send_message(text, ephemeral=True)

    bot.on_press = press
    await _with_commands(start, bot)
    ada = box.person("Ada")
    message = (await ada.run("pick", channel="general")).messages[0]
    assert (await ada.choose(message, "days", ["Mon", "Wed"])).text == "['Mon', 'Wed'] []"
    place = ada.channel("library")
    assert (await ada.choose(message, "place", ["library"])).text == f"['{place.id}'] ['channels']"
    bo = box.person("Bo")
    assert (await ada.choose(message, "who", [bo])).text == f"['{bo.id}'] ['members', 'users']"
    assert "['roles']" in (await ada.choose(message, "role", ["Moderators"])).text
    with pytest.raises(ClientRefusal, match="1 to 2"):
        await ada.choose(message, "days", [])
    with pytest.raises(ClientRefusal, match="no option"):
        await ada.choose(message, "days", ["Sun"])
    with pytest.raises(ClientRefusal, match="does not see"):
        await bo.choose(message, "days", ["Mon"])


class _Form(discord.ui.Modal, title="A room"):
    name: discord.ui.TextInput[_Form] = discord.ui.TextInput(label="Name", max_length=20)
    days: discord.ui.Label[_Form] = discord.ui.Label(
        text="Days",
        component=discord.ui.Select(
            custom_id="days",
            options=[discord.SelectOption(label=day) for day in ("Mon", "Tue")],
            required=False,
            min_values=0,
            max_values=2,
        ),
    )
    pace: discord.ui.Label[_Form] = discord.ui.Label(
        text="Pace",
        component=discord.ui.RadioGroup(
            custom_id="pace",
            options=[discord.RadioGroupOption(label=one) for one in ("Slow", "Soft")],
        ),
    )
    loud: discord.ui.Label[_Form] = discord.ui.Label(
        text="Sound", component=discord.ui.Checkbox(custom_id="loud")
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        days, pace, loud = self.days.component, self.pace.component, self.loud.component
        assert isinstance(days, discord.ui.Select)
        assert isinstance(pace, discord.ui.RadioGroup)
        assert isinstance(loud, discord.ui.Checkbox)
        text = f"{self.name.value} {days.values} {pace.value} {loud.value}"
        await interaction.response.send_message(text, ephemeral=True)


async def test_a_modal_opens_and_can_be_submitted_once(box: Sandbox, start: Starter) -> None:
    bot = Bot()

    @bot.tree.command(description="make a room")
    async def make(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(_Form())

    await _with_commands(start, bot)
    ada = box.person("Ada")
    opened = await ada.run("make", channel="general")
    assert opened.kind == "modal"
    assert opened.modal is not None
    with pytest.raises(ClientRefusal, match="Name is required"):
        await ada.submit(opened.modal, {"Pace": "Soft"})
    with pytest.raises(ClientRefusal, match="characters"):
        await ada.submit(opened.modal, {"Name": "x" * 21, "Pace": "Soft"})
    answers = {"Name": "Library", "Days": ["Tue"], "Pace": "Soft", "Sound": True}
    reply = await ada.submit(opened.modal, answers)
    assert reply.text == "Library ['Tue'] Soft True"
    with pytest.raises(ClientRefusal, match="not open"):
        await ada.submit(opened.modal, answers)


async def test_a_deferred_response_gets_its_content_later(box: Sandbox, start: Starter) -> None:
    bot = Bot()
    go = asyncio.Event()

    @bot.tree.command(description="think")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await go.wait()
        await interaction.edit_original_response(content="thought")
        await interaction.followup.send("and more", ephemeral=True)

    await _with_commands(start, bot)
    ada = box.person("Ada")
    reply = await ada.run("think", channel="general")
    assert reply.kind == "deferred"
    assert [one.thinking for one in reply.messages] == [True]
    go.set()
    await reply.settled()
    await box.until(lambda: len(reply.messages) == 2)
    assert [(one.content, one.thinking) for one in reply.messages] == [
        ("thought", False),
        ("and more", False),
    ]
    assert all(one.ephemeral_to == ada.id for one in reply.messages)


async def test_the_first_follow_up_replaces_the_deferred_message_and_stays_ephemeral(
    box: Sandbox, start: Starter
) -> None:
    bot = Bot()

    @bot.tree.command(description="think")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("public, it hopes", ephemeral=False)

    await _with_commands(start, bot)
    reply = await box.person("Ada").run("think", channel="general")
    await reply.settled()
    assert len(reply.messages) == 1
    assert reply.ephemeral
    assert box.person("Bo").sees("general") == []


async def test_an_interaction_without_a_response_fails_after_three_seconds(
    box: Sandbox, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert interactions.FIRST_RESPONSE_SECONDS == 3.0
    monkeypatch.setattr(interactions, "FIRST_RESPONSE_SECONDS", 0.05)
    bot = Bot()
    answered: asyncio.Queue[discord.HTTPException] = asyncio.Queue()
    late = asyncio.Event()

    @bot.tree.command(description="sleep")
    async def sleep(interaction: discord.Interaction) -> None:
        await late.wait()
        try:
            await interaction.response.send_message("late")
        except discord.NotFound as error:
            answered.put_nowait(error)

    await _with_commands(start, bot)
    reply = await box.person("Ada").run("sleep", channel="general")
    assert (reply.kind, reply.error) == ("failed", "The application did not respond")
    late.set()
    error = await asyncio.wait_for(answered.get(), 30)
    assert error.code == 10062


async def test_a_second_first_response_is_refused(box: Sandbox, start: Starter) -> None:
    bot = Bot()
    codes: asyncio.Queue[int] = asyncio.Queue()

    @bot.tree.command(description="answer twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("once")
        again = discord.InteractionResponse[Bot](interaction)  # type: ignore[arg-type] # a fresh one forgets the first
        try:
            await again.send_message("twice")
        except discord.HTTPException as error:
            codes.put_nowait(error.code)

    await _with_commands(start, bot)
    await box.person("Ada").run("twice", channel="general")
    assert await asyncio.wait_for(codes.get(), 30) == 40060


async def test_an_interaction_token_expires_after_fifteen_minutes_of_the_clock(
    box: Sandbox, start: Starter
) -> None:
    bot = Bot()

    @bot.tree.command(description="answer")
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("now")

    await _with_commands(start, bot)
    await box.person("Ada").run("answer", channel="general")
    [interaction] = bot.interactions
    await box.clock.move(box.clock.now() + timedelta(minutes=14))
    await interaction.edit_original_response(content="in time")
    await box.clock.move(box.clock.now() + timedelta(minutes=2))
    with pytest.raises(discord.HTTPException) as caught:
        await interaction.edit_original_response(content="too late")
    assert (caught.value.status, caught.value.code) == (401, 50027)


async def test_a_modal_cannot_be_opened_in_response_to_a_modal(box: Sandbox, start: Starter) -> None:
    bot = Bot()
    codes: list[int] = []

    @bot.tree.command(description="form")
    async def form(interaction: discord.Interaction) -> None:
        modal = discord.ui.Modal(title="One", custom_id="one", timeout=60)
        modal.add_item(discord.ui.TextInput(label="Name", custom_id="name"))
        await interaction.response.send_modal(modal)

    async def press(interaction: discord.Interaction) -> None:
        modal = discord.ui.Modal(title="Two", custom_id="two", timeout=60)
        modal.add_item(discord.ui.TextInput(label="Name"))
        try:
            await interaction.response.send_modal(modal)
        except discord.HTTPException as error:
            codes.append(error.code)
            await interaction.response.defer()

    bot.on_press = press
    await _with_commands(start, bot)
    ada = box.person("Ada")
    opened = await ada.run("form", channel="general")
    assert opened.modal is not None
    await ada.submit(opened.modal, {"Name": "x"})
    assert codes == [50035]
