"""Personal check-ins: chosen, agreed to, delivered, answered."""

import pytest

from tests.stories.checkins import ANSWERS, begins, ignores, newest
from tests.world import World


async def test_nothing_is_saved_before_the_member_agrees(world: World) -> None:
    panel = await world.ada.uses("checkins")
    assert "which texts you got, the last one's date, and how many had no tap." in panel.text
    await world.ada.chooses(panel.panel, "Days", "weekend")
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    assert world.ada.direct_messages == []


async def test_not_now_saves_nothing(world: World) -> None:
    panel = await world.ada.uses("checkins")
    answer = await world.ada.taps(panel.panel, "Not now")
    assert answer.text == "All right. Nothing was changed."
    assert answer.buttons == []
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_choices_are_made_in_selects_and_the_first_check_in_comes_at_once(world: World) -> None:
    panel = await world.ada.uses("checkins")
    assert "up to 2 times a week, Monday to Friday, in the morning, 8 to 11, UTC time" in panel.text
    for placeholder, choice in (("Days", "weekend"), ("Time of day", "evening"), ("How often", "5")):
        panel = await world.ada.chooses(panel.panel, placeholder, choice)
    words = "up to 5 times a week, Saturday and Sunday, in the evening, 18 to 21, UTC time, without sound."
    assert f"Chosen: {words}" in panel.text
    begun = await world.ada.taps(panel.panel, "Yes, begin")
    assert f"Check-ins are on: {words}" in begun.text
    (prompt,) = world.ada.direct_messages
    assert prompt.buttons == [*ANSWERS, "Change"]
    assert "turned on in Reading circle. Your answer isn't saved" in prompt.text
    assert prompt.is_silent


async def test_options_of_the_command_are_proposed_not_saved(world: World) -> None:
    panel = await world.ada.uses(
        "checkins", days="daily", window="midday", zone="europe/berlin", per_week=7
    )
    assert "up to 7 times a week, any day, at midday, 11 to 14, Europe/Berlin time" in panel.text
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_the_servers_zone_is_proposed_and_zones_are_completed(world: World) -> None:
    await world.moderator.uses("quiet setup", zone="Asia/Tokyo")
    assert "Asia/Tokyo time" in (await world.ada.uses("checkins")).text
    assert await world.ada.types("checkins", "zone", "tokyo") == {"Asia/Tokyo, 18:00": "Asia/Tokyo"}


async def test_checkins_make_a_sound_only_for_members_who_asked_for_it(world: World) -> None:
    panel = await world.ada.uses("checkins")
    louder = await world.ada.taps(panel.panel, "Turn sound on")
    assert "with sound." in louder.text
    assert "Turn sound off" in louder.buttons
    await world.ada.taps(louder.panel, "Yes, begin")
    assert not newest(world.ada).is_silent


@pytest.mark.parametrize("label", ANSWERS)
async def test_every_answer_is_acknowledged_alike_and_the_buttons_disappear(
    world: World, label: str
) -> None:
    await begins(world.ada)
    answer = await world.ada.taps(newest(world.ada), label)
    assert "Your answer isn't saved." in answer.text
    assert answer.buttons == []
    assert len(world.ada.direct_messages) == 1


async def test_no_answer_leaves_a_trace_of_which_it_was(world: World) -> None:
    people = [world.invite(f"member {number}") for number in range(3)]
    exports = []
    for person, label in zip(people, ANSWERS, strict=True):
        await begins(person)
        answer = await person.taps(newest(person), label)
        shown = await person.uses("my-data show")
        exports.append((answer.text, shown.text))
        assert label not in shown.text
    assert len({text.splitlines()[-1] for text, _ in exports}) == 1


async def test_check_ins_come_inside_the_window_and_no_more_often_than_chosen(world: World) -> None:
    await begins(world.ada, days="daily", window="evening", per_week=3)
    weeks = {world.now.isocalendar().week: 1}  # the first, which came at once
    for _ in range(28 * 24):
        before = newest(world.ada).message.id
        await world.pass_time(hours=1)
        came = newest(world.ada)
        if came.message.id != before:
            assert 18 <= int(came.message.timestamp[11:13]) < 21
            week = world.now.isocalendar().week
            weeks[week] = weeks.get(week, 0) + 1
            await world.ada.taps(came, "Pass")
    assert set(weeks.values()) <= {2, 3}
    assert sum(weeks.values()) >= 11


async def test_an_answered_check_in_stays_in_view(world: World) -> None:
    await begins(world.ada)
    first = newest(world.ada)
    await world.ada.taps(first, "Here")
    world.spent()
    await ignores(world.ada, 1)
    assert not first.is_gone
    assert world.spent() == ["POST /channels/*/messages"]


async def test_other_times_are_chosen_in_the_same_panel_without_a_new_first_one(world: World) -> None:
    await begins(world.ada)
    standing = await world.ada.uses("checkins")
    assert "Check-ins are on. The next one comes" in standing.text
    choosing = await world.ada.taps(standing.panel, "Change times")
    choosing = await world.ada.chooses(choosing.panel, "Time of day", "afternoon")
    saved = await world.ada.taps(choosing.panel, "Save")
    assert saved.text.startswith("Changed: up to 2 times a week, Monday to Friday, in the afternoon")
    assert f"You agreed to check-ins on <t:{int(world.now.timestamp())}:f>" in saved.text
    assert len(world.ada.direct_messages) == 1
    await ignores(world.ada, 1)
    assert 14 <= int(newest(world.ada).message.timestamp[11:13]) < 18


async def test_a_double_tap_counts_once(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await begins(world.ada)
    prompt = newest(world.ada)
    await world.act_at_once(
        [lambda: world.ada.taps(prompt, "Here"), lambda: world.ada.taps(prompt, "Pass")]
    )
    assert "check-ins 1" in (await world.ada.uses("me")).text


async def test_members_of_one_window_are_spread_over_it(world: World) -> None:
    people = [world.invite(f"member {number}") for number in range(20)]
    for person in people:
        await begins(person, days="daily", per_week=7)
    await world.pass_time(days=1, hours=4)
    minutes = {newest(person).message.timestamp[:16] for person in people}
    assert len(minutes) >= 15


async def test_members_of_one_window_are_spread_over_its_days(world: World) -> None:
    people = [world.invite(f"member {number}") for number in range(20)]
    for person in people:
        await begins(person, days="daily", per_week=1)
    await world.pass_time(days=14)
    assert len({newest(person).message.timestamp[:10] for person in people}) >= 5


async def test_check_ins_of_two_servers_do_not_affect_each_other(world: World) -> None:
    await begins(world.ada)
    elsewhere = world.elsewhere(world.ada)
    panel = await elsewhere.uses("checkins")
    assert "Yes, begin" in panel.buttons
    await elsewhere.taps(panel.panel, "Yes, begin")
    assert "turned on in Another place." in newest(world.ada).text
    assert len(world.ada.direct_messages) == 2
    standing = await elsewhere.uses("checkins")
    await elsewhere.taps(standing.panel, "Stop")
    assert "Check-ins are on." in (await world.ada.uses("me")).text


async def test_agreeing_costs_two_requests_and_direct_messages_are_opened_once(world: World) -> None:
    world.spent()
    await begins(world.ada)
    assert world.spent() == ["POST /users/@me/channels", "POST /channels/*/messages"]
    await world.restarts()
    world.spent()
    standing = await world.ada.uses("checkins")
    choosing = await world.ada.taps(standing.panel, "Change times")
    await world.ada.taps(choosing.panel, "Save")
    assert world.spent() == []


async def test_agreeing_twice_begins_once(world: World) -> None:
    panel = await world.ada.uses("checkins", days="daily", per_week=7)
    answers = await world.act_at_once([lambda: world.ada.taps(panel.panel, "Yes, begin")] * 2)
    assert all(answer.private for answer in answers)
    (prompt,) = world.ada.direct_messages
    assert "how many have been sent: 1" in (await world.ada.uses("my-data show")).text
    await ignores(world.ada, 1)
    assert prompt.is_gone


async def test_the_first_check_in_comes_at_once_although_discord_failed_once(world: World) -> None:
    panel = await world.ada.uses("checkins")
    world.fail("POST", "/channels/*/messages", status=500, times=1)
    agreed = await world.ada.taps(panel.panel, "Yes, begin")
    assert "I've sent the first one to your direct messages." in agreed.text
    assert len(world.ada.direct_messages) == 1


async def test_the_first_check_in_comes_with_the_next_save_when_discord_failed(world: World) -> None:
    panel = await world.ada.uses("checkins")
    world.fail("POST", "/channels/*/messages", status=500)
    agreed = await world.ada.taps(panel.panel, "Yes, begin")
    assert "Check-ins are on" in agreed.text
    assert "The first one comes" in agreed.text
    assert world.ada.direct_messages == []
    world.heal()
    standing = await world.ada.uses("checkins")
    choosing = await world.ada.taps(standing.panel, "Change times")
    saved = await world.ada.taps(choosing.panel, "Save")
    assert "I've sent the first one to your direct messages." in saved.text
    assert len(world.ada.direct_messages) == 1


async def test_no_text_comes_twice_before_all_texts_came(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    words = []
    for _ in range(8):
        prompt = newest(world.ada)
        words.append(prompt.text.splitlines()[0])
        await world.ada.taps(prompt, "Here")
        await ignores(world.ada, 1)
    assert len(set(words)) == 8


async def test_the_choice_of_sound_is_saved(world: World) -> None:
    panel = await world.ada.uses("checkins", days="daily", per_week=7)
    louder = await world.ada.taps(panel.panel, "Turn sound on")
    await world.ada.taps(louder.panel, "Yes, begin")
    await ignores(world.ada, 1)
    assert not newest(world.ada).is_silent
    standing = await world.ada.uses("checkins")
    choosing = await world.ada.taps(standing.panel, "Change times")
    softer = await world.ada.taps(choosing.panel, "Turn sound off")
    await world.ada.taps(softer.panel, "Save")
    await ignores(world.ada, 1)
    assert newest(world.ada).is_silent


async def test_the_members_own_zone_is_typed_into_a_form(world: World) -> None:
    panel = await world.ada.uses("checkins")
    form = await world.ada.taps(panel.panel, "Time zone")
    unknown = await world.ada.sends(form, zone="Middle/Earth")
    assert 'I don\'t know a time zone "Middle/Earth".' in unknown.private[-1].text
    form = await world.ada.taps(panel.panel, "Time zone")
    await world.restarts()
    chosen = await world.ada.sends(form, zone="america/argentina/cordoba")
    assert "America/Argentina/Cordoba time" in chosen.text
    begun = await world.ada.taps(chosen.panel, "Yes, begin")
    assert "America/Argentina/Cordoba time" in begun.text


async def test_a_second_panel_that_was_left_open_changes_times_without_another_first_check_in(
    world: World,
) -> None:
    first = await world.ada.uses("checkins")
    second = await world.ada.uses("checkins", window="evening")
    await world.ada.taps(first.panel, "Yes, begin")
    changed = await world.ada.taps(second.panel, "Yes, begin")
    assert changed.text.startswith("Changed: up to 2 times a week, Monday to Friday, in the evening")
    assert len(world.ada.direct_messages) == 1
