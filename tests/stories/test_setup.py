"""Setting a server up by panel, command and form, as a member with Manage Server."""

import pytest

from tests.world import Shown, World

REFUSED = "You need Manage Server for this. Nothing was changed."


async def test_one_choice_in_the_panel_makes_a_room_that_members_can_use(empty_world: World) -> None:
    world = empty_world
    panel = await world.moderator.uses("quiet setup")
    assert "No room yet." in panel.text
    assert "You see rooms here, never people." in panel.text
    added = await world.moderator.chooses(panel.panel, "Add a room: choose its channel", world.library)
    assert f"**Library** in {world.library.mention}, 8 seats" in added.text
    assert "Done: Library is ready." in added.text
    assert "You have a seat in Library." in (await world.ada.opens()).text


async def test_a_room_is_added_by_command_with_a_chosen_name_and_seats(empty_world: World) -> None:
    world = empty_world
    answer = await world.moderator.uses("quiet room add", channel=world.library, name="The  attic", seats=1)
    assert f"**The attic** in {world.library.mention}, one seat" in answer.text
    assert f"**The attic** in {world.library.mention}" in (await world.ada.uses("rooms")).text


async def test_a_weekly_time_is_added_by_form_in_the_servers_zone(world: World) -> None:
    await world.moderator.uses("quiet setup", zone="Europe/Berlin")
    panel = await world.moderator.uses("quiet setup")
    form = await world.moderator.taps(panel.panel, "Add a schedule")
    room = (await world.moderator.types("quiet room remove", "room", ""))["Library"]
    renewed = await world.moderator.sends(form, room=[room], days="Monday", time="19:30", minutes=["25"])
    assert "Done: Library opens by itself: Monday at 19:30, Europe/Berlin time, 25 minutes." in renewed.text
    opens = int(world.now.replace(hour=18, minute=30).timestamp())
    assert f"- Next: <t:{opens}:F>" in renewed.text
    assert f"next session <t:{opens}:F>" in (await world.ada.uses("rooms")).text


async def test_a_time_of_the_form_repeats_by_the_weeks_of_who_sent_it(world: World) -> None:
    """The tests' people have American English, where weeks begin on Sunday."""
    panel = await world.moderator.uses("quiet setup", zone="Europe/London")
    form = await world.moderator.taps(panel.panel, "Add a schedule")
    added = await world.moderator.sends(form, days="Mon, Sun", time="8:00", repeat=["3"])
    assert "opens by itself: Monday, Sunday at 08:00, Europe/London time, 25 minutes, every 3" in added.text
    lines = [line for line in added.text.splitlines() if line.startswith(("- Sun,", "- Mon,"))]
    assert [line.partition(", 2026")[0] for line in lines] == [
        *("- Sun, Jan 11", "- Mon, Jan 12", "- Sun, Feb 1", "- Mon, Feb 2", "- Sun, Feb 22"),
    ]


async def test_a_weekly_time_is_added_in_another_time_zone(world: World) -> None:
    answer = await world.moderator.uses(
        "quiet schedule add",
        room="library",
        days="Sunday",
        time="7.05",
        minutes=10,
        zone="America/New_York",
    )
    assert "Sunday at 07:05, America/New\\_York time, 10 minutes" in answer.text


async def test_a_weekly_time_is_removed_by_its_description(world: World) -> None:
    await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time="19:30", minutes=25
    )
    offered = await world.moderator.types("quiet schedule remove", "schedule", "monday")
    assert list(offered) == ["Library: Monday at 19:30, UTC time, 25 minutes"]
    (chosen,) = offered.values()
    asked = await world.moderator.uses("quiet schedule remove", schedule=chosen)
    answer = await world.moderator.taps(asked.panel, "Remove schedule")
    assert "Done: that schedule is removed." in answer.text
    world.watch_cards()
    await world.pass_time(days=1)
    assert world.new_cards() == []
    again = await world.moderator.uses("quiet schedule remove", schedule=chosen)
    assert again.text == "That schedule isn't here any more. Nothing was changed."


async def test_help_contacts_are_written_in_a_form_and_shown_to_members(world: World) -> None:
    assert "This server hasn't listed any help contacts yet." in (await world.ada.uses("help-now")).text
    panel = await world.moderator.uses("quiet setup")
    form = await world.moderator.taps(panel.panel, "Help contacts")
    saved = await world.moderator.sends(form, help_contacts="A helpline: 123\n#talk, any time  ")
    assert "Done: /help-now shows the new text." in saved.text
    shown = await world.ada.uses("help-now")
    assert "A helpline: 123\n#talk, any time\n" in shown.text
    assert "your local emergency number" in shown.text
    emptied = await world.moderator.taps(saved.panel, "Help contacts")
    gone = await world.moderator.sends(emptied, help_contacts="")
    assert "Done: /help-now lists no help contacts now." in gone.text
    assert "This server hasn't listed any help contacts yet." in (await world.ada.uses("help-now")).text


async def test_help_contacts_may_have_twenty_lines_and_no_more(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    form = await world.moderator.taps(panel.panel, "Help contacts")
    answer = await world.moderator.sends(form, help_contacts="\n".join("abcdefghijklmnopqrstu"))
    assert "Help contacts can have at most 1000 characters and 20 lines." in answer.text


async def test_a_room_is_not_removed_while_people_sit_in_it(world: World) -> None:
    await world.ada.opens(minutes=10)
    closes = int(world.now.timestamp()) + 600
    answer = await world.moderator.uses("quiet room remove", room="Library")
    assert (
        answer.text
        == f"A session is open in Library until <t:{closes}:t>. You can remove the room after that."
    )
    assert "One of 8 seats is taken." in world.card_text()
    await world.pass_time(minutes=10)
    assert "Done: Library is removed." in (await world.moderator.removes_room("Library")).text
    assert "There's no quiet room here yet." in (await world.ada.uses("rooms")).text


async def test_a_removed_room_no_longer_opens_on_schedule(world: World) -> None:
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="10:00", minutes=5)
    await world.moderator.removes_room("Library")
    await world.pass_time(days=8)
    assert world.cards() == []


async def test_two_rooms_of_one_name_are_refused(world: World) -> None:
    answer = await world.moderator.uses("quiet room add", channel=world.library, name="Library")
    assert answer.text.startswith("There's already a room called Library.")


async def test_a_channel_that_the_bot_cannot_use_is_named_with_what_is_missing(empty_world: World) -> None:
    world = empty_world
    world.take_from_bot(send_messages=False)
    answer = await world.moderator.uses("quiet room add", channel=world.library)
    assert answer.text.startswith(f"I need Send Messages in {world.library.mention}.")
    assert "No room yet." in (await world.moderator.uses("quiet setup")).text


async def test_a_form_for_a_weekly_time_without_a_room_is_refused(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    await world.moderator.removes_room("Library")
    answer = await world.moderator.taps(panel.panel, "Add a schedule")
    assert answer.form is None
    assert "There's no quiet room here yet." in answer.text


async def test_a_server_full_of_rooms_and_times_is_still_shown(empty_world: World) -> None:
    world = empty_world
    rooms = world.client.services.rooms
    for number in range(25):
        room = await rooms.add(world.guild.id, world.library.id, f"{number:02}{'*' * 38}", 8)
        zone = "America/Argentina/ComodRivadavia"
        await world.client.services.schedules.add(
            world.guild.id, room.room_id, 0b1111111, 19 * 60, zone, 25
        )
    panel = await world.moderator.uses("quiet setup")
    assert "Quiet rooms: set-up" in panel.text
    assert 'There are more. "Change a room" below has all of them.' in panel.text
    assert len(panel.panel.options("Change a room")) == 25
    listed = await world.ada.uses("rooms")
    assert "There are more. /sit offers every room by name." in listed.text
    full = await world.moderator.uses("quiet room add", channel=world.library, name="one more")
    assert full.text == "A server can have 25 rooms. Remove one first. Nothing was changed."
    assert len(await world.ada.types("sit", "room", "")) == 25


async def test_a_room_has_at_most_ten_weekly_times(world: World) -> None:
    for hour in range(10):
        await world.moderator.uses(
            "quiet schedule add", room="Library", days="Monday", time=f"{hour}:00", minutes=5
        )
    answer = await world.moderator.uses(
        "quiet schedule add", room="Library", days="Tuesday", time="9", minutes=5
    )
    assert answer.text == "A room can have 10 schedules. Remove one first. Nothing was changed."


@pytest.mark.parametrize(
    "options",
    [
        [{"name": "setup", "type": 1, "options": []}],
        [{"name": "setup", "type": 1, "options": [{"name": "zone", "type": 3, "value": "Asia/Tokyo"}]}],
        [
            {
                "name": "room",
                "type": 2,
                "options": [
                    {
                        "name": "remove",
                        "type": 1,
                        "options": [{"name": "room", "type": 3, "value": "Library"}],
                    }
                ],
            }
        ],
    ],
)
async def test_commands_check_permissions_that_a_client_should_have_checked(
    world: World, options: list[dict[str, object]]
) -> None:
    answer = await world.ada.forges_command("quiet", *options)
    assert answer.text == REFUSED
    assert "Time zone: UTC" in (await world.moderator.uses("quiet setup")).text
    assert "Library" in (await world.ada.uses("rooms")).text


async def test_the_panel_of_a_former_moderator_does_nothing(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    form = await world.moderator.taps(panel.panel, "Time zone")
    world.demote(world.moderator)
    assert (await world.moderator.sends(form, zone="Asia/Tokyo")).text == REFUSED
    chosen = await world.moderator.chooses(panel.panel, "Add a room: choose its channel", world.library)
    assert refusal_in(chosen.private) == REFUSED
    for label in ("Time zone", "Help contacts", "Add a schedule"):
        answer = await world.moderator.taps(panel.panel, label)
        assert answer.form is None, label
        assert refusal_in(answer.private) == REFUSED


async def test_options_are_completed_for_members_who_manage_the_server(world: World) -> None:
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="19:30", minutes=5)
    await world.moderator.uses("quiet checkins add", channel=world.library, days="Monday", time="09:30")
    preview = await world.moderator.uses("quiet prompt add", words="A chair by the window.")
    await world.moderator.taps(preview.panel, "Save it")
    options = {
        "quiet room remove": "room",
        "quiet room events": "room",
        "quiet schedule add": "room",
        "quiet schedule remove": "schedule",
        "quiet checkins remove": "checkin",
        "quiet prompt remove": "words",
    }
    for command, option in options.items():
        assert await world.moderator.types(command, option, ""), command
    world.show_command("quiet", world.ada)
    for command, option in options.items():
        assert await world.ada.types(command, option, "") == {}, command


def refusal_in(answers: list[Shown]) -> str:
    """Return the newest answer; the panel that was tapped comes before it."""
    return answers[-1].text


async def test_a_room_named_like_another_rooms_number_is_not_mistaken_for_it(empty_world: World) -> None:
    world = empty_world
    await world.add_room(name="2")
    await world.add_room(name="Library")
    number = (await world.moderator.types("quiet room remove", "room", "lib"))["Library"]
    assert number == "2"
    assert "You have a seat in Library." in (await world.ada.opens(room=number, minutes=5)).text
    timed = await world.moderator.uses(
        "quiet schedule add", room=number, days="Monday", time="19:30", minutes=5
    )
    assert "Library opens by itself" in timed.text
    await world.pass_time(minutes=5)
    assert "Library is removed" in (await world.moderator.removes_room(number)).text
