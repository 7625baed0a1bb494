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


async def test_a_weekly_time_is_listed_and_removed_in_the_panel(world: World) -> None:
    for time in ("10:00", "19:30"):
        await world.moderator.uses(
            "quiet schedule add", room="Library", days="Monday", time=time, minutes=5
        )
    panel = await room_panel(world)
    assert "- Monday at 10:00, UTC time, 5 minutes\n- Monday at 19:30" in panel.text
    assert panel.options("Remove a schedule")[1] == "Monday at 19:30, UTC time, 5 minutes"
    asked = await world.moderator.chooses(panel, "Remove a schedule", "2")
    assert "Remove this schedule of Library?\nMonday at 19:30" in asked.text
    removed = await world.moderator.taps(asked.panel, "Remove schedule")
    left = (await world.moderator.taps(removed.panel, "Back")).text
    assert "Monday at 10:00" in left
    assert "Monday at 19:30" not in left
