"""A consent text that has changed: the bot asks again, waits, and ends the consent."""

from datetime import timedelta

import pytest

from bot.privacy.consent.model import Purpose
from tests.stories.changed_texts import change_texts
from tests.world import World


async def agreed_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ada agree to texts, and change them afterwards."""
    await world.ada.agrees("Show my name")
    panel = await world.ada.uses("checkins", days="daily", per_week=7)
    await world.ada.taps(panel.panel, "Yes, begin")
    change_texts(monkeypatch, Purpose.SHOW_NAME, Purpose.CHECKINS)
    await world.client.services.retention.begin()
    await world.settle()


async def test_a_changed_text_is_asked_again_once_beside_what_a_member_does_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    (first,) = world.ada.direct_messages  # nothing is sent for it
    ends = f"Without an answer the old yes ends <t:{int((world.now + timedelta(days=30)).timestamp())}:D>"
    sat = await world.ada.opens()
    assert sat.text.count(ends) == 1  # one at a time
    assert "The text about check-ins has changed since your yes in Reading circle." in sat.text
    assert sat.text.count("the month of your last tap") == 1
    assert sat.buttons == ["Yes", "No, end it"]
    assert ends not in (await world.ada.slips_out()).text
    assert "The text about your name on cards has changed" in (await world.ada.sits()).text
    assert ends not in (await world.ada.sits()).text  # once
    me = await world.ada.uses("me")
    assert "Check-ins: waiting, as their text has changed." in me.text
    assert ends not in me.text
    assert "Show my name" in me.buttons
    again = await world.ada.taps(me.panel, "New text of check-ins")
    assert ends in again.text
    await world.ada.taps(again.panel, "Yes")
    assert "Check-ins: on. The next one comes" in (await world.ada.uses("me")).text
    await world.pass_time(days=2)
    assert world.ada.direct_messages[-1].message.id != first.message.id


@pytest.mark.parametrize("command", ["help-now", "pause", "privacy"])
async def test_a_changed_text_is_never_shown_before_what_a_member_asked_for(
    command: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    assert "has changed since your yes" not in (await world.ada.uses(command)).text
    assert "has changed since your yes" in (await world.ada.uses("help")).text


async def test_a_tap_on_a_check_in_in_view_carries_the_new_text(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    tapped = await world.ada.taps(world.ada.direct_messages[-1], "Here")
    assert "The text about check-ins has changed since your yes in Reading circle." in tapped.text
    ended = await world.ada.taps(tapped.panel, "No, end it")
    assert "Withdrawn: check-ins" in ended.text
    assert "Check-ins: off." in (await world.ada.uses("me")).text


async def test_a_changed_text_names_the_server_to_a_member_of_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = world.elsewhere(world.ada)
    for person in (world.ada, elsewhere):
        await person.taps((await person.uses("checkins")).panel, "Yes, begin")
    change_texts(monkeypatch, Purpose.CHECKINS)
    first, second = world.ada.direct_messages
    here = await world.ada.taps(first, "Here")
    assert "The text about check-ins has changed since your yes in Reading circle." in here.text
    there = await world.ada.taps(second, "Here")
    assert "The text about check-ins has changed since your yes in Another place." in there.text
    kept = await world.ada.taps(there.panel, "Yes")
    assert kept.text.startswith("Kept: your yes to check-ins in Another place, ")
    ended = await world.ada.taps(kept.panel, "Withdraw")
    assert ended.text.startswith("Withdrawn: check-ins in Another place, ")
    no = await world.ada.taps(here.panel, "No, end it")
    assert no.text.startswith("Withdrawn: check-ins in Reading circle, ")


async def test_every_panel_says_that_check_ins_whose_text_has_changed_wait(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await agreed_before(world, monkeypatch)
    waiting = "Check-ins: waiting, as their text has changed."
    standing = await world.ada.uses("checkins")
    assert waiting in standing.text
    assert standing.buttons[:4] == ["New text of check-ins", "Other times", "Less often", "Stop"]
    assert waiting in (await world.ada.taps(world.ada.direct_messages[-1], "Change")).text
    fewer = await world.ada.taps((await world.ada.uses("checkins")).panel, "Less often")
    assert fewer.text.endswith("They wait all the same, as their text has changed; /checkins shows it.")
    resumed = await world.ada.uses("resume")
    assert "Check-ins wait all the same, as their text has changed" in resumed.text
    again = await world.ada.taps(standing.panel, "New text of check-ins")
    await world.ada.taps(again.panel, "Yes")
    assert "Check-ins: on. The next one comes" in (await world.ada.uses("checkins")).text
    assert "Check-ins come again at the times you chose." in (await world.ada.uses("resume")).text


async def test_without_an_answer_the_old_consent_ends_after_thirty_days(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    await world.pass_time(days=29)
    assert "Your yes waits for an answer." in (await world.ada.uses("me")).text
    await world.pass_time(days=2)
    assert "Name on cards: not shown.\n" in (await world.ada.uses("me")).text
    assert (await world.ada.uses("my-data show")).text == "Nothing about you is kept here."
