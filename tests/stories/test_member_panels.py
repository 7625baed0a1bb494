"""Members' private panels: what is offered stays in reach, and nothing that is shown is out of date."""

import pytest

from tests.stories.checkins import begins
from tests.stories.room_notices import schedules, turns_on
from tests.world import World

NOTICES = "Tell me when this room opens"
GONE = "You don't have a seat here any more"


async def test_check_in_times_are_suggested_until_the_member_chooses(world: World) -> None:
    panel = await world.ada.uses("checkins")
    assert "Suggested: up to 2 times a week" in panel.text
    assert "Chosen:" not in panel.text
    panel = await world.ada.chooses(panel.panel, "How often", "3")
    assert "Chosen: up to 3 times a week" in panel.text
    assert "Suggested:" not in panel.text


async def test_times_given_with_the_command_are_chosen(world: World) -> None:
    panel = await world.ada.uses("checkins", per_week=7)
    assert "Chosen: up to 7 times a week" in panel.text


async def test_times_of_a_member_who_has_check_ins_are_shown_as_chosen(world: World) -> None:
    await begins(world.ada)
    status = await world.ada.uses("checkins")
    times = await world.ada.taps(status.panel, "Change times")
    assert "Chosen: up to 2 times a week" in times.text


async def test_show_my_name_is_asked_inside_the_seats_panel(world: World) -> None:
    await world.ada.opens(minutes=50)
    seat = await world.ada.sits()
    asked = await world.ada.taps(seat.panel, "Show my name")
    assert "Your name on cards" in asked.text
    assert asked.panel.message.id == seat.panel.message.id
    assert asked.buttons == ["Yes", "Not now", "Slip out", "Sit hidden", "Leave at a time", "Close early"]
    agreed = await world.ada.taps(asked.panel, "Yes")
    assert "The card shows your name" in agreed.text
    assert "You agreed to showing your name" in agreed.text
    assert f"Here: {world.ada.mention}" in world.card_text()
    seat_buttons = ["Slip out", "Sit hidden", "Hide my name", "Leave at a time", "Close early", NOTICES]
    assert agreed.buttons == [*seat_buttons, "Get the receipt as a file"]


async def test_not_now_shows_the_seat_again_and_saves_nothing(world: World) -> None:
    seat = await world.ada.opens(minutes=50)
    asked = await world.ada.taps(seat.panel, "Show my name")
    kept = await world.ada.taps(asked.panel, "Not now")
    assert kept.text == seat.text
    assert kept.buttons == seat.buttons
    assert "what you agreed to" not in (await world.ada.uses("my-data show")).text


async def test_hide_my_name_turns_the_consent_off_and_leaves_the_seat(world: World) -> None:
    await world.ada.agrees("Show my name")
    seat = await world.ada.opens(minutes=50)
    hidden = await world.ada.taps(seat.panel, "Hide my name")
    assert "your name isn't shown" in hidden.text
    assert "You turned off showing your name" in hidden.text
    assert "Slip out" in hidden.buttons
    await world.pass_time(seconds=19)
    assert world.ada.mention not in world.card_text()
    assert "Your name isn't shown on cards." in (await world.ada.uses("me")).text


async def test_a_member_who_agreed_before_is_not_asked_again_in_their_seat(world: World) -> None:
    await world.ada.agrees("Show my name")
    seat = await world.ada.opens(minutes=50)
    hidden = await world.ada.taps(seat.panel, "Sit hidden")
    counted = await world.ada.taps(hidden.panel, "Count me on the card")
    named = await world.ada.taps(counted.panel, "Show my name")
    assert "The card shows your name" in named.text
    assert f"Here: {world.ada.mention}" in world.card_text()


async def test_leave_at_a_time_can_be_cancelled(world: World) -> None:
    await world.ada.opens(minutes=50)
    seat = await world.ben.sits()
    asked = await world.ben.taps(seat.panel, "Leave at a time")
    assert asked.buttons == ["Back", "Slip out"]
    back = await world.ben.taps(asked.panel, "Back")
    assert back.buttons == seat.buttons
    assert "leave automatically" not in back.text


async def test_leave_it_open_shows_the_seat_again(world: World) -> None:
    seat = await world.ada.opens(minutes=50)
    asked = await world.ada.taps(seat.panel, "Close early")
    kept = await world.ada.taps(asked.panel, "Leave it open")
    assert "It stays open until" in kept.text
    assert kept.buttons == seat.buttons


async def test_a_refused_tap_is_explained_in_the_panel_until_the_next_success(world: World) -> None:
    seat = await world.ada.opens(minutes=5)
    await world.pass_time(seconds=1)
    buttons = seat.buttons
    await world.ada.taps(seat.panel, "Leave at a time")
    refused = await world.ada.taps(seat.panel, "Leave at a time")
    assert refused.panel.message.id == seat.panel.message.id
    assert refused.text.count("The session closes within five minutes") == 1
    assert refused.buttons == buttons
    hidden = await world.ada.taps(refused.panel, "Sit hidden")
    assert hidden.panel.message.id == seat.panel.message.id
    assert "within five minutes" not in hidden.text


async def test_below_the_panel_of_a_seat_that_is_gone_come_the_rooms(world: World) -> None:
    await world.ada.opens(minutes=50)
    seat = await world.ben.sits()
    await world.ben.slips_out()
    refused = await world.ben.taps(seat.panel, "Leave at a time")
    stale, current = refused.private
    assert stale.message.id == seat.panel.message.id
    assert stale.text.startswith("This panel is out of date.")
    assert GONE in stale.text
    assert stale.buttons == []
    looked = await world.ben.taps(current, "Look: Library")
    assert "You have a seat in Library" in (await world.ben.taps(looked.panel, "Sit")).text


async def test_below_the_panel_of_a_seat_that_was_left_comes_the_seat_elsewhere(world: World) -> None:
    attic = world.guild.create_text_channel("attic")
    await world.moderator.uses("quiet room add", channel=attic, name="Attic")
    seat = await world.ada.opens(minutes=50)
    asked = await world.ada.uses("sit", room="Attic", minutes=10)
    await world.ada.taps(asked.panel, "Move here")
    stale, current = (await world.ada.taps(seat.panel, "Leave at a time")).private
    assert GONE in stale.text
    assert "You have a seat in Attic" in current.text
    hidden = await world.ada.taps(current, "Sit hidden")
    assert "You have a hidden seat in Attic" in hidden.text


async def test_below_the_panel_of_a_session_that_closed_come_the_rooms(world: World) -> None:
    seat = await world.ada.opens(minutes=5)
    await world.pass_time(minutes=6)
    stale, current = (await world.ada.taps(seat.panel, "Slip out")).private
    assert "That session has closed." in stale.text
    assert stale.message.id == seat.panel.message.id
    assert stale.buttons == []
    assert "Library" in current.text


async def test_below_the_panel_of_check_ins_that_ended_comes_what_can_be_chosen_now(world: World) -> None:
    await begins(world.ada)
    first = await world.ada.uses("checkins")
    second = await world.ada.uses("checkins")
    await world.ada.taps(first.panel, "Stop")
    stale, current = (await world.ada.taps(second.panel, "Less often")).private
    assert "These check-ins have ended" in stale.text
    assert stale.message.id == second.panel.message.id
    assert stale.buttons == []
    assert "Suggested:" in current.text
    begun = await world.ada.taps(current, "Yes, begin")
    assert "Check-ins are on" in begun.text


async def test_below_a_receipt_of_a_consent_that_ended_comes_what_is_chosen_now(world: World) -> None:
    agreed = await world.ada.agrees("Show my name")
    me = await world.ada.uses("me")
    await world.ada.taps(me.panel, "Hide my name")
    stale, current = (await world.ada.taps(agreed.panel, "Get the receipt as a file")).private
    assert stale.buttons == []
    assert "Show my name" in current.buttons


async def test_a_panel_of_an_earlier_version_says_so_and_has_no_dead_buttons(world: World) -> None:
    seat = await world.ada.opens(minutes=50)
    old = seat.panel.custom_id("Sit hidden").replace(":v1", ":v0")
    refused = await world.ada.forges(old, seat.panel)
    assert refused.text == "This button is from an older version. Use the command again, and it will work."
    assert refused.buttons == []


@pytest.mark.parametrize("label", ["Turn sound on", "Quiet hours"])
async def test_below_a_panel_of_room_notices_that_are_off_comes_what_can_be_chosen_now(
    world: World, label: str
) -> None:
    await schedules(world)
    await turns_on(world.ada)
    me = await world.ada.uses("me")
    old = await world.ada.taps(me.panel, "Room notices")
    await world.ada.taps(me.panel, "Turn off room notices")
    stale, current = (await world.ada.taps(old.panel, label)).private
    assert stale.message.id == old.panel.message.id
    assert stale.text.startswith("This panel is out of date.\nRoom notices are off here")
    assert stale.buttons == []
    assert "Turn on" in current.buttons
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
