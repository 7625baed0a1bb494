"""Single sessions of a schedule that moderators skip, move and take back."""

from tests.stories.schedules import at, occurrences, scheduled, the_one
from tests.world import World


async def test_a_skipped_session_does_not_open_and_the_list_says_so(world: World) -> None:
    await scheduled(world)
    offered = await occurrences(world)
    assert list(offered)[:2] == ["Mon, Jan 5, 2026, 19:30", "Mon, Jan 12, 2026, 19:30"]
    answer = await world.moderator.uses(
        "quiet schedule skip", schedule=await the_one(world), occurrence=offered["Mon, Jan 12, 2026, 19:30"]
    )
    assert "Done: Mon, Jan 12, 2026 is skipped." in answer.text
    assert "\n- Mon, Jan 5, 2026, 19:30" in answer.text
    assert "\n- Mon, Jan 12, 2026, 19:30" not in answer.text
    assert "Skipped: Mon, Jan 12, 2026" in (await world.moderator.uses("quiet schedule list")).text
    world.watch_cards()
    await world.pass_time(days=15)
    opened = [card.message.timestamp[:10] for card in world.new_cards()]
    assert opened == ["2026-01-05", "2026-01-19"]


async def test_members_see_the_time_after_a_skip(world: World) -> None:
    await scheduled(world)
    await world.moderator.uses(
        "quiet schedule skip", schedule=await the_one(world), occurrence="2026-01-05"
    )
    assert f"next session <t:{at(12, 18, 30)}:F>" in (await world.ada.uses("rooms")).text


async def test_a_moved_session_opens_at_its_new_wall_time_and_the_others_as_before(world: World) -> None:
    await scheduled(world)
    answer = await world.moderator.uses(
        "quiet schedule move",
        schedule=await the_one(world, "move"),
        occurrence="2026-01-05",
        date="2026-01-06",
        time="8:15",
    )
    assert "Done: the session of Mon, Jan 5, 2026 is moved to Tue, Jan 6, 2026, 08:15." in answer.text
    moved = f"- Tue, Jan 6, 2026, 08:15 · <t:{at(6, 7, 15)}:F>, moved from Mon, Jan 5, 2026, 19:30"
    assert moved in answer.text
    world.watch_cards()
    await world.pass_time(days=8)
    opened = [card.message.timestamp[:16] for card in world.new_cards()]
    assert opened == ["2026-01-06T07:15", "2026-01-12T18:30"]


async def test_a_move_may_name_the_time_or_the_date_alone(world: World) -> None:
    await scheduled(world)
    chosen = await the_one(world)
    later = await world.moderator.uses(
        "quiet schedule move", schedule=chosen, occurrence="2026-01-05", time="21"
    )
    assert "Mon, Jan 5, 2026, 21:00" in later.text
    offered = await world.moderator.types("quiet schedule move", "date", "wednesday", schedule=chosen)
    next_day = await world.moderator.uses(
        "quiet schedule move", schedule=chosen, occurrence="2026-01-05", date=next(iter(offered.values()))
    )
    assert "Wed, Jan 7, 2026, 21:00" in next_day.text


async def test_a_skip_or_move_is_taken_back(world: World) -> None:
    await scheduled(world)
    chosen = await the_one(world)
    assert await occurrences(world, "restore") == {}
    await world.moderator.uses("quiet schedule skip", schedule=chosen, occurrence="2026-01-05")
    assert await occurrences(world, "restore") == {"Mon, Jan 5, 2026 (skipped)": "2026-01-05"}
    answer = await world.moderator.uses("quiet schedule restore", schedule=chosen, occurrence="2026-01-05")
    assert "Done: the session of Mon, Jan 5, 2026 is back as planned." in answer.text
    assert "Mon, Jan 5, 2026, 19:30" in answer.text
    again = await world.moderator.uses("quiet schedule restore", schedule=chosen, occurrence="2026-01-05")
    assert again.text == "That session is already as planned. Nothing was changed."


async def test_a_past_occurrence_is_refused_calmly(world: World) -> None:
    await scheduled(world)
    chosen = await the_one(world)
    gone = await world.moderator.uses("quiet schedule skip", schedule=chosen, occurrence="2026-01-06")
    assert gone.text == "That session isn't planned any more. Nothing was changed."
    passed = await world.moderator.uses(
        "quiet schedule move", schedule=chosen, occurrence="2026-01-05", time="7:00"
    )
    assert passed.text == "That time has passed. Choose a later one. Nothing was changed."


async def test_a_restart_keeps_skips_and_moves(world: World) -> None:
    await scheduled(world)
    chosen = await the_one(world)
    await world.moderator.uses("quiet schedule skip", schedule=chosen, occurrence="2026-01-05")
    await world.moderator.uses(
        "quiet schedule move", schedule=chosen, occurrence="2026-01-12", date="2026-01-13"
    )
    await world.restarts()
    await world.pass_time(days=10)
    assert [card.message.timestamp[:10] for card in world.cards()] == ["2026-01-13"]
