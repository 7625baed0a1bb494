"""The arriving question: three equal answers, shown as a number once three members answered; and nods."""

import pytest

from tests.world import Person, World

ANSWERS = ["Here", "Quiet today", "Pass"]


@pytest.fixture
async def asking(world: World) -> World:
    """Return a server whose one room asks the arriving question."""
    done = await world.moderator.uses("quiet room hello", room="Library", asks=1)
    assert "offer three answers to tap" in done.text
    world.spent()
    return world


async def _answers(world: World, person: Person, answer: str) -> str:
    return (await person.taps(world.card(), answer)).text


async def test_no_card_asks_unless_a_moderator_turned_the_question_on(world: World) -> None:
    await world.ada.opens(minutes=50)
    assert set(ANSWERS) & set(world.card().buttons) == set()


async def test_answers_are_treated_alike_and_show_as_a_number_from_three_up(asking: World) -> None:
    world = asking
    await world.ada.opens(minutes=50)
    assert world.card().buttons[-3:] == ANSWERS
    await world.ben.sits()
    await world.cleo.sits()
    answers = {await _answers(world, world.ada, "Here"), await _answers(world, world.ben, "Quiet today")}
    assert "said hello." not in world.card_text()
    answers.add(await _answers(world, world.cleo, "Pass"))
    assert len(answers) == 1
    assert "3 people said hello." in world.card_text()
    assert "3 of 8 seats are taken." in world.card_text()


async def test_the_question_and_its_answers_stand_apart_from_sit(asking: World) -> None:
    world = asking
    await world.ada.opens(minutes=50)
    texts_and_rows = [each["type"] for each in world.card().message.components[0]["components"]]
    text, row = 10, 1  # Discord's numbers of these components
    assert texts_and_rows[-3:] == [row, text, row]
    assert "How are you arriving?" in world.card().message.components[0]["components"][-2]["content"]
    assert "To take a seat, tap Sit." in world.card_text()


async def test_answering_again_does_not_count_twice(asking: World) -> None:
    world = asking
    await world.ada.opens(minutes=50)
    for answer in ANSWERS:
        await _answers(world, world.ada, answer)
    await _answers(world, world.ben, "Here")
    assert "said hello." not in world.card_text()


async def test_the_question_ends_with_settling_in_and_its_answers_are_deleted_with_the_session(
    asking: World,
) -> None:
    world = asking
    await world.ada.opens(minutes=10)
    arriving = world.card().custom_id("Here")
    await _answers(world, world.ben, "Here")
    assert "said hello on the card" in (await world.ben.uses("my-data show")).text
    await world.pass_time(minutes=1)
    assert set(ANSWERS) & set(world.card().buttons) == set()
    answer = await world.cleo.forges(arriving)
    assert "Settling in is over, so this can't be answered any more. Nothing was saved." in answer.text
    await world.pass_time(minutes=9)
    assert (await world.ben.uses("my-data show")).text == "Nothing is saved about you here."
    # The new card and the one that it replaces; Ben's tap carries the edits of the phases and the close.
    assert world.spent() == ["POST /channels/*/messages", "DELETE /channels/*/messages/*"]


async def test_the_question_is_turned_off_as_it_was_turned_on(asking: World) -> None:
    world = asking
    done = await world.moderator.uses("quiet room hello", room="Library", asks=0)
    assert "don't offer answers to tap" in done.text
    await world.ada.opens(minutes=50)
    assert set(ANSWERS) & set(world.card().buttons) == set()


async def test_members_without_manage_server_cannot_turn_the_question_on(world: World) -> None:
    named = [{"name": "room", "type": 3, "value": "Library"}, {"name": "asks", "type": 4, "value": 1}]
    arriving = {"name": "hello", "type": 1, "options": named}
    answer = await world.ada.forges_command("quiet", {"name": "room", "type": 2, "options": [arriving]})
    assert answer.text == "You need Manage Server for this. Nothing was changed."


async def test_nods_within_a_minute_are_one_line_on_the_card(world: World) -> None:
    await world.ada.opens(minutes=50)
    await world.ben.sits()
    await world.ada.nods()
    first = world.card_text()
    await world.pass_time(seconds=30)
    await world.ben.nods()
    assert world.card_text() == first
    assert first.count("Someone nodded") == 1
    await world.pass_time(seconds=30)
    await world.ben.nods()
    assert world.card_text() != first
