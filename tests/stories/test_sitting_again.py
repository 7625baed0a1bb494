"""Sit again, and rounds, as members see them."""

from tests.world import World


async def test_sit_again_is_offered_in_the_last_phase_and_answered_privately(world: World) -> None:
    await world.ada.opens(minutes=25)
    await world.ben.sits()
    assert "Sit again" not in world.card().buttons
    await world.pass_time(minutes=20)
    assert world.card().buttons == ["Sit", "Slip out", "Nod", "How this works", "Sit again"]
    world.spent()
    before = world.card_text()
    answer = await world.ben.taps(world.card(), "Sit again")
    assert answer.panel.is_private
    assert "You'll sit again. When this session closes at" in answer.text
    assert "You'll be shown the same way as now." in answer.text
    assert "Once the next session is open, use the buttons on its card." in answer.text
    assert "Don't sit again" in answer.buttons
    assert world.card_text() == before
    assert world.spent() == []


async def test_the_next_session_opens_at_the_close_for_those_who_tapped(world: World) -> None:
    await world.ada.opens(minutes=25)
    await world.ben.sits()
    await world.pass_time(minutes=20)
    await world.ben.taps(world.card(), "Sit again")
    before = world.card().message.id
    world.spent()
    await world.pass_time(minutes=5)
    assert world.card().message.id == before
    assert world.spent() == ["PATCH /channels/*/messages/*"]
    assert "Settling in" in world.card_text()
    assert "One of 8 seats is taken." in world.card_text()
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
    await world.pass_time(minutes=25)
    assert "Open a session" in world.card_text()
    assert (await world.ben.uses("my-data show")).text == "Nothing is saved about you here."


async def test_sitting_again_is_taken_back_on_the_private_panel_and_by_tapping_again(world: World) -> None:
    seat = await world.ada.opens(minutes=25)
    await world.pass_time(minutes=20)
    chosen = await world.ada.taps(world.card(), "Sit again")
    back = await world.ada.taps(chosen.panel, "Don't sit again")
    assert "You won't sit again. Your seat ends when this session closes." in back.text
    on = await world.ada.taps(back.panel, "Sit again")
    assert "You'll sit again" in on.text
    off = await world.ada.taps(world.card(), "Sit again")
    assert "You won't sit again." in off.text
    assert "Sit again" not in seat.buttons
    await world.pass_time(minutes=5)
    assert "Open a session" in world.card_text()


async def test_the_answers_are_specific_where_sit_again_cannot_work(world: World) -> None:
    await world.ada.opens(minutes=25)
    await world.pass_time(minutes=20)
    again = world.card().custom_id("Sit again")
    assert "Sit again is for people who have a seat here." in (await world.ben.forges(again)).text
    await world.pass_time(minutes=5)
    assert "This session closed just before your tap" in (await world.ada.forges(again)).text


async def test_what_is_saved_about_sitting_again_is_exported(world: World) -> None:
    await world.ada.opens(minutes=25)
    await world.pass_time(minutes=20)
    await world.ada.taps(world.card(), "Sit again")
    assert "session that follows" in (await world.ada.uses("my-data show")).text


async def test_rounds_have_breaks_between_them_and_one_time_to_talk(world: World) -> None:
    answer = await world.ada.opens(minutes=10, rounds=3)
    closes = answer.text.split("closes at ")[1].split(".")[0]
    shown = []
    for minutes in (0, 1, 9, 5, 10, 5, 8):
        await world.pass_time(minutes=minutes)
        assert closes.rpartition(":")[0] in world.card_text()  # in time to talk as a span, else as a time
        shown.append(world.card_text().splitlines()[1].split(" until")[0].split(".")[0])
    assert shown == [*("Settling in", "Quiet", "Break", "Quiet", "Break", "Quiet"), "Quiet time is over"]
    await world.pass_time(minutes=2)
    assert "Open a session" in world.card_text()


async def test_a_break_says_that_talking_is_fine_and_when_quiet_begins(world: World) -> None:
    await world.ada.opens(minutes=10, rounds=2)
    assert "Then there's a break." in world.card_text()
    await world.pass_time(minutes=10)
    assert "Talking is fine." in world.card_text()
    assert "Then round 2 of 2: quiet until" in world.card_text()
    await world.pass_time(minutes=5)
    assert "Round 2 of 2." in world.card_text()


async def test_rounds_cost_two_more_edits_each(world: World) -> None:
    await world.ada.opens(minutes=10, rounds=3)
    await world.pass_time(minutes=40)
    assert "Open a session" in world.card_text()
    assert len(world.spent()) == 5 + 2 * 2


async def test_rounds_that_take_more_than_two_hours_are_refused(world: World) -> None:
    answer = await world.ada.opens(minutes=50, rounds=3)
    assert answer.text == (
        "3 rounds of 50 minutes take 160 minutes with their breaks, and a session lasts 120 at most. "
        "Choose fewer or shorter rounds. Nothing was changed."
    )
    assert "Open a session" in world.card_text()
