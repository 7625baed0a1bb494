"""The ends of seats and sessions: leave at a chosen time, close early."""

from tests.world import World

POST = "POST /channels/*/messages"
DELETE = "DELETE /channels/*/messages/*"
EDIT = "PATCH /channels/*/messages/*"


async def test_a_seat_ends_at_the_members_leave_time_and_costs_one_edit(world: World) -> None:
    await world.ada.opens(minutes=50)
    answer = await world.ben.opens(minutes=10)
    assert "You'll leave automatically at" in answer.text
    await world.pass_time(minutes=5)
    world.spent()
    await world.pass_time(minutes=5)
    assert (await world.ben.uses("my-data show")).text == "Nothing is saved about you here."
    assert world.spent() == [EDIT]
    assert world.ben.direct_messages == []
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_name_leaves_the_card_at_its_leave_time_with_the_next_tap(world: World) -> None:
    await world.ben.agrees("Show my name")
    await world.ada.opens(minutes=50)
    await world.ben.opens(minutes=10)
    await world.cleo.sits()
    assert world.ben.mention in world.card_text()
    await world.pass_time(minutes=10)
    assert world.ben.mention not in world.card_text()


async def test_a_member_who_opens_a_session_sits_until_it_closes(world: World) -> None:
    answer = await world.ada.opens(minutes=10)
    assert "leave automatically" not in answer.text


async def test_slipping_out_later_is_chosen_privately_and_can_be_taken_back(world: World) -> None:
    await world.ada.opens(minutes=25)
    seat = await world.ben.sits()
    asked = await world.ben.taps(seat.panel, "Leave at a time")
    assert "nobody is told." in asked.text
    chosen = await world.ben.chooses(asked.panel, "When", "5")
    assert "You'll leave automatically at" in chosen.text
    asked = await world.ben.taps(chosen.panel, "Leave at a time")
    chosen = await world.ben.chooses(asked.panel, "When", "0")
    assert "leave automatically" not in chosen.text
    await world.pass_time(minutes=5)
    await world.ada.nods()
    assert "2 of 8 seats are taken." in world.card_text()


async def test_members_are_told_when_the_close_is_too_near_for_a_leave_time(world: World) -> None:
    opened = await world.ada.opens(minutes=5)
    await world.pass_time(seconds=1)
    answer = await world.ada.taps(opened.panel, "Leave at a time")
    assert answer.text.endswith(
        "The session closes within five minutes, and your seat ends with it. You can slip out at any time."
    )
    assert "Slip out" in opened.buttons


async def test_a_leave_time_after_the_close_is_not_accepted(world: World) -> None:
    await world.ada.opens(minutes=10)
    session = (await world.ben.sits()).panel.custom_id("Leave at a time").split(":")[2]
    answer = await world.ben.forges(f"rooms:leave_later:{session}:v1", component_type=3, values=["50"])
    assert answer.text == (
        "The session closes before then, and your seat ends with it. Nothing was changed."
    )


async def test_closing_early_is_offered_to_the_opener_alone_and_confirmed_once(world: World) -> None:
    seat = await world.ada.opens(minutes=50)
    asked = await world.ada.taps(seat.panel, "Close early")
    assert asked.buttons == ["Close now", "Leave it open"]
    kept = await world.ada.taps(asked.panel, "Leave it open")
    assert "It stays open until" in kept.text
    assert "Open a session" not in world.card_text()
    assert "Close early" in kept.buttons
    await world.ben.sits()
    assert "Close early" not in (await world.ada.opens(minutes=50)).buttons


async def test_the_card_soon_shows_that_a_session_was_closed_early_and_the_session_is_deleted(
    world: World,
) -> None:
    seat = await world.ada.opens(minutes=50)
    await world.ben.opens(hidden=True)
    asked = await world.ada.taps(seat.panel, "Close early")
    done = await world.ada.taps(asked.panel, "Close now")
    assert "The session is closing" in done.text
    await world.pass_time(seconds=19)
    assert "Open a session" in world.card_text()
    assert world.spent() == [POST, DELETE, EDIT]
    for member in (world.ada, world.ben):
        assert (await member.uses("my-data show")).text == "Nothing is saved about you here."
    await world.ben.opens(minutes=5)
    assert "One of 8 seats is taken." in world.card_text()


async def test_the_opener_cannot_close_while_others_sit(world: World) -> None:
    seat = await world.ada.opens(minutes=50)
    close = seat.panel.custom_id("Close early").replace("ask_close", "close")
    await world.ben.sits()
    for attempt in (world.ada.taps(seat.panel, "Close early"), world.ada.forges(close)):
        assert "only a moderator can close this session early" in (await attempt).text
    await world.ben.slips_out()
    await world.ada.forges(close)
    assert "Open a session" in world.card_text()


async def test_a_hidden_seat_changes_nothing_of_what_the_opener_may_do_and_sees(world: World) -> None:
    before = await world.ada.opens(minutes=50)
    await world.ben.opens(hidden=True)
    after = await world.ada.opens(minutes=50)
    assert "Close early" in before.buttons
    assert "Close early" in after.buttons
    asked = await world.ada.taps(after.panel, "Close early")
    assert asked.buttons == ["Close now", "Leave it open"]


async def test_others_and_an_opener_who_slipped_out_cannot_close(world: World) -> None:
    seat = await world.ada.opens(minutes=50)
    ask = seat.panel.custom_id("Close early")
    close = ask.replace("ask_close", "close")
    await world.ben.sits()
    for forged in (ask, close):
        assert "Only a moderator can close this session early" in (await world.ben.forges(forged)).text
    await world.ben.slips_out()
    await world.ada.slips_out()
    await world.ada.sits()
    assert "Only a moderator can close this session early" in (await world.ada.forges(close)).text
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_moderator_closes_early_from_a_look_without_a_seat(world: World) -> None:
    await world.ada.opens(minutes=50)
    listed = await world.moderator.uses("rooms")
    look = await world.moderator.taps(listed.panel, "Look: Library")
    asked = await world.moderator.taps(look.panel, "Close early")
    await world.moderator.taps(asked.panel, "Close now")
    await world.pass_time(seconds=19)
    assert "Open a session" in world.card_text()


async def test_looking_takes_no_seat_and_leaves_no_trace(world: World) -> None:
    await world.ada.opens(minutes=50)
    listed = await world.ben.uses("rooms")
    world.spent()
    look = await world.ben.taps(listed.panel, "Look: Library")
    assert look.panel.is_private
    assert "One of 8 seats is taken." in look.text
    assert "You're just looking. You have no seat" in look.text
    assert look.buttons == ["Sit", "How this works"]
    assert (await world.ben.uses("my-data show")).text == "Nothing is saved about you here."
    assert world.spent() == []
    sat = await world.ben.taps(look.panel, "Sit")
    assert "You have a seat in Library." in sat.text


async def test_rooms_without_a_session_have_no_look_button(world: World) -> None:
    assert not any("Look" in each for each in (await world.ada.uses("rooms")).buttons)


async def test_a_member_cannot_look_into_a_room_that_they_cannot_see(world: World) -> None:
    attic = world.hidden_channel()
    await world.moderator.uses("quiet room add", channel=attic, name="Attic")
    await world.moderator.opens(room="Attic", minutes=10)
    listed = await world.moderator.uses("rooms")
    look = listed.panel.custom_id("Look: Attic")
    await world.ada.opens(room="Library", minutes=10)
    answer = await world.ada.forges(look)
    assert answer.text == "That session has closed. /rooms shows what is open and what comes next."


async def test_leave_times_survive_a_restart(world: World) -> None:
    await world.ada.opens(minutes=10)
    await world.ben.opens(minutes=5)
    await world.sleeps_through(minutes=5)
    await world.ada.nods()
    assert "One of 8 seats is taken." in world.card_text()
    await world.pass_time(minutes=3)
    assert "Quiet time is over" in world.card_text()
    await world.pass_time(minutes=2)
    assert "Open a session" in world.card_text()
