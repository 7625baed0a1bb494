"""Consent: each purpose is separate and off until chosen; turning one off deletes its data."""

import json

import pytest

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.texts.catalogue import load
from tests.stories.changed_texts import change_texts
from tests.world import Person, World


async def _me(person: Person) -> str:
    return (await person.uses("me")).text


async def test_everything_is_off_until_chosen(world: World) -> None:
    answer = await world.ada.uses("me")
    assert "Your choices in Reading circle\nOnly you can see this." in answer.text
    assert "Your name isn't shown on cards." in answer.text
    assert "Weekly counts are off." in answer.text
    assert "Check-ins are off." in answer.text
    assert answer.buttons == ["Show my name", "Turn on weekly counts", "My data"]


async def test_asking_saves_nothing(world: World) -> None:
    me = await world.ada.uses("me")
    asked = await world.ada.taps(me.panel, "Turn on weekly counts")
    assert (
        "Saved: two numbers a week for 53 weeks. Also that you agreed, when, to which version of this text"
        in asked.text
    )
    assert "It also ends if you don't use me here for twelve months" in asked.text
    declined = await world.ada.taps(asked.panel, "Not now")
    assert declined.text == "All right. Nothing was changed."
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_a_consent_has_a_receipt_with_its_moment_and_text(world: World) -> None:
    receipt = await world.ada.agrees("Turn on weekly counts")
    at = int(world.now.timestamp())
    assert receipt.text.startswith(f"You agreed to weekly counts on <t:{at}:f> (text version 1).")
    assert receipt.buttons == ["Turn off", "Get the receipt as a file"]


async def test_each_purpose_is_separate(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    assert "Your name isn't shown on cards." in await _me(world.ada)
    assert "Weekly counts are on." in await _me(world.ada)
    assert "Check-ins are off." in await _me(world.ada)


async def test_sits_and_taps_are_counted_alike_by_week_once_chosen(world: World) -> None:
    await world.ada.opens(minutes=5)  # before the consent: not counted
    await world.pass_time(minutes=5)
    await world.ada.agrees("Turn on weekly counts")
    assert "Your weeks appear here once you sit or tap a check-in." in await _me(world.ada)
    await world.ada.opens(minutes=5)
    await world.ada.sits()  # the same seat
    await world.pass_time(minutes=5)
    panel = await world.ada.uses("checkins")
    await world.ada.taps(panel.panel, "Yes, begin")
    await world.ada.taps(world.ada.direct_messages[-1], "Pass")
    assert "Jan 5\u2009\u2013\u200911: seats 1, check-ins 1" in await _me(world.ada)
    await world.pass_time(days=7)
    await world.ada.opens(minutes=5, hidden=True)
    text = await _me(world.ada)
    assert "Jan 5\u2009\u2013\u200911: seats 1, check-ins 1\nJan 12\u2009\u2013\u200918: seats 1" in text


async def test_twelve_weeks_are_a_picture_and_the_same_in_words(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    assert (await world.ada.uses("me")).panel.alts == []  # nothing to draw yet
    for _ in range(3):
        await world.ada.opens(minutes=5)
        await world.pass_time(days=7)
    panel = (await world.ada.uses("me")).panel
    assert panel.file.startswith(b"\x89PNG")
    (alt,) = panel.alts
    weeks = ((5, 11), (12, 18), (19, 25))
    words = "\n".join(f"Jan {first}\u2009\u2013\u2009{last}: seats 1" for first, last in weeks)
    assert alt.startswith("Your weeks from Nov 10 to Feb 1, side by side.")
    assert alt.endswith(f"\n{words}")
    assert f"Under each week is its first day.\n{words}\n" in panel.text


async def test_the_dates_in_the_picture_are_written_as_in_the_members_language(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await world.ada.opens(minutes=5)
    first = (await world.ada.uses("me")).panel.file
    assert (await world.ada.uses("me")).panel.file == first
    world.locales[world.ada.id] = "de"
    assert (await world.ada.uses("me")).panel.file != first


async def test_weeks_leave_the_panel_after_twelve_and_the_empty_ones_are_not_named(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    for _ in range(8):
        await world.ada.opens(minutes=5)
        await world.pass_time(days=7)
    await world.pass_time(days=28)
    panel = (await world.ada.uses("me")).panel
    assert panel.text.count(": seats ") == 7
    assert panel.alts[0].count(": seats ") == 7
    assert ": seats 0" not in panel.text
    await world.pass_time(days=84)
    assert "Your weeks appear here once you sit or tap a check-in." in await _me(world.ada)


async def test_turning_counts_off_takes_the_picture_off_the_panel(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await world.ada.opens(minutes=5)
    me = await world.ada.uses("me")
    assert len(me.panel.message.attachments) == 1
    await world.ada.taps(me.panel, "Stop and delete counts")
    assert me.panel.message.attachments == []


async def test_turning_counts_off_deletes_them(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await world.ada.opens(minutes=5)
    await world.pass_time(minutes=5)
    me = await world.ada.uses("me")
    withdrawn = await world.ada.taps(me.panel, "Stop and delete counts")
    assert withdrawn.text.startswith("You turned off weekly counts on ")
    assert "Everything saved for it is deleted.\nYou had agreed on <t:" in withdrawn.text
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    await world.ada.agrees("Turn on weekly counts")
    assert "Your weeks appear here once you sit or tap a check-in." in await _me(world.ada)


async def test_turning_off_twice_is_answered_the_same(world: World) -> None:
    receipt = await world.ada.agrees("Turn on weekly counts")
    tap = [lambda: world.ada.taps(receipt.panel, "Turn off")] * 2
    answers = await world.act_at_once(tap)
    assert all("You turned off weekly counts" in answer.text for answer in answers)


async def test_a_consent_holds_in_its_own_server_alone(world: World) -> None:
    await world.ada.agrees("Show my name")
    elsewhere = world.elsewhere(world.ada)
    assert "Your name isn't shown on cards." in await _me(elsewhere)
    assert "Your name is shown on cards." in await _me(world.ada)


async def test_a_consent_to_an_older_text_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.ada.opens()
    shown_yesterday = VERSIONS[Purpose.SHOW_NAME]
    monkeypatch.setitem(VERSIONS, Purpose.SHOW_NAME, shown_yesterday + 1)
    answer = await world.ada.forges(f"consent:give:{world.guild.id}.show_name.{shown_yesterday}:v1")
    assert answer.text.startswith("This text has changed in the meantime.")
    assert "Your name isn't shown on cards." in await _me(world.ada)


async def test_stopping_check_ins_leaves_other_choices_alone(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    panel = await world.ada.uses("checkins")
    await world.ada.taps(panel.panel, "Yes, begin")
    await world.ada.taps(world.ada.direct_messages[-1], "Here")
    standing = await world.ada.uses("checkins")
    await world.ada.taps(standing.panel, "Stop")
    assert "Jan 5\u2009\u2013\u200911: check-ins 1" in await _me(world.ada)


async def test_members_do_not_see_each_others_choices(world: World) -> None:
    await world.ada.agrees("Show my name")
    text = await _me(world.ben)
    assert "Your name isn't shown on cards." in text
    assert str(world.ada.id) not in text


async def test_a_text_that_changed_its_meaning_ends_the_old_consent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.ada.agrees("Show my name")
    me = await world.ada.uses("me")
    change_texts(monkeypatch, Purpose.SHOW_NAME)
    changed = "Your name isn't shown on cards, because the text that you agreed to has changed."
    assert changed in await _me(world.ada)
    await world.ada.opens()
    assert world.ada.mention not in world.card_text()
    await world.ada.taps(me.panel, "Hide my name")
    assert "version 2" in (await world.ada.agrees("Show my name")).text


async def test_check_ins_stop_once_their_consent_text_has_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = await world.ada.uses("checkins", days="daily", per_week=7)
    await world.ada.taps(panel.panel, "Yes, begin")
    change_texts(monkeypatch, Purpose.CHECKINS)
    await world.pass_time(days=10)
    assert len(world.ada.direct_messages) == 1


async def test_a_name_that_is_turned_off_leaves_the_card_soon_without_a_tap_on_it(world: World) -> None:
    await world.ada.agrees("Show my name")
    me = await world.ada.uses("me")
    await world.ada.opens(minutes=10)
    assert world.ada.mention in world.card_text()
    await world.ada.taps(me.panel, "Hide my name")
    await world.pass_time(seconds=19)
    assert world.ada.mention not in world.card_text()
    assert "One of 8 seats is taken." in world.card_text()
    await world.pass_time(minutes=10)
    assert "Open a session" in world.card_text()
    assert len(world.spent()) == 6  # the post, the deletion, the name, quiet, time to talk, the close


async def test_deleting_everything_takes_the_name_off_the_card_soon(world: World) -> None:
    await world.ada.agrees("Show my name")
    question = await world.ada.uses("my-data delete")
    await world.ada.opens(minutes=10)
    await world.ada.taps(question.panel, "In every server")
    await world.pass_time(seconds=19)
    assert "There are 8 seats." in world.card_text()


async def test_repeated_changes_of_a_consent_are_shown_together(world: World) -> None:
    await world.ada.opens(minutes=10)
    for _ in range(5):
        await world.ada.agrees("Show my name")
        await world.ada.taps((await world.ada.uses("me")).panel, "Hide my name")
    await world.pass_time(minutes=10)
    assert "Open a session" in world.card_text()
    assert len(world.spent()) == 5  # the post, the deletion, quiet, time to talk, the close


async def test_check_ins_have_a_receipt_and_can_be_stopped_by_it(world: World) -> None:
    panel = await world.ada.uses("checkins")
    begun = await world.ada.taps(panel.panel, "Yes, begin")
    version = VERSIONS[Purpose.CHECKINS]
    assert (
        f"You agreed to check-ins on <t:{int(world.now.timestamp())}:f> (text version {version})."
        in begun.text
    )
    assert begun.buttons == ["Turn off", "Get the receipt as a file"]
    ended = await world.ada.taps(begun.panel, "Turn off")
    assert "You turned off check-ins" in ended.text
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_the_receipt_of_turning_off_is_a_file_and_nothing_of_it_is_saved(world: World) -> None:
    given = await world.ada.agrees("Turn on weekly counts")
    given_at = world.now
    await world.pass_time(days=1)
    ended = await world.ada.taps(given.panel, "Turn off")
    await world.restarts()
    receipt = json.loads((await world.ada.taps(ended.panel, "Get the receipt as a file")).panel.file)
    assert receipt == {
        "format": "alongside-receipt",
        "version": 1,
        "member_id": str(world.ada.id),
        "guild_id": str(world.guild.id),
        "purpose": "weekly_counts",
        "text_version": VERSIONS[Purpose.WEEKLY_COUNTS],
        "text": load("en")["consent"]["weekly_counts"][str(VERSIONS[Purpose.WEEKLY_COUNTS])],
        "given_at": given_at.replace(microsecond=0).isoformat(),
        "withdrawn_at": world.now.replace(microsecond=0).isoformat(),
    }
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
