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
    await world.restarts()  # another text comes with another release
    await world.client.services.retention.begin()
    await world.settle()


async def test_a_changed_text_is_asked_again_once_beside_what_a_member_does_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    (first,) = world.ada.direct_messages  # nothing is sent for it
    moment = int((world.now + timedelta(days=30)).timestamp())
    ends = f"If you don't choose, your consent ends on <t:{moment}:D>"
    sat = await world.ada.opens()
    assert sat.text.count(ends) == 1  # one at a time
    assert "The text about check-ins in Reading circle has changed since you agreed." in sat.text
    assert sat.text.count("the month you last used me here") == 1
    assert sat.buttons == ["Yes", "No, turn it off"]
    assert ends not in (await world.ada.slips_out()).text
    assert "The text about showing your name in Reading circle has changed" in (await world.ada.sits()).text
    assert ends not in (await world.ada.sits()).text  # once
    me = await world.ada.uses("me")
    assert "Check-ins are on hold, because the text that you agreed to has changed." in me.text
    assert ends not in me.text
    assert "Show my name" in me.buttons
    again = await world.ada.taps(me.panel, "Read the new text")
    assert ends in again.text
    await world.ada.taps(again.panel, "Yes")
    assert "Check-ins are on. The next one comes" in (await world.ada.uses("me")).text
    await world.pass_time(days=2)
    assert world.ada.direct_messages[-1].message.id != first.message.id


@pytest.mark.parametrize("command", ["help-now", "pause", "privacy"])
async def test_a_changed_text_is_never_shown_before_what_a_member_asked_for(
    command: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    assert "has changed since you agreed" not in (await world.ada.uses(command)).text
    assert "has changed since you agreed" in (await world.ada.uses("help")).text


async def test_a_tap_on_a_check_in_in_view_carries_the_new_text(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    tapped = await world.ada.taps(world.ada.direct_messages[-1], "Here")
    assert "The text about check-ins in Reading circle has changed since you agreed." in tapped.text
    ended = await world.ada.taps(tapped.panel, "No, turn it off")
    assert "You turned off check-ins" in ended.text
    assert "Check-ins are off." in (await world.ada.uses("me")).text


async def test_a_changed_text_names_the_server_to_a_member_of_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = world.elsewhere(world.ada)
    for person in (world.ada, elsewhere):
        await person.taps((await person.uses("checkins")).panel, "Yes, begin")
    change_texts(monkeypatch, Purpose.CHECKINS)
    first, second = world.ada.direct_messages
    here = await world.ada.taps(first, "Here")
    assert "The text about check-ins in Reading circle has changed since you agreed." in here.text
    there = await world.ada.taps(second, "Here")
    assert "The text about check-ins in Another place has changed since you agreed." in there.text
    kept = await world.ada.taps(there.panel, "Yes")
    assert kept.text.startswith("You agreed to check-ins in Another place on ")
    ended = await world.ada.taps(kept.panel, "Turn off")
    assert ended.text.startswith("You turned off check-ins in Another place on ")
    no = await world.ada.taps(here.panel, "No, turn it off")
    assert no.text.startswith("You turned off check-ins in Reading circle on ")


async def test_every_panel_says_that_check_ins_whose_text_has_changed_wait(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await agreed_before(world, monkeypatch)
    waiting = "Check-ins are on hold, because the text that you agreed to has changed."
    standing = await world.ada.uses("checkins")
    assert waiting in standing.text
    assert standing.buttons[:4] == ["Read the new text", "Change times", "Less often", "Stop"]
    assert waiting in (await world.ada.taps(world.ada.direct_messages[-1], "Change")).text
    fewer = await world.ada.taps((await world.ada.uses("checkins")).panel, "Less often")
    assert fewer.text.endswith("Use /checkins to read the new one and decide.")
    resumed = await world.ada.uses("resume")
    assert "You're no longer paused. But check-ins are on hold" in resumed.text
    again = await world.ada.taps(standing.panel, "Read the new text")
    await world.ada.taps(again.panel, "Yes")
    assert "Check-ins are on. The next one comes" in (await world.ada.uses("checkins")).text
    assert "Check-ins are back, at the times you chose." in (await world.ada.uses("resume")).text


async def test_without_an_answer_the_old_consent_ends_after_thirty_days(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed_before(world, monkeypatch)
    await world.pass_time(days=29)
    assert (
        "isn't shown on cards, because the text that you agreed to has changed"
        in (await world.ada.uses("me")).text
    )
    await world.pass_time(days=2)
    assert "Your name isn't shown on cards.\n" in (await world.ada.uses("me")).text
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
