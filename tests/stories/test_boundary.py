"""The error boundary: failed and slow handlers are answered, and the operator can find errors."""

import logging
import re
from typing import cast

import pytest
from discord import app_commands

from bot.gateway import client, first_response
from bot.gateway.client import Interaction
from bot.rooms.service import Rooms
from bot.servers.service import ServerSettings
from tests.world import World

REFERENCE = re.compile(r"Reference (\w{4})\.")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every handler that waits at all as slow."""

    def install_auto_defer(
        interaction: Interaction, answered: first_response.Answered, age_seconds: float
    ) -> None:
        first_response.install_auto_defer(interaction, answered, age_seconds)
        cast("first_response.Response", interaction.response)._start_auto_defer()  # noqa: SLF001 - as its timer does

    monkeypatch.setattr(client, "install_auto_defer", install_auto_defer)


async def _breaks(*_: object) -> None:
    raise ValueError("made to fail")


@pytest.mark.usefixtures("at_once")
async def test_a_slow_handler_is_acknowledged_privately_and_answers_as_usual(
    world: World,
) -> None:
    opened = await world.ada.opens()
    assert opened.text.startswith("You have a seat in Library.")
    sat = await world.ben.sits()
    assert sat.text.startswith("You have a seat in Library.")
    assert "2 of 8 seats are taken." in world.card_text()
    panel = await world.moderator.uses("quiet setup")
    looked = await world.moderator.taps(panel.panel, "Check")
    assert looked.panel.message.id == panel.panel.message.id


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("status", "code", "said"),
    [(404, 10062, "came too late"), (500, 0, ""), (400, 50035, "could not be deferred")],
)
async def test_an_early_acknowledgment_that_fails_leaves_the_answer_to_the_handler(
    world: World, caplog: pytest.LogCaptureFixture, status: int, code: int, said: str
) -> None:
    world.fail("POST", "/interactions/*/*/callback", status=status, code=code, times=1)
    opened = await world.ada.opens()
    assert opened.text.startswith("You have a seat in Library.")
    assert "One of 8 seats is taken." in world.card_text()
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    lines = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert len(lines) == bool(said), "a deferral that Discord did not confirm is repeated"
    assert all(said in line for line in lines)
    world.fail("POST", "/interactions/*/*/callback", status=status, code=code, times=1)
    sat = await world.ben.sits()
    assert sat.text.startswith("You have a seat in Library.")
    assert "2 of 8 seats are taken." in world.card_text()


@pytest.mark.usefixtures("at_once")
async def test_a_mistake_in_the_early_acknowledgment_is_in_the_log_and_the_answer_still_comes(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.expects_errors = True
    monkeypatch.setattr(first_response.Response, "acknowledge", _breaks)
    opened = await world.ada.opens()
    assert opened.text.startswith("You have a seat in Library.")
    assert re.search(r"deferring an interaction failed, reference \w{4}", caplog.text)


@pytest.mark.usefixtures("at_once")
async def test_a_form_that_is_too_slow_to_open_says_to_tap_once_more(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    asked = await world.moderator.taps(panel.panel, "Time zone")
    assert asked.form is None
    assert asked.panel.is_private
    assert asked.panel.text == (
        "That took too long, so the form didn't open. Nothing was changed. Tap once more to open it."
    )


async def test_a_command_of_an_older_version_is_not_reported_as_a_failure(world: World) -> None:
    renamed = {"name": "halls", "type": 2, "options": [{"name": "add", "type": 1, "options": []}]}
    lacking = {"name": "room", "type": 2, "options": [{"name": "events", "type": 1, "options": []}]}
    answers = [await world.moderator.forges_command("quiet", each) for each in (renamed, lacking)]
    world.client.tree.remove_command("rooms")
    answers.append(await world.ada.uses("rooms"))
    for answer in answers:
        assert answer.panel.is_private
        assert (
            answer.text
            == "This command has changed. Restart Discord to get the new one. Nothing was changed."
        )


async def test_a_channel_deleted_while_it_was_chosen_is_not_reported_as_a_failure(world: World) -> None:
    attic = {"name": "channel", "type": 7, "value": "123"}
    adding = {"name": "room", "type": 2, "options": [{"name": "add", "type": 1, "options": [attic]}]}
    answer = await world.moderator.forges_command("quiet", adding)
    assert answer.text == "Choose a text channel that I can see. Nothing was changed."


async def test_a_failed_completion_offers_nothing_and_is_in_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.expects_errors = True
    monkeypatch.setattr(Rooms, "of_guild", _breaks)
    assert await world.ada.types("sit", "room", "lib") == {}
    assert re.search(r"completing /sit failed, reference \w{4}", caplog.text)


async def test_a_failed_event_listener_is_in_the_log_with_a_reference(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.expects_errors = True
    world.client.add_listener(_breaks, "on_ready")
    world.client.dispatch("ready")
    await world.settle()
    assert re.search(r"listening \(on_ready\) failed, reference \w{4}", caplog.text)


@pytest.mark.parametrize("trigger", ["command", "button", "form"])
async def test_every_kind_of_failed_interaction_gets_an_apology_with_the_logs_reference(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trigger: str
) -> None:
    world.expects_errors = True
    panel = await world.moderator.uses("quiet setup")
    form = await world.moderator.taps(panel.panel, "Time zone")
    monkeypatch.setattr(ServerSettings, "get", _breaks)
    monkeypatch.setattr(ServerSettings, "set_zone", _breaks)
    if trigger == "command":
        answer = await world.moderator.uses("quiet setup")
    elif trigger == "button":
        answer = await world.moderator.taps(panel.panel, "Time zone")
    else:
        answer = await world.moderator.sends(form, zone="Europe/Berlin")
    (reference,) = REFERENCE.findall(answer.text)
    assert f"reference {reference}" in caplog.text


async def test_every_completion_of_every_command_is_inside_the_boundary(world: World) -> None:
    completions = [
        (command.qualified_name, parameter.autocomplete)
        for command in world.client.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for parameter in command._params.values()  # noqa: SLF001 - discord.py does not show them
        if parameter.autocomplete is not None
    ]
    assert completions
    unreported = [name for name, each in completions if "reported" not in each.__code__.co_name]
    assert unreported == []
    twice = [name for name, each in completions if "__wrapped__" in vars(vars(each)["__wrapped__"])]
    assert twice == []  # however many clients this process has made


@pytest.mark.parametrize("custom_id", ["", "sit", "rooms:sit", "rooms:sit:1:v9", "a:b:c:d:e", "x" * 100])
async def test_an_unknown_component_is_answered_too(world: World, custom_id: str) -> None:
    await world.ada.opens()
    answer = await world.ben.forges(custom_id)
    assert answer.text.startswith("This button is from an older version.")
    assert answer.panel.is_private
