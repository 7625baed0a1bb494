"""The panel of one room: what can be changed there, and what a tap on an outdated one does."""

import pytest

from tests.stories.test_removals import room_panel
from tests.world import World

STALE = "Someone changed this room after this panel was opened, so your tap changed nothing."


async def test_a_room_gets_another_name_and_seats(world: World) -> None:
    form = await world.moderator.taps(await room_panel(world), "Name and seats")
    saved = await world.moderator.sends(form, name="Reading room", seats="12")
    assert "Done: the room is called Reading room. Seats: 12." in saved.text
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    assert (room.name, room.capacity) == ("Reading room", 12)


@pytest.mark.parametrize(
    ("name", "seats", "reason"),
    [
        ("Library", "0", "A room can have 1 to 99 seats."),
        ("Library", "100", "A room can have 1 to 99 seats."),
        ("Library", "many", "A room can have 1 to 99 seats."),
        ("Library", "-3", "A room can have 1 to 99 seats."),
        (" ", "8", "Please write at least one letter or emoji."),
        ("GARDEN", "8", "There's already a room called Garden. Nothing was changed."),
    ],
)
async def test_a_name_or_number_that_cannot_be_saved_is_explained_in_the_panel(
    world: World, name: str, seats: str, reason: str
) -> None:
    panel = await room_panel(world)
    await world.add_room(name="Garden")
    form = await world.moderator.taps(panel, "Name and seats")
    answer = await world.moderator.sends(form, name=name, seats=seats)
    assert reason in answer.text
    assert "Open the form again" in answer.buttons
    names = [
        (room.name, room.capacity) for room in await world.client.services.rooms.of_guild(world.guild.id)
    ]
    assert names == [("Library", 8), ("Garden", 8)]


async def test_a_form_with_nothing_to_change_says_so(world: World) -> None:
    form = await world.moderator.taps(await room_panel(world), "Name and seats")
    answer = await world.moderator.sends(form, name="Library", seats="8")
    assert "It's like that already. Nothing was changed." in answer.text


async def test_a_tap_on_an_outdated_panel_changes_nothing_and_shows_the_room_as_it_is(world: World) -> None:
    panel = await room_panel(world)
    await world.moderator.uses("quiet room events", room="Library", announced=1)
    answer = await world.moderator.taps(panel, "Turn hello buttons on")
    assert STALE in answer.text
    assert "Discord events: on." in answer.text
    assert "Hello buttons: off." in answer.text
    asked = await world.moderator.taps(answer.panel, "Turn hello buttons on")
    assert "Hello buttons: on." in asked.text


async def test_a_form_that_was_opened_before_another_change_changes_nothing(world: World) -> None:
    panel = await room_panel(world)
    form = await world.moderator.taps(panel, "Name and seats")
    other = await world.moderator.taps(panel, "Name and seats")
    await world.moderator.sends(other, name="Garden", seats="3")
    answer = await world.moderator.sends(form, name="Attic", seats="8")
    assert "Someone changed this room after you opened the form. It's now called Garden" in answer.text
    again = await world.moderator.taps(answer.panel, "Open the form again")
    saved = await world.moderator.sends(again, name="Attic", seats="8")
    assert "the room is called Attic" in saved.text


async def test_a_hasty_second_tap_is_not_taken_for_somebody_elses_change(world: World) -> None:
    panel = await room_panel(world)
    custom_id = panel.custom_id("Turn hello buttons on")
    for _ in range(2):
        await world.moderator.forges(custom_id, panel)
    assert "Hello buttons: on." in panel.text
    assert STALE not in panel.text


async def test_a_room_that_was_removed_meanwhile_is_gone(world: World) -> None:
    panel = await room_panel(world)
    await world.moderator.removes_room("Library")
    answer = await world.moderator.taps(panel, "Turn hello buttons on")
    assert answer.private[-1].text.startswith("That room isn't here any more.")


CHOOSE_TIME = "Change a schedule"


async def add_times(world: World, *times: str) -> None:
    for time in times:
        answer = await world.moderator.uses(
            "quiet schedule add", room="Library", days="Monday", time=time, minutes=5
        )
        assert "Done" in answer.text, answer.text


async def test_a_weekly_time_is_listed_and_removed_in_the_panel(world: World) -> None:
    await add_times(world, "10:00", "19:30")
    panel = await room_panel(world)
    assert "- Monday at 10:00, UTC time, 5 minutes\n- Monday at 19:30" in panel.text
    assert panel.options(CHOOSE_TIME)[1] == "Monday at 19:30, UTC time, 5 minutes"
    shown = await world.moderator.chooses(panel, CHOOSE_TIME, "2")
    assert "- Mon, Jan 5, 2026, 19:30" in shown.text
    asked = await world.moderator.taps(shown.panel, "Remove schedule")
    assert "Remove this schedule of Library?\nMonday at 19:30" in asked.text
    removed = await world.moderator.taps(asked.panel, "Remove schedule")
    left = (await world.moderator.taps(removed.panel, "Back")).text
    assert "Monday at 10:00" in left
    assert "Monday at 19:30" not in left


async def test_a_time_on_several_days_is_added_in_the_panel(world: World) -> None:
    form = await world.moderator.taps(await room_panel(world), "Add a schedule")
    added = await world.moderator.sends(
        form, days="weekdays", time="7:30 pm", length=["25.2"], repeat=["2"], dates="12 Jan to 27 Feb"
    )
    assert "Done: Library opens by itself" in added.text
    (plan,) = [plan for _, plan in await world.client.services.schedules.of_guild(world.guild.id)]
    made = plan.schedule
    assert (made.weekdays, made.local_minute, made.minutes, made.rounds) == (0b11111, 1170, 25, 2)
    assert (made.every_weeks, str(made.from_date), str(made.until_date)) == (2, "2026-01-12", "2026-02-27")
    room = await world.moderator.taps(added.panel, "Back to the room")
    assert "- Monday, Tuesday, Wednesday, Thursday, Friday at 19:30" in room.text


async def test_a_time_is_changed_in_the_panel_and_its_form_shows_how_it_is(world: World) -> None:
    await add_times(world, "10:00")
    shown = await world.moderator.chooses(await room_panel(world), CHOOSE_TIME, "1")
    form = await world.moderator.taps(shown.panel, "Change schedule")
    assert form.chosen() == {"length": ["5.1"], "repeat": ["1"]}
    same = await world.moderator.sends(form, days="Monday", time="10:00", dates="")
    assert "The schedule is like that already. Nothing was changed." in same.text
    form, later = [await world.moderator.taps(same.panel, "Change schedule") for _ in range(2)]
    changed = await world.moderator.sends(form, days="Mon, Thu", time="10:30", dates="until 30 June")
    assert "Monday, Thursday at 10:30, UTC time, 5 minutes, until Tue, Jun 30, 2026" in changed.text
    stale = await world.moderator.sends(later, days="Friday", time="11:00", dates="")
    assert "Someone changed this schedule after you opened the form." in stale.text
    assert "Friday" in stale.text
    again = await world.moderator.taps(stale.panel, "Open the form again")
    done = await world.moderator.sends(again, days="Friday", time="11:00", dates="")
    assert "Friday at 11:00, UTC time, 5 minutes\n" in done.text


async def test_a_time_that_cannot_be_saved_keeps_what_was_typed(world: World) -> None:
    await add_times(world, "10:00")
    panel = await room_panel(world)
    for typed, reason in (
        ({"days": "someday", "time": "11:00", "dates": ""}, 'I can\'t read "someday" as days of the week.'),
        (
            {"days": "Mon", "time": "10:02", "dates": ""},
            "This would overlap with a session of the same room",
        ),
        ({"days": "Mon", "time": "11:00", "dates": "xmas"}, 'I can\'t read "xmas" as days.'),
        ({"days": "Mon", "time": "11:00", "dates": "1.1.2026"}, "Thu, Jan 1, 2026 has passed."),
    ):
        form = await world.moderator.taps(panel, "Add a schedule")
        refused = await world.moderator.sends(form, **typed, length=["5.1"])
        assert reason in refused.text
        assert typed["time"].replace(":", "\\:") in refused.text
        assert "Open the form again" in refused.buttons
    assert len(await world.client.services.schedules.of_room(1)) == 1


async def test_a_session_is_left_out_and_taken_back_in_the_panel(world: World) -> None:
    await add_times(world, "10:00")
    shown = await world.moderator.chooses(await room_panel(world), CHOOSE_TIME, "1")
    skip, restore = "Skip one session", "Undo a change of one session"
    assert shown.panel.options(skip)[0] == "Mon, Jan 5, 2026, 10:00"
    left_out = await world.moderator.chooses(shown.panel, skip, "2026-01-05")
    assert "Skipped: Mon, Jan 5, 2026" in left_out.text
    again = await world.moderator.chooses(left_out.panel, restore, "2026-01-05")
    assert "- Mon, Jan 5, 2026, 10:00" in again.text
    assert "Skipped" not in again.text


async def test_a_schedule_gets_a_time_zone_of_its_own_in_the_panel(world: World) -> None:
    await add_times(world, "10:00")
    shown = await world.moderator.chooses(await room_panel(world), CHOOSE_TIME, "1")
    form, later = [await world.moderator.taps(shown.panel, "Change time zone") for _ in range(2)]
    changed = await world.moderator.sends(form, zone="Berlin")
    assert "Monday at 10:00, Europe/Berlin time" in changed.text
    stale = await world.moderator.sends(later, zone="Tokyo")
    assert "Someone changed this schedule after you opened the form." in stale.text
    again = await world.moderator.taps(stale.panel, "Open the form again")
    done = await world.moderator.sends(again, zone="Tokyo")
    assert "Monday at 10:00, Asia/Tokyo time" in done.text
    assert (await world.client.services.server_settings.get(world.guild.id)).zone == "UTC"


async def test_a_session_is_moved_in_the_panel(world: World) -> None:
    await add_times(world, "10:00")
    shown = await world.moderator.chooses(await room_panel(world), CHOOSE_TIME, "1")
    move = "Move one session"
    form = await world.moderator.chooses(shown.panel, move, "2026-01-05")
    unmoved = await world.moderator.sends(form, date="2026-01-05", time="10:00")
    assert "That session is already at that time." in unmoved.text
    form = await world.moderator.chooses(unmoved.panel, move, "2026-01-05")
    moved = await world.moderator.sends(form, date="6 January", time="24:00")
    assert "- Wed, Jan 7, 2026, 00:00" in moved.text
    assert "moved from Mon, Jan 5, 2026, 10:00" in moved.text


async def test_a_session_of_a_schedule_that_somebody_changed_is_not_skipped(world: World) -> None:
    await add_times(world, "10:00")
    shown = await world.moderator.chooses(await room_panel(world), CHOOSE_TIME, "1")
    await world.moderator.uses("quiet schedule edit", schedule="1", time="18:00")
    stale = await world.moderator.chooses(shown.panel, "Skip one session", "2026-01-05")
    assert (
        "Someone changed this schedule after this panel was opened, so your tap changed nothing."
        in stale.text
    )
    assert "Mon, Jan 5, 2026, 18:00" in stale.text
