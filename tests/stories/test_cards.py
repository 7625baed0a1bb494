"""Cards: phases by the clock, the request budget, and cards that are deleted or cannot be posted."""

from typing import cast

from cogs.rooms.commands import RoomsCog
from tests.world import World

POST = "POST /channels/*/messages"
EDIT = "PATCH /channels/*/messages/*"
DELETE = "DELETE /channels/*/messages/*"
_WHOLE = [POST, DELETE, EDIT, EDIT, EDIT]  # a session that opens with a new message


async def test_a_session_passes_through_its_phases_by_the_clock(world: World) -> None:
    await world.ada.opens(minutes=50)
    assert "Settling in. Quiet begins" in world.card_text()
    await world.pass_time(minutes=4)
    assert "Settling in." in world.card_text()
    await world.pass_time(minutes=1)
    assert world.card_text().count("Quiet until") == 1
    await world.pass_time(minutes=34)
    assert "Quiet until" in world.card_text()
    await world.pass_time(minutes=1)
    assert "Quiet time is over" in world.card_text()
    await world.pass_time(minutes=10)
    assert "Open a session whenever you like." in world.card_text()
    assert world.card().buttons == ["Open a session", "How this works"]
    assert world.ada.mention not in world.card_text()


async def test_the_card_comes_silently(world: World) -> None:
    await world.ada.opens()
    assert world.card().is_silent


async def test_a_closed_session_leaves_no_member_in_the_database(world: World) -> None:
    await world.ada.opens(minutes=5)
    await world.ben.sits()
    await world.pass_time(minutes=5)
    for member in (world.ada, world.ben):
        assert (await member.uses("my-data show")).text == "Nothing is saved about you here."


async def test_a_session_of_eight_costs_two_requests(world: World) -> None:
    await world.ada.opens(minutes=10)
    for number in range(7):
        await world.invite(f"member {number}").sits()
    assert "All 8 seats are taken: the room is full." in world.card_text()
    await world.pass_time(minutes=10)
    assert "Open a session" in world.card().buttons
    assert world.spent() == [POST, DELETE]  # the taps carry the phases and the close


async def test_a_session_whose_taps_are_too_old_to_carry_a_phase_costs_four_requests(world: World) -> None:
    await world.ada.opens(minutes=50)
    await world.ben.sits()
    await world.pass_time(minutes=4)
    assert world.spent() == [POST, DELETE]
    await world.pass_time(minutes=46)
    assert world.spent() == [EDIT, EDIT]  # time to talk, and the close


async def test_a_session_of_a_hundred_who_all_tap_at_once_costs_two_requests_and_ends_true(
    empty_world: World,
) -> None:
    world = empty_world
    await world.add_room(seats=99)
    world.spent()
    await world.moderator.opens(minutes=10, hidden=True)
    people = [world.invite(f"member {number}") for number in range(99)]
    answers = await world.act_at_once([person.sits for person in people])
    assert all("You have a seat" in answer.text for answer in answers)
    assert "All 99 seats are taken: the room is full." in world.card_text()
    late = await world.ada.sits()
    assert "is full" in late.text
    await world.act_at_once([person.nods for person in people])
    await world.act_at_once([person.slips_out for person in people[:60]])
    assert "39 of 99 seats are taken." in world.card_text()
    await world.pass_time(minutes=10)
    assert world.spent() == [POST, DELETE]  # the taps carry the phases and the close


async def test_taps_while_the_phase_changes_are_on_the_card_in_the_end(world: World) -> None:
    await world.ada.opens(minutes=10)
    async with world.held("PATCH") as came:
        await world.advance_without_waiting(minutes=1)
        await came.wait()
        answers = [await person.sits() for person in (world.ben, world.cleo)]
        assert all("You have a seat" in answer.text for answer in answers)
    assert "3 of 8 seats are taken." in world.card_text()
    assert "Quiet until" in world.card_text()


async def test_a_seat_taken_by_command_is_shown_soon_and_costs_one_edit(world: World) -> None:
    await world.ada.opens(minutes=50)
    await world.ben.opens()
    assert world.spent() == [POST, DELETE]
    await world.pass_time(seconds=15)
    assert "2 of 8 seats are taken." in world.card_text()
    assert world.spent() == [EDIT]


async def test_a_deleted_card_is_posted_again_with_the_next_change(world: World) -> None:
    await world.ada.opens(minutes=10)
    await world.delete(world.card())
    await world.pass_time(minutes=1)
    assert "Quiet until" in world.card_text()
    assert world.spent() == [POST, DELETE, EDIT, POST]
    await world.pass_time(minutes=9)
    assert len(world.cards()) == 1
    assert "Open a session" in world.card().buttons


async def test_a_card_that_is_deleted_again_and_again_costs_two_requests_for_each_change(
    world: World,
) -> None:
    await world.ada.opens(minutes=10)
    for _ in range(10):
        for card in world.cards():
            await world.delete(card)
        await world.pass_time(minutes=1)
    assert world.spent() == [POST, DELETE, *[EDIT, POST] * 3]  # two phases and the close
    assert (await world.ada.opens()).text.startswith("You have a seat")


async def test_a_channel_that_is_deleted_ends_its_session_quietly(world: World) -> None:
    await world.ada.opens(minutes=10)
    asked_in = world.guild.create_text_channel("elsewhere")
    await world.delete_library()
    world.library = asked_in
    await world.pass_time(minutes=10)
    assert world.spent() == [POST, DELETE, EDIT, DELETE]  # the last two find out that the channel is gone
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    answer = await world.ada.opens()
    assert answer.text.startswith("Library isn't working: its channel is gone.")
    assert answer.text.endswith("can choose another one in /quiet setup.")


async def test_a_channel_that_the_bot_may_not_write_in_is_named_before_a_seat_is_taken(
    world: World,
) -> None:
    world.take_from_bot(send_messages=False)
    answer = await world.ada.opens()
    assert answer.text.startswith("Library isn't working: I can't post in its channel.")
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    assert world.spent() == []


async def test_a_permission_that_is_lost_on_the_way_ends_the_session_quietly(world: World) -> None:
    await world.ada.opens(minutes=10)
    world.take_from_bot(view_channel=False)
    await world.pass_time(minutes=10)
    may_ada_see_it = "GET /guilds/*/members/*"
    assert world.spent() == [POST, DELETE, may_ada_see_it, EDIT]
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_a_phase_that_discord_fails_is_tried_again(world: World) -> None:
    world.expects_errors = True
    await world.ada.opens(minutes=50)
    world.fail("PATCH", "/channels/*/messages/*", status=500, times=1)
    await world.pass_time(minutes=5)
    assert "Settling in" in world.card_text()
    await world.pass_time(minutes=2)
    assert "Quiet until" in world.card_text()


async def test_the_buttons_of_a_closed_session_answer_calmly(world: World) -> None:
    await world.ada.opens(minutes=5)
    sit = world.card().custom_id("Sit")
    seat = await world.ada.sits()
    hide = seat.panel.custom_id("Sit hidden")
    await world.pass_time(minutes=5)
    for answer in (
        await world.ben.forges(sit),
        await world.ada.taps(seat.panel, "Slip out"),
        await world.ada.forges(hide),
        await world.ben.forges(sit.replace("sit", "nod")),
    ):
        assert "That session has closed." in answer.text
    assert "Open a session" in world.card().buttons


async def test_members_cannot_sit_in_a_session_that_is_just_closing(world: World) -> None:
    await world.ada.opens(minutes=5)
    await world.advance_without_waiting(minutes=5)
    (answer,) = await world.act_at_once([world.ben.sits])
    assert answer.text.startswith(("That session is just closing.", "That session has closed."))
    assert "Open a session" in world.card().buttons


async def test_after_the_close_a_new_session_has_a_new_message_and_the_old_one_goes(world: World) -> None:
    await world.ada.opens(minutes=5)
    first = world.card().id
    await world.pass_time(minutes=5)
    await world.ada.opens(minutes=5)
    (card,) = world.cards()
    assert card.id > first
    assert "One of 8 seats is taken." in card.text


async def test_without_a_tap_a_name_leaves_the_card_with_the_next_phase(world: World) -> None:
    await world.ada.agrees("Show my name")
    await world.ada.opens(minutes=10)
    assert world.ada.mention in world.card_text()
    me = await world.ada.uses("me")
    await world.ada.taps(me.panel, "Hide my name")
    await world.pass_time(minutes=1)
    assert world.ada.mention not in world.card_text()


async def test_an_old_tap_cannot_be_used_to_edit_the_card(world: World) -> None:
    await world.ada.opens(minutes=50)
    await world.ben.sits()
    await world.pass_time(minutes=20)
    world.spent()
    await world.cleo.opens()
    assert "3 of 8 seats are taken." in world.card_text()
    assert world.spent() == [EDIT]


async def test_taps_while_the_card_of_a_closed_session_is_edited_are_answered_calmly(world: World) -> None:
    await world.ada.opens(minutes=25)
    seat = await world.ben.sits()
    await world.pass_time(minutes=24)
    async with world.held("PATCH") as came:
        await world.advance_without_waiting(minutes=1)
        await came.wait()
        left = await world.ada.slips_out()
        refused = await world.cleo.sits()
        again = await world.ben.taps(seat.panel, "Sit hidden")
    for answer in (left, refused):
        assert "That session has closed." in answer.text
    assert "That session has closed." in again.text
    assert "Open a session" in world.card().buttons
    for member in (world.ada, world.ben, world.cleo):
        assert (await member.uses("my-data show")).text == "Nothing is saved about you here."


async def test_a_seat_taken_while_the_card_is_posted_shows_with_the_next_tap(world: World) -> None:
    async with world.held("POST") as came:
        await world.ada.opens(minutes=10)
        await came.wait()
        await world.ben.opens()
    assert len(world.cards()) == 1
    await world.cleo.sits()
    assert "3 of 8 seats are taken." in world.card_text()


async def test_after_the_close_nothing_of_the_session_stays_in_memory(world: World) -> None:
    await world.ada.opens(minutes=25)
    await world.ben.sits()
    updater = cast("RoomsCog", world.client.get_cog("RoomsCog"))._updater  # noqa: SLF001 - to see what the process holds
    await world.pass_time(minutes=25)
    assert updater._states == {}  # noqa: SLF001 - as above
