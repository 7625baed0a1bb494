"""Cards that could not be posted: what is noted, and what the next session does."""

from bot.delivery.outcome import Problem
from bot.services import Services
from tests.rooms import sit
from tests.storage.members import ANN, HERE


async def test_a_rooms_problem_is_cleared_by_the_next_card_or_another_channel(
    services: Services,
) -> None:
    room = await services.rooms.add(HERE, 71, "Garden", 4)
    for clear in ("post", "move"):
        intent = await services.cards.begin_posting(room)
        assert intent is not None
        await services.cards.note_problem(room.room_id, Problem.REFUSED, may_be_out=False)
        assert (await services.rooms.get(HERE, room.room_id)).problem is Problem.REFUSED
        again = await services.cards.begin_posting(room)
        assert again is not None
        assert again.nonce != intent.nonce  # it is known that the first is not out
        if clear == "post":
            await services.cards.record_post(room.room_id, again, 5, 1, 0)
            assert await services.cards.begin_posting(room) is None
        else:
            await services.rooms.move(HERE, room.room_id, 72)
        assert (await services.rooms.get(HERE, room.room_id)).problem is None
        await services.cards.hide(room)


async def test_a_card_that_may_have_been_posted_stays_recorded_after_the_close(services: Services) -> None:
    room = await services.rooms.add(HERE, 71, "Garden", 4)
    sat = await sit(services, room, ANN, 10)
    first = await services.cards.begin_posting(room)
    await services.cards.note_problem(room.room_id, Problem.LATER, may_be_out=True)
    await services.sessions.close(sat.card.session.session_id)
    again = await services.cards.begin_posting(room)
    assert first is not None
    assert again is not None
    assert (again.nonce, again.is_repeated) == (first.nonce, True)


async def test_a_card_that_nobody_can_look_for_is_given_up_by_the_next_session(services: Services) -> None:
    room = await services.rooms.add(HERE, 71, "Garden", 4)
    first = await services.cards.begin_posting(room)
    await services.cards.note_problem(room.room_id, Problem.HISTORY, may_be_out=True)
    await sit(services, room, ANN, 10)
    again = await services.cards.begin_posting(room)
    assert first is not None
    assert again is not None
    assert again.nonce != first.nonce
