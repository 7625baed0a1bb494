"""Check-ins that are ignored, paused, stopped or undeliverable: fewer, then none, without a message."""

from datetime import timedelta

import pytest

from tests.stories.checkins import begins, ignores, newest
from tests.world import World

RESUMED = "Check-ins are back, at the times you chose.\nThey come by direct message."


async def test_an_unanswered_check_in_is_deleted_when_the_next_comes(world: World) -> None:
    await begins(world.ada)
    first = newest(world.ada)
    world.spent()
    await ignores(world.ada, 1)
    assert first.is_gone
    assert len(world.ada.direct_messages) == 1
    assert world.spent() == ["DELETE /channels/*/messages/*", "POST /channels/*/messages"]


async def test_ignored_check_ins_come_half_as_often_and_then_stop_silently(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    gaps = await ignores(world.ada, 3)
    assert gaps[-1] >= 1.5
    last = world.ada.direct_messages
    await world.pass_time(days=60)
    assert [each.message.id for each in world.ada.direct_messages] == [last[-1].message.id]
    assert "Check-ins are resting." in (await world.ada.uses("me")).text


async def test_a_tap_on_the_newest_check_in_ends_the_rest(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await ignores(world.ada, 3)
    await world.pass_time(days=30)
    await world.ada.taps(newest(world.ada), "Quiet today")
    assert "Check-ins are on." in (await world.ada.uses("me")).text
    before = newest(world.ada).message.id
    await world.pass_time(days=2)
    assert newest(world.ada).message.id != before


async def test_resume_restarts_resting_check_ins(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await ignores(world.ada, 3)
    answer = await world.ada.uses("resume")
    assert answer.text == RESUMED
    before = newest(world.ada).message.id
    await world.pass_time(days=2)
    assert newest(world.ada).message.id != before


async def test_a_tap_after_two_ignored_check_ins_brings_the_chosen_times_back(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await ignores(world.ada, 2)
    for _ in range(3):
        await world.ada.taps(newest(world.ada), "Here")
        before = newest(world.ada).message.id
        await world.pass_time(days=1, hours=4)
        assert newest(world.ada).message.id != before


async def test_a_pause_silences_everything_until_its_end(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    answer = await world.ada.uses("pause", until="5 days")
    until = int((world.now + timedelta(days=5)).timestamp())
    assert answer.text.startswith(
        f"Check-ins and room notices are paused in every server until <t:{until}:D>."
    )
    before = newest(world.ada).message.id
    await world.pass_time(days=4, hours=23)
    assert newest(world.ada).message.id == before
    assert f"paused until <t:{until}:D>" in (await world.ada.uses("me")).text
    await world.pass_time(days=3)
    assert newest(world.ada).message.id != before


@pytest.mark.parametrize(
    ("until", "days"),
    [("3", 3), ("a week", 7), ("2 Wochen", 14), ("next Monday", 7), ("tomorrow", 1), ("10 January", 5)],
)
async def test_the_end_of_a_pause_is_read_as_people_type_it(world: World, until: str, days: int) -> None:
    await begins(world.ada)  # on Monday, 5 January 2026
    answer = await world.ada.uses("pause", until=until)
    assert (
        f"Check-ins and room notices are paused in every server "
        f"until <t:{int((world.now + timedelta(days=days)).timestamp())}:D>." in answer.text
    )


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("soon", 'I can\'t read "soon" as an end.'),
        ("0", 'I can\'t read "0" as an end.'),
        ("2028-01-01", "A pause can last 1 to 365 days"),
        ("today", "A pause can last 1 to 365 days"),
        ("yesterday", 'I can\'t read "yesterday" as an end.'),
    ],
)
async def test_an_end_that_cannot_be_read_or_reached_pauses_nothing(
    world: World, until: str, said: str
) -> None:
    await begins(world.ada)
    assert said in (await world.ada.uses("pause", until=until)).text
    assert "paused" not in (await world.ada.uses("me")).text


async def test_the_end_of_a_pause_is_offered_as_a_date(world: World) -> None:
    assert await world.ada.types("pause", "until", "a week") == {"Mon, Jan 12, 2026": "2026-01-12"}
    assert next(iter((await world.ada.types("pause", "until", "")).values())) == "2026-01-06"


async def test_a_pause_without_an_end_lasts_until_resume_even_from_direct_messages(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    paused = await world.ada.uses_in_dm("pause")
    assert paused.text == (
        "Check-ins and room notices are paused in every server. "
        "I won't send you anything until you use /resume."
    )
    before = newest(world.ada).message.id
    await world.pass_time(days=400)
    assert newest(world.ada).message.id == before
    assert "paused until you use /resume" in (await world.ada.uses("me")).text
    resumed = await world.ada.uses_in_dm("resume")
    assert resumed.text == RESUMED
    await world.pass_time(days=2)
    assert newest(world.ada).message.id != before


async def test_a_pause_without_check_ins_saves_nothing(world: World) -> None:
    assert "Nothing was saved." in (await world.ada.uses("pause")).text
    assert (await world.ada.uses("resume")).text.startswith("Nothing was paused, so nothing was changed.")
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_change_offers_less_often_pause_and_stop(world: World) -> None:
    await begins(world.ada, per_week=5)
    change = await world.ada.taps(newest(world.ada), "Change")
    assert change.buttons == ["Change times", "Less often", "Pause for a week", "Stop"]
    for words in ("up to 2 times a week", "about once a week"):
        change = await world.ada.taps(newest(world.ada), "Change")
        less = await world.ada.taps(change.panel, "Less often")
        assert words in less.text
    change = await world.ada.taps(newest(world.ada), "Change")
    once = await world.ada.taps(change.panel, "Less often")
    assert "Once a week is the lowest setting." in once.private[-1].text


async def test_the_pause_button_pauses_for_a_week_and_resume_takes_its_place(world: World) -> None:
    await begins(world.ada)
    change = await world.ada.taps(newest(world.ada), "Change")
    paused = await world.ada.taps(change.panel, "Pause for a week")
    until = int((world.now + timedelta(days=7)).timestamp())
    assert f"Check-ins and room notices are paused in every server until <t:{until}:D>." in paused.text
    change = await world.ada.taps(newest(world.ada), "Change")
    assert "Resume" in change.buttons
    resumed = await world.ada.taps(change.panel, "Resume")
    assert resumed.text == RESUMED


async def test_stop_deletes_what_was_saved(world: World) -> None:
    await begins(world.ada)
    standing = await world.ada.uses("checkins")
    stopped = await world.ada.taps(standing.panel, "Stop")
    assert stopped.text.startswith(
        "Check-ins have stopped. Everything saved for them is deleted.\nYou turned off"
    )
    assert stopped.buttons == ["Get the receipt as a file"]
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    answer = await world.ada.taps(newest(world.ada), "Here")
    assert answer.private[-1].text.startswith("These check-ins have ended, and nothing was saved.")
    count = len(world.ada.direct_messages)
    await world.pass_time(days=30)
    assert len(world.ada.direct_messages) == count


async def test_a_member_with_closed_direct_messages_sees_why_and_nothing_is_saved(world: World) -> None:
    world.close_direct_messages(world.ada)
    answer = await begins(world.ada)
    assert "I couldn't send you a direct message, so check-ins are off, and nothing is saved" in answer.text
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    world.spent()
    await world.pass_time(days=30)
    assert world.spent() == []


async def test_direct_messages_that_close_later_stop_check_ins_at_once(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await world.ada.taps(newest(world.ada), "Here")
    world.close_direct_messages(world.ada)
    world.spent()
    await world.pass_time(days=30)
    assert world.spent() == ["POST /channels/*/messages"]
    waiting = "Check-ins are off for now: Discord couldn't deliver the last one."
    assert waiting in (await world.ada.uses("me")).text
    resumed = await world.ada.taps((await world.ada.uses("checkins")).panel, "Resume")
    assert resumed.text == (
        "I'll try to send check-ins again, at the times you chose.\n"
        "If Discord can't deliver the next one, they're off again until you use /resume.\n"
        "They come by direct message."
    )
    await world.pass_time(days=2)
    choosing = await world.ada.taps((await world.ada.uses("checkins")).panel, "Change times")
    saved = (await world.ada.taps(choosing.panel, "Save")).text
    assert saved.startswith("Changed: up to 7 times a week, ")
    assert resumed.text in saved
    assert "The next one comes" not in saved
    await world.pass_time(days=2)
    assert waiting in (await world.ada.uses("me")).text
    world.heal()
    assert (await world.ada.uses("resume")).text == resumed.text
    await world.pass_time(days=2)
    assert "Check-ins are on." in (await world.ada.uses("me")).text
    assert (await world.ada.uses("resume")).text == RESUMED
    assert len(world.ada.direct_messages) >= 2


async def test_check_ins_that_were_due_while_the_process_was_down_are_skipped(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await world.ada.taps(newest(world.ada), "Here")
    await world.sleeps_through(days=10)
    assert len(world.ada.direct_messages) == 1
    await world.pass_time(days=2)
    assert len(world.ada.direct_messages) >= 2


async def test_a_failure_of_discord_is_tried_again_and_nothing_comes_twice(world: World) -> None:
    world.expects_errors = True
    await begins(world.ada, days="daily", per_week=7)
    await world.ada.taps(newest(world.ada), "Here")
    world.fail("POST", "/channels/*/messages", status=500, times=2)
    await world.pass_time(days=1, hours=4)
    assert len(world.ada.direct_messages) == 2


async def test_less_often_tapped_twice_halves_once(world: World) -> None:
    await begins(world.ada, per_week=7)
    change = await world.ada.taps(newest(world.ada), "Change")
    await world.act_at_once([lambda: world.ada.taps(change.panel, "Less often")] * 2)
    assert "Up to 3 times a week" in (await world.ada.uses("checkins")).text


async def test_times_changed_during_a_pause_or_a_rest_apply_at_once(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await ignores(world.ada, 3)
    standing = await world.ada.uses("checkins")
    choosing = await world.ada.taps(standing.panel, "Change times")
    await world.ada.taps(choosing.panel, "Save")
    before = newest(world.ada).message.id
    await world.pass_time(days=2)
    assert newest(world.ada).message.id != before


async def test_a_check_in_that_is_being_sent_when_check_ins_are_stopped_is_deleted(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await world.ada.taps(newest(world.ada), "Here")
    standing = await world.ada.uses("checkins")
    async with world.held("POST") as came:
        await world.advance_to_what_is_next()
        await came.wait()
        await world.ada.taps(standing.panel, "Stop")
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    count = len(world.ada.direct_messages)
    await world.pass_time(days=10)
    assert len(world.ada.direct_messages) == count


async def test_other_times_that_are_chosen_in_a_pause_do_not_end_it(world: World) -> None:
    await begins(world.ada)
    await world.ada.taps(newest(world.ada), "Here")
    await world.ada.uses("pause", until="forever")
    choosing = await world.ada.uses("checkins", days="daily", window="evening", per_week=7)
    assert "next one comes" not in choosing.text
    saved = await world.ada.taps(choosing.panel, "Save")
    assert "Check-ins are paused until you use /resume." in saved.text
    before = len(world.ada.direct_messages)
    await world.pass_time(days=9)
    assert len(world.ada.direct_messages) == before
    await world.ada.uses("resume")
    await world.pass_time(days=2)
    assert len(world.ada.direct_messages) > before
    assert 18 <= int(newest(world.ada).message.timestamp[11:13]) < 22


async def test_the_next_check_in_waits_until_the_unanswered_one_could_be_deleted(world: World) -> None:
    world.expects_errors = True
    await begins(world.ada, days="daily", per_week=7)
    first = newest(world.ada).message.id
    world.fail("DELETE", "/channels/*/messages/*", status=500, times=5)  # as often as discord.py tries
    await world.pass_time(days=1, hours=4)
    (only,) = world.ada.direct_messages
    assert only.message.id != first
    assert (await world.row_counts())["outbox"] == 0
