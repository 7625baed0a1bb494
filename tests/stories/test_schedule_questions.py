"""Recurring times: before sessions are cancelled the bot asks, and it says when nothing was changed."""

from tests.stories.schedules import scheduled, the_one
from tests.world import World


async def test_a_time_with_sessions_ahead_is_removed_after_a_question(world: World) -> None:
    await scheduled(world)
    before = await world.dump()
    asked = await world.moderator.uses("quiet schedule remove", schedule=await the_one(world))
    assert "Remove this schedule of Library?\nMonday at 19:30, Europe/Berlin time, 25 minutes" in asked.text
    assert "- Mon, Jan 5, 2026, 19:30" in asked.text
    kept = await world.moderator.taps(asked.panel, "Keep it")
    assert "Nothing was removed." in kept.text
    assert await world.dump() == before


async def test_a_time_that_changed_after_the_question_is_not_removed(world: World) -> None:
    await scheduled(world)
    chosen = await the_one(world)
    asked = await world.moderator.uses("quiet schedule remove", schedule=chosen)
    await world.moderator.uses("quiet schedule edit", schedule=chosen, time="20:15")
    answer = await world.moderator.taps(asked.panel, "Remove schedule")
    assert "Someone changed this schedule after you were asked, so nothing was removed." in answer.text
    assert "Monday at 20:15" in answer.text
    removed = await world.moderator.taps(answer.panel, "Remove schedule")
    assert "Done: that schedule is removed." in removed.text


async def test_a_time_with_no_session_ahead_is_removed_at_once(world: World) -> None:
    await scheduled(world, until="2026-01-05")
    chosen = await the_one(world)
    await world.pass_time(days=2)
    removed = await world.moderator.uses("quiet schedule remove", schedule=chosen)
    assert "Done: that schedule is removed." in removed.text


async def test_a_time_that_the_room_has_already_is_refused(world: World) -> None:
    await scheduled(world)
    before = await world.dump()
    same = {"room": "Library", "days": "Mon", "time": "7:30 pm", "zone": "Europe/Berlin"}
    for minutes in (25, 50):
        answer = await world.moderator.uses("quiet schedule add", **same, minutes=minutes)
        assert "This room already opens at that time, for 25 minutes." in answer.text
    assert await world.dump() == before


async def test_an_edit_with_nothing_to_change_says_so(world: World) -> None:
    await scheduled(world)
    chosen, before = await the_one(world), await world.dump()
    for options in ({}, {"days": "Mon", "time": "7:30 pm", "minutes": 25}):
        answer = await world.moderator.uses("quiet schedule edit", schedule=chosen, **options)
        assert "The schedule is like that already. Nothing was changed." in answer.text
    assert await world.dump() == before


async def test_a_move_with_nothing_to_change_says_so(world: World) -> None:
    await scheduled(world)
    chosen, before = await the_one(world), await world.dump()
    for options in ({}, {"date": "2026-01-05", "time": "19:30"}):
        answer = await world.moderator.uses(
            "quiet schedule move", schedule=chosen, occurrence="2026-01-05", **options
        )
        assert "That session is already at that time." in answer.text
    assert await world.dump() == before


async def test_a_moved_session_stays_on_its_day_if_only_its_time_is_moved(world: World) -> None:
    await scheduled(world)
    moves = {"schedule": await the_one(world), "occurrence": "2026-01-05"}
    await world.moderator.uses("quiet schedule move", **moves, date="2026-01-06")
    answer = await world.moderator.uses("quiet schedule move", **moves, time="8:15")
    assert "- Tue, Jan 6, 2026, 08:15" in answer.text


async def test_a_time_that_overlaps_with_another_is_said_before_it_is_saved(world: World) -> None:
    await scheduled(world)
    before = await world.dump()
    for time in ("19:20", "19:54"):
        answer = await world.moderator.uses(
            "quiet schedule add", room="Library", days="Mon", time=time, zone="Europe/Berlin", minutes=15
        )
        assert "This would overlap with a session of the same room that opens <t:" in answer.text
        assert (
            "and lasts 25 minutes. Choose another time, day or length. Nothing was changed." in answer.text
        )
    assert await world.dump() == before


async def test_a_form_with_an_overlap_says_so_and_keeps_what_was_typed(world: World) -> None:
    await scheduled(world, zone="UTC")
    panel = await world.moderator.uses("quiet setup")
    form = await world.moderator.taps(panel.panel, "Add a schedule")
    refused = await world.moderator.sends(form, room=["1"], days="daily", time="7:40 pm", minutes=["25"])
    assert "This would overlap with a session of the same room" in refused.text
    again = await world.moderator.taps(refused.panel, "Open the form again")
    done = await world.moderator.sends(again, time="8 pm", days="daily")
    assert "Done: Library opens by itself" in done.text
