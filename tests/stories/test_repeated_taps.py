"""Hasty members who tap the same button several times: it takes effect once."""

import pytest

from tests.stories.checkins import begins, newest
from tests.world import Answer, Person, Shown, World

pytestmark = pytest.mark.both_engines


async def taps_five_times(person: Person, shown: Shown, label: str) -> list[Answer]:
    """Tap a button five times before the first answer; return the answers with a file."""
    answers = await person.world.act_at_once([lambda: person.taps(shown, label)] * 5)
    assert all(answer.is_acknowledged for answer in answers)
    return [answer for answer in answers if answer.private and answer.panel.message.attachments]


async def test_an_export_comes_once(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    shown = await world.ada.uses("my-data show")
    (exported,) = await taps_five_times(world.ada, shown.panel, "Get a file")
    assert b"alongside-export" in exported.panel.file


async def test_a_receipt_comes_once(world: World) -> None:
    receipt = await world.ada.agrees("Turn on weekly counts")
    (file,) = await taps_five_times(world.ada, receipt.panel, "Get the receipt as a file")
    assert b"alongside-receipt" in file.panel.file


async def test_a_consent_is_given_once_and_turned_off_once_with_its_receipt(world: World) -> None:
    asked = await world.ada.taps((await world.ada.uses("me")).panel, "Turn on weekly counts")
    await world.act_at_once([lambda: world.ada.taps(asked.panel, "Yes")] * 5)
    assert "You agreed to weekly counts" in asked.panel.text
    await world.act_at_once([lambda: world.ada.taps(asked.panel, "Turn off")] * 5)
    assert "You had agreed on <t:" in asked.panel.text
    assert asked.panel.buttons == ["Get the receipt as a file"]


async def test_check_ins_that_are_agreed_to_five_times_begin_once(world: World) -> None:
    panel = await world.ada.uses("checkins")
    await world.act_at_once([lambda: world.ada.taps(panel.panel, "Yes, begin")] * 5)
    assert panel.panel.text.startswith("Check-ins are on: ")
    assert len(world.ada.direct_messages) == 1


async def test_less_often_halves_once(world: World) -> None:
    await begins(world.ada, per_week=5)
    change = await world.ada.taps(newest(world.ada), "Change")
    button = change.panel.custom_id("Less often")
    for _ in range(2):  # the second one arrives after the first was answered
        await world.ada.forges(button, change.panel)
    assert "up to 2 times a week" in change.panel.text
    cadence = await world.client.services.checkins.find(world.ada.id, world.guild.id)
    assert cadence is not None
    assert cadence.per_week == 2


async def test_everything_is_deleted_once_with_its_receipt(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    asked = await world.ada.uses("my-data delete")
    await world.act_at_once([lambda: world.ada.taps(asked.panel, "In this server")] * 5)
    assert "A coded note of the deletion, without your ID, is saved for 90 days" in asked.panel.text
