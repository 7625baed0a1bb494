"""Rooms and seats: taking and leaving seats, and what others see of that."""

import re

import pytest

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from tests.world import World


async def test_the_first_sit_opens_a_session_and_takes_a_seat(world: World) -> None:
    answer = await world.ada.opens()
    assert "You have a seat in Library. You're counted on the card; your name isn't shown." in answer.text
    assert "Your seat is saved until you slip out or the session closes." in answer.text
    assert "One of 8 seats is taken." in world.card_text()
    assert world.ada.mention not in world.card_text()


async def test_the_first_sit_by_the_card_explains_too(world: World) -> None:
    await world.ada.opens()
    answer = await world.ben.sits()
    assert "You have a seat in Library." in answer.text
    assert "Others see a number" in answer.text
    assert "2 of 8 seats are taken." in world.card_text()


async def test_a_member_with_a_consent_gets_no_second_explanation(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    answer = await world.ada.opens()
    assert "Others see a number" not in answer.text


async def test_a_seat_is_counted_unless_the_member_chose_otherwise(world: World) -> None:
    await world.ada.opens()
    await world.ben.sits()
    assert "2 of 8 seats are taken." in world.card_text()
    assert "<@" not in world.card_text()


async def test_a_named_seat_shows_the_name_after_consent_and_hides_it_once_turned_off(world: World) -> None:
    await world.ada.opens()
    seat = await world.ada.sits()
    asked = await world.ada.taps(seat.panel, "Show my name")
    assert world.ada.mention not in world.card_text()
    receipt = await world.ada.taps(asked.panel, "Yes")
    assert f"Here: {world.ada.mention}" in world.card_text()
    assert "You agreed to showing your name" in receipt.text
    withdrawn = await world.ada.taps(receipt.panel, "Hide my name")
    assert "You turned off showing your name" in withdrawn.text
    assert world.ada.mention not in world.card_text()
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_member_who_agreed_before_is_named_at_once(world: World) -> None:
    await world.ada.agrees("Show my name")
    answer = await world.ada.opens()
    assert "The card shows your name, because you turned that on." in answer.text
    assert f"Here: {world.ada.mention}" in world.card_text()
    await world.ben.sits()
    assert f"2 of 8 seats are taken.\nHere: {world.ada.mention}." in world.card_text()


async def test_a_hidden_seat_is_on_no_card(world: World) -> None:
    await world.ada.opens()
    answer = await world.ben.opens(hidden=True)
    assert "You aren't named or counted on the card, and you aren't taking anyone's seat." in answer.text
    assert "Your seat is saved until you slip out or the session closes." in answer.text
    assert "Others see a number" not in answer.text
    await world.cleo.nods()  # a tap that would show it
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_hidden_member_alone_leaves_the_card_empty(world: World) -> None:
    await world.ada.opens(hidden=True)
    assert "There are 8 seats." in world.card_text()


async def test_a_member_who_is_named_elsewhere_can_still_sit_hidden(world: World) -> None:
    await world.ada.agrees("Show my name")
    await world.ada.opens(hidden=True)
    await world.ben.sits()
    assert world.ada.mention not in world.card_text()
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_seat_becomes_hidden_and_counted_again_by_the_private_panel(world: World) -> None:
    await world.ada.opens()
    seat = await world.ada.sits()
    hidden = await world.ada.taps(seat.panel, "Sit hidden")
    assert "aren't named or counted on the card" in hidden.text
    assert "There are 8 seats." in world.card_text()
    counted = await world.ada.taps(hidden.panel, "Count me on the card")
    assert "You're counted on the card" in counted.text
    assert "One of 8 seats is taken." in world.card_text()


async def test_slipping_out_is_never_announced(world: World) -> None:
    await world.ada.opens()
    await world.ben.sits()
    before = [each.id for each in world.messages_in(world.library.id)]
    world.spent()
    answer = await world.ada.slips_out()
    assert answer.text == "You slipped out. Nobody is told."
    assert "One of 8 seats is taken." in world.card_text()
    private = [each.id for each in answer.private]
    assert [each.id for each in world.messages_in(world.library.id)] == before + private
    assert world.spent() == []  # the tap itself edits the card, and nothing is sent anywhere


async def test_slipping_out_by_the_private_panel_works_like_the_card(world: World) -> None:
    await world.ada.opens()
    seat = await world.ben.sits()
    answer = await world.ben.taps(seat.panel, "Slip out")
    assert answer.text == "You slipped out. Nobody is told."
    assert "One of 8 seats is taken." in world.card_text()
    again = await world.ben.taps(answer.panel, "Sit")
    assert "You have a seat" in again.text
    assert "2 of 8 seats are taken." in world.card_text()


async def test_slipping_out_without_a_seat_changes_nothing(world: World) -> None:
    await world.ada.opens()
    answer = await world.ben.slips_out()
    assert answer.text == "You have no seat here, so nothing was changed."
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_nod_shows_as_a_line_without_a_name(world: World) -> None:
    await world.ada.opens()
    assert "Someone nodded" not in world.card_text()
    nodded_at = int(world.now.timestamp())
    answer = await world.ada.nods()
    assert answer.private == []
    assert f"Someone nodded <t:{nodded_at}:R>." in world.card_text()
    assert world.ada.mention not in world.card_text()


async def test_a_nod_without_a_seat_is_politely_refused(world: World) -> None:
    await world.ada.opens()
    answer = await world.ben.nods()
    assert answer.text == "Take a seat first, then you can nod."
    assert "Someone nodded" not in world.card_text()


async def test_how_this_works_is_shown_privately(world: World) -> None:
    await world.ada.opens()
    answer = await world.ben.taps(world.card(), "How this works")
    assert "First a few minutes to settle in" in answer.text
    assert "Your seat is saved until you slip out" in answer.text
    assert "One of 8 seats is taken." in world.card_text()


async def test_the_card_offers_four_things_and_no_more(world: World) -> None:
    await world.ada.opens()
    assert world.card().buttons == ["Sit", "Slip out", "Nod", "How this works"]


async def test_sitting_twice_keeps_one_seat(world: World) -> None:
    await world.ada.opens()
    first, second = await world.act_at_once([world.ben.sits, world.ben.sits])
    assert "You have a seat in Library." in first.text
    assert "You have a seat in Library." in second.text
    assert "2 of 8 seats are taken." in world.card_text()


async def test_sit_while_a_session_is_open_joins_it(world: World) -> None:
    await world.ada.opens(minutes=50)
    answer = await world.ben.opens(minutes=5)
    assert "You have a seat in Library." in answer.text
    assert world.card().message.id == world.cards()[0].message.id
    await world.cleo.sits()
    assert "3 of 8 seats are taken." in world.card_text()


async def test_two_members_who_open_at_once_share_one_session(world: World) -> None:
    answers = await world.act_at_once([world.ada.opens, world.ben.opens])
    assert all("You have a seat" in answer.text for answer in answers)
    assert len(world.cards()) == 1
    await world.cleo.sits()
    assert "3 of 8 seats are taken." in world.card_text()


async def test_two_members_who_want_the_last_seat_are_both_answered_kindly(empty_world: World) -> None:
    world = empty_world
    await world.add_room(seats=2)
    await world.ada.opens()
    answers = await world.act_at_once([world.ben.sits, world.cleo.sits])
    texts = sorted(answer.text for answer in answers)
    assert texts[0].startswith("Library is full: all its seats are taken.")
    assert texts[1].startswith("You have a seat in Library.")
    assert "All 2 seats are taken: the room is full." in world.card_text()


async def test_a_seat_that_is_given_up_can_be_taken(empty_world: World) -> None:
    world = empty_world
    await world.add_room(seats=1)
    await world.ada.opens()
    assert "is full" in (await world.ben.sits()).text
    await world.ada.slips_out()
    assert "You have a seat" in (await world.ben.sits()).text


@pytest.mark.parametrize(
    "name",
    ["*bold* _soft_ `code`", "@everyone", "<@1> <#2> <t:0:R>", "[a](https://b.c)", "# Title", "> quote"],
)
async def test_a_rooms_name_is_shown_letter_by_letter(empty_world: World, name: str) -> None:
    world = empty_world
    await world.add_room(name=name)
    answer = await world.ada.opens()
    for text in (answer.text, world.card_text(), (await world.ada.uses("rooms")).text):
        plain = re.sub(r"\\(.)", r"\1", text).replace("\u200b", "")
        assert name in plain
        assert not re.search(r"(?<!\\)" + re.escape(name), text)


async def test_many_names_are_shown_in_part_and_counted_in_whole(empty_world: World) -> None:
    world = empty_world
    await world.add_room(seats=99)
    await world.ada.opens()
    for number in range(32):
        person = world.invite(f"member {number}")
        consents = world.client.services.consents
        await consents.agree(person.id, world.guild.id, Purpose.SHOW_NAME, VERSIONS[Purpose.SHOW_NAME])
        await person.sits()
    assert world.card_text().count("<@") == 30
    assert "33 of 99 seats are taken." in world.card_text()


async def test_a_hidden_member_uses_no_capacity(empty_world: World) -> None:
    world = empty_world
    await world.add_room(seats=1)
    hidden = await world.ada.opens(hidden=True)
    assert "You have a seat" in (await world.ben.sits()).text
    assert "You aren't named or counted on the card" in (await world.cleo.opens(hidden=True)).text
    refused = await world.ada.taps(hidden.panel, "Count me on the card")
    assert "You still have your hidden seat." in refused.private[-1].text
    assert "The seat is taken: the room is full." in world.card_text()
    await world.ben.slips_out()
    assert "You're counted on the card" in (await world.ada.taps(hidden.panel, "Count me on the card")).text
