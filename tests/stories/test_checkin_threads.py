"""Check-ins in a private thread: what holds them back, and what becomes of the one in view."""

import pytest

from tests.stories.checkins import begins
from tests.stories.test_checkin_failures import DELETE, POST, text
from tests.world import Answer, Shown, World

FETCH = "GET /channels/*"
REOPEN = "PATCH /channels/*"
LOOK_INSIDE = "GET /channels/*/thread-members/*"


@pytest.fixture
async def thread_world(world: World) -> World:
    """Return a world in which Ada has a check-in a day in a private thread, and the first one came."""
    panel = await world.moderator.uses("quiet setup")
    room = await world.moderator.chooses(panel.panel, "Change a room", "1")
    await world.moderator.taps(room.panel, "Offer private threads")
    world.close_direct_messages(world.ada)
    offer = await begins(world.ada, days="daily", per_week=7)
    world.heal()
    await world.ada.taps(offer.panel, "Use a private thread")
    assert len(await in_thread(world)) == 1
    world.spent()
    return world


async def in_thread(world: World) -> list[Shown]:
    """Return the check-ins in Ada's thread, oldest first."""
    return world.messages_in(await thread_id(world))


async def thread_id(world: World) -> int:
    found = await world.database.read(
        lambda statements: statements.value("threads_of_guild", guild_id=world.guild.id)
    )
    return int(found or 0)


async def test_the_next_check_in_comes_in_the_thread_in_place_of_the_one_before(
    thread_world: World,
) -> None:
    world = thread_world
    (first,) = await in_thread(world)
    await world.pass_time(days=1, hours=4)
    (second,) = await in_thread(world)
    assert first.is_gone
    assert second.message.id != first.message.id
    assert second.is_silent
    assert world.spent() == [DELETE, POST]
    assert (await world.ada.taps(second, "Here")).is_acknowledged
    assert world.ada.direct_messages == []


@pytest.mark.parametrize("permission", ["view_channel", "send_messages_in_threads"])
async def test_a_check_in_that_the_bot_may_not_send_is_left_out_without_a_request(
    thread_world: World, permission: str
) -> None:
    world = thread_world
    (first,) = await in_thread(world)
    world.take_from_bot(**{permission: False})
    world.spent()
    await world.pass_time(days=3)
    assert world.spent() == []
    world.take_from_bot(**{permission: None})
    await world.pass_time(days=1, hours=4)
    (second,) = await in_thread(world)
    assert second.message.id != first.message.id
    assert "Check-ins are on." in (await world.ada.uses("me")).text


async def test_check_ins_in_a_thread_that_was_deleted_stop_after_one_request(thread_world: World) -> None:
    world = thread_world
    world.env.backend.delete_channel(await thread_id(world))
    await world.settle()
    world.spent()
    await world.pass_time(days=3)
    assert world.spent() == [DELETE, POST]
    assert "couldn't deliver the last one" in (await world.ada.uses("me")).text


async def test_a_check_in_in_an_archived_thread_is_deleted_and_the_next_one_comes(
    thread_world: World,
) -> None:
    world = thread_world
    (first,) = await in_thread(world)
    world.fail("DELETE", "/channels/*/messages/*", status=400, code=50083, times=1)
    await world.pass_time(days=1, hours=4)
    assert world.spent() == [DELETE, FETCH, REOPEN, DELETE, POST]
    assert first.is_gone
    assert len(await in_thread(world)) == 1


async def test_a_check_in_in_a_locked_thread_stays_and_does_not_hold_back_the_next(
    thread_world: World,
) -> None:
    world = thread_world
    (first,) = await in_thread(world)
    metadata = world.env.backend.get_channel(await thread_id(world)).thread_metadata
    assert metadata is not None
    metadata.locked = True
    world.fail("DELETE", "/channels/*/messages/*", status=400, code=50083, times=1)
    await world.pass_time(days=1, hours=4)
    assert world.spent()[:3] == [DELETE, FETCH, POST]
    assert not first.is_gone


@pytest.mark.parametrize(("status", "is_tried_again"), [(403, False), (429, True), (500, True)])
async def test_a_thread_that_cannot_be_opened_again_holds_back_the_next_only_if_that_passes(
    thread_world: World, status: int, *, is_tried_again: bool
) -> None:
    world = thread_world
    world.expects_errors = True
    (first,) = await in_thread(world)
    world.fail("DELETE", "/channels/*/messages/*", status=400, code=50083)
    world.fail("PATCH", "/channels/*", status=status)
    await world.pass_time(days=1, hours=4)
    assert (POST in world.spent()) != is_tried_again
    assert not first.is_gone


async def _return_to_direct_messages(world: World) -> Answer:
    standing = await world.ada.uses("checkins")
    return await world.ada.taps(standing.panel, "Use direct messages")


async def test_a_member_who_returns_to_direct_messages_sees_one_check_in_at_most(
    thread_world: World,
) -> None:
    world = thread_world
    (first,) = await in_thread(world)
    await _return_to_direct_messages(world)
    assert first.is_gone
    world.spent()
    await world.pass_time(days=1, hours=4)
    assert len(world.ada.direct_messages) == 1
    assert world.spent() == [POST]  # nothing is left to delete


async def test_nothing_changes_for_a_member_who_returns_while_the_check_in_cannot_be_deleted(
    thread_world: World,
) -> None:
    world = thread_world
    world.expects_errors = True
    (first,) = await in_thread(world)
    world.fail("DELETE", "/channels/*/messages/*", status=500)
    answer = await _return_to_direct_messages(world)
    assert answer.private[-1].text.endswith(text("refusals.discord_later"))
    world.heal()
    await world.pass_time(days=1, hours=4)
    (second,) = await in_thread(world)
    assert first.is_gone
    assert second.message.id != first.message.id
    assert world.ada.direct_messages == []


async def test_a_member_who_left_the_thread_gets_none_there_once_discord_tells_that_nobody_is_in_it(
    thread_world: World,
) -> None:
    world = thread_world
    thread = world.env.backend.get_channel(await thread_id(world))
    world.env.backend.remove_thread_member(thread.id, world.ada.id)
    await world.pass_time(days=1, hours=4)
    assert world.spent() == [DELETE, POST]  # no event said that she left
    await world.restarts()  # then Discord tells how many are in each thread
    world.spent()
    await world.pass_time(days=3)
    assert world.spent() == [LOOK_INSIDE]
    assert "Check-ins are off for now" in (await world.ada.uses("me")).text
    assert f"They come in <#{thread.id}>." in (await world.ada.uses("resume")).text
    world.spent()
    await world.pass_time(days=1, hours=4)
    assert world.spent() == [DELETE, POST]


@pytest.mark.parametrize("status", [200, 500])
async def test_a_member_who_is_perhaps_in_a_thread_with_a_wrong_count_gets_their_check_in(
    thread_world: World, status: int
) -> None:
    world = thread_world
    world.expects_errors = status != 200
    guild = world.client.get_guild(world.guild.id)
    thread = guild.get_thread(await thread_id(world)) if guild else None
    assert thread is not None
    thread.member_count = 1
    if status != 200:
        world.fail("GET", "/channels/*/thread-members/*", status=status)
    await world.pass_time(days=1, hours=4)
    assert world.spent()[-2:] == [DELETE, POST]
    world.heal()
    await world.pass_time(days=1, hours=4)
    again = [] if status == 200 else [LOOK_INSIDE]
    assert world.spent() == [*again, DELETE, POST]
