"""Who may open a session, and how often."""

from tests.world import World

CLOSED_TO_MEMBERS = "In Library, sessions open by schedule, or when a moderator opens one."


async def only_moderators_open(world: World) -> None:
    """Let the room be opened by schedules and moderators only."""
    done = await world.moderator.uses("quiet room opening", room="Library", who="moderators")
    assert "Done: sessions in Library open by schedule, or when a moderator opens one." in done.text


async def close_early(world: World) -> None:
    """Let Ada close the session that she opened."""
    panel = await world.ada.uses("sit")
    asked = await world.ada.taps(panel.panel, "Close early")
    await world.ada.taps(asked.panel, "Close now")
    await world.settle()


async def test_a_room_that_moderators_open_refuses_members_and_changes_nothing(world: World) -> None:
    await only_moderators_open(world)
    for options in ({}, {"room": "Library"}, {"minutes": 10}, {"hidden": True}):
        answer = await world.ada.uses("sit", **options)
        assert answer.text.startswith(CLOSED_TO_MEMBERS)
    await world.pass_time(seconds=19)
    assert world.card().buttons == ["How this works"]


async def test_a_moderator_opens_such_a_room_and_members_sit_there(world: World) -> None:
    await only_moderators_open(world)
    assert (await world.moderator.uses("sit")).text.startswith("You have a seat in Library.")
    assert (await world.ada.uses("sit")).text.startswith("You have a seat in Library.")
    assert (await world.ben.sits()).text.startswith("You have a seat in Library.")


async def test_a_schedule_opens_such_a_room_and_the_refusal_says_when(world: World) -> None:
    await only_moderators_open(world)
    await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time="10:00", minutes=25, zone="UTC"
    )
    refused = await world.ada.uses("sit")
    assert "The next one opens <t:1767607200:F>." in refused.text
    await world.pass_time(hours=1)
    assert (await world.ben.sits()).text.startswith("You have a seat in Library.")


async def test_rooms_offers_no_opening_where_members_may_not_open(world: World) -> None:
    assert "open it with /sit" in (await world.ada.uses("rooms")).text
    await only_moderators_open(world)
    listed = (await world.ada.uses("rooms")).text
    assert "open it with /sit" not in listed
    assert "a moderator opens it" in listed


async def test_sit_prefers_a_room_that_the_member_may_open(world: World) -> None:
    await only_moderators_open(world)
    study = world.guild.create_text_channel("study")
    await world.moderator.uses("quiet room add", channel=study, name="Study")
    assert (await world.ada.uses("sit")).text.startswith("You have a seat in Study.")


async def test_everyone_may_open_again_by_command_or_panel(world: World) -> None:
    setup = await world.moderator.uses("quiet setup")
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    room_id = str(room.room_id)
    panel = (await world.moderator.chooses(setup.panel, "Change a room", room_id)).panel
    assert "Everyone can open a session here." in panel.text
    changed = await world.moderator.taps(panel, "Let only moderators open them")
    assert "Sessions here open by schedule, or when a moderator opens one." in changed.text
    assert (await world.ada.uses("sit")).text.startswith(CLOSED_TO_MEMBERS)
    again = await world.moderator.taps(changed.panel, "Let everyone open sessions")
    assert "Done: everyone can open sessions in Library." in again.text
    assert (await world.ada.uses("sit")).text.startswith("You have a seat in Library.")
    await only_moderators_open(world)
    done = await world.moderator.uses("quiet room opening", room="Library", who="everyone")
    assert "Done: everyone can open sessions in Library." in done.text


async def test_a_member_who_opens_and_closes_in_a_loop_opens_three_and_leaves_one_card(
    world: World,
) -> None:
    world.watch_cards()
    for _ in range(61):
        answer = await world.ada.uses("sit", minutes=5)
        if "You have a seat" in answer.text:
            await close_early(world)
        else:
            assert answer.text == (
                "Many sessions were opened just now, so I didn't open another. Nothing was changed. "
                "Sit in one that's open, or try again in a few minutes."
            )
        await world.pass_time(seconds=1)
    assert (len(world.new_cards()), len(world.cards())) == (3, 1)
    await world.pass_time(minutes=5)
    assert (await world.ada.uses("sit", minutes=5)).text.startswith("You have a seat in Library.")


async def test_asking_for_ones_seat_again_does_not_count_as_opening(world: World) -> None:
    await world.ada.uses("sit", minutes=5)
    for _ in range(4):
        await world.ada.uses("sit", minutes=5)
    await close_early(world)
    assert (await world.ada.uses("sit", minutes=5)).text.startswith("You have a seat in Library.")


async def test_who_opened_too_many_may_still_sit_in_an_open_session(world: World) -> None:
    for _ in range(3):
        await world.ada.uses("sit", minutes=5)
        await close_early(world)
    assert "Many sessions were opened" in (await world.ada.uses("sit")).text
    await world.ben.opens()
    assert (await world.ada.uses("sit")).text.startswith("You have a seat in Library.")


async def test_sitting_in_open_sessions_does_not_count_as_opening(world: World) -> None:
    await world.ben.opens()
    for _ in range(10):
        assert (await world.ada.uses("sit")).text.startswith("You have a seat in Library.")
    await world.pass_time(hours=1)
    for _ in range(3):
        assert (await world.ada.uses("sit", minutes=5)).text.startswith("You have a seat in Library.")
        await close_early(world)
