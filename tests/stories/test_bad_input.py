"""Any bad input or tap gets a calm private answer, and nothing changes."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from cogs.checkins.choices import Choices
from tests.stories.calls import says_calmly
from tests.stories.changed_texts import change_texts
from tests.world import DiscordRefuses, World

ABSURD = [
    "x" * 4000,
    "**bold** `code` ||spoiler|| > # -",
    "\u202eleft\u202d",
    "\x00\x07\x1b[31m",
    "\u200b",
    "'; DROP TABLE seat; --",
    "{0} {room} {closes:R} %s",
    "99999999999999999999999999",
    "-999",
    "\u0664\u0662",
    "@everyone <@1> <@&2>",
    "\U0001f9d8\u200d\u2642\ufe0f",
]
APOLOGY = (
    "Something went wrong on my side. I don't know whether this was done. "
    "Please check before you try again. Reference "
)


@pytest.mark.parametrize(
    ("command", "option", "others"),
    [
        ("sit", "room", {}),
        ("checkins", "zone", {}),
        ("quiet setup", "zone", {}),
        ("quiet room remove", "room", {}),
        ("quiet schedule remove", "schedule", {}),
        ("quiet schedule add", "room", {"days": "Monday", "time": "19:30", "minutes": 25}),
        ("quiet schedule add", "zone", {"room": "Library", "days": "Monday", "time": "9", "minutes": 25}),
        ("quiet schedule edit", "schedule", {"time": "9:30"}),
        ("quiet schedule skip", "schedule", {"occurrence": "2026-01-12"}),
    ],
)
async def test_absurd_options_are_refused_calmly(
    world: World, command: str, option: str, others: dict[str, object]
) -> None:
    before = await world.row_counts()
    for typed in ABSURD:
        answer = await world.moderator.uses(command, **{option: typed, **others})
        assert says_calmly(answer.text), (typed, answer.text)
        assert await world.row_counts() == before
        assert await world.moderator.types(command, option, typed, **others) == {}


@pytest.mark.parametrize("time", ["25:00", "7:60", "-1", "soon", "12:5", "1e3", "     ", "9:99h"])
async def test_text_that_is_not_a_time_is_refused(world: World, time: str) -> None:
    answer = await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time=time, minutes=25
    )
    assert "as a time. Write it like 19:30, 7:30 pm or noon. Nothing was changed." in answer.text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("   ", "Please write at least one letter or emoji."),
        ("\u202eabc", "turns the direction of text: U+202E RIGHT-TO-LEFT OVERRIDE."),
        ("a\x00b", "can't be shown: U+0000."),
        ("a\u200bb", "nobody can see: U+200B ZERO WIDTH SPACE."),
        ("x" * 41, "That's longer than 40 characters."),
    ],
)
async def test_names_that_cannot_be_seen_or_read_are_refused(world: World, name: str, reason: str) -> None:
    answer = await world.moderator.uses("quiet room add", channel=world.library, name=name)
    assert reason in answer.text


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("sit", {"minutes": 7}),
        ("sit", {"minutes": 2**53}),
        ("checkins", {"per_week": 4}),
        ("quiet room add", {"seats": 100}),
        (
            "quiet schedule add",
            {"room": "Library", "days": "Monday", "time": "9", "minutes": 25, "repeat": 5},
        ),
    ],
)
async def test_discord_itself_refuses_what_the_options_rule_out(
    world: World, command: str, options: dict[str, object]
) -> None:
    if command == "quiet room add":
        options = {"channel": world.library, **options}
    with pytest.raises(DiscordRefuses):
        await world.moderator.uses(command, **options)


async def test_a_form_with_absurd_text_is_refused_calmly(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    for typed in ABSURD:
        form = await world.moderator.taps(panel.panel, "Time zone")
        answer = await world.moderator.sends(form, zone=typed[:100])
        assert "time zone" in answer.private[-1].text
        assert "Time zone: UTC" in (await world.moderator.uses("quiet setup")).text


async def test_help_contacts_are_saved_as_they_were_written_whatever_they_are(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    for typed in ABSURD:
        form = await world.moderator.taps(panel.panel, "Help contacts")
        answer = await world.moderator.sends(form, help_contacts=typed[:1000])
        assert "Done: /help-now shows the new text." in answer.text
        assert typed[:1000] in (await world.ada.uses("help-now")).text


@pytest.mark.parametrize(
    "wrong", [{"per_week": 99}, {"per_week": 0}, {"weekdays": 128}, {"zone": "Middle/Earth"}]
)
async def test_times_that_do_not_fit_together_are_refused(world: World, wrong: dict[str, Any]) -> None:
    choices = Choices.usual(world.guild.id, "UTC")
    choices = replace(choices, times=replace(choices.times, **wrong))
    await world.ada.opens()
    before = await world.row_counts()
    answer = await world.ben.forges(f"checkins:agree:{VERSIONS[Purpose.CHECKINS]}.{choices.encode()}:v1")
    assert answer.text == "I can't use those times. Nothing was changed. Please choose again."
    assert await world.row_counts() == before
    assert world.ben.direct_messages == []


async def test_an_old_text_of_consent_to_check_ins_is_not_agreed_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.ada.opens()
    change_texts(monkeypatch, Purpose.CHECKINS)
    choices = Choices.usual(world.guild.id, "UTC")
    before = await world.row_counts()
    answer = await world.ben.forges(f"checkins:agree:1.{choices.encode()}:v1")
    assert answer.text.startswith("This text has changed in the meantime.")
    assert await world.row_counts() == before
    assert (await world.ben.uses("my-data show")).text == "Nothing is saved about you here."


async def test_an_unexpected_error_is_answered_with_an_apology_and_a_reference(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.expects_errors = True

    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(world.client.services.sessions, "sit", fail)
    monkeypatch.setattr(world.client.services.rooms, "of_guild", fail)
    answer = await world.ada.opens()
    assert answer.text.startswith(APOLOGY)
    reference = answer.text.removeprefix(APOLOGY).rstrip(".")
    assert f"command sit failed, reference {reference}" in caplog.text
    offered = await world.ada.types("sit", "room", "lib")
    assert offered == {}


async def test_a_refusal_is_not_an_error(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    await world.ada.opens()
    await world.ben.nods()
    await world.ben.opens(room="nowhere")
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
