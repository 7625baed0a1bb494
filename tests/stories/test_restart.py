"""Every button, form and card that was shown before a restart still works after it."""

from pathlib import Path

import pytest

from bot.gateway.shards import ShardedClient
from tests.stories.checkins import begins, newest
from tests.world import World, open_world

pytestmark = pytest.mark.both_engines


async def test_a_cards_buttons_answer_after_a_restart(world: World) -> None:
    await world.ada.opens(minutes=10)
    await world.ben.sits()
    await world.restarts()
    assert "You have a seat in Library." in (await world.cleo.sits()).text
    assert "3 of 8 seats are taken." in world.card_text()
    await world.cleo.nods()
    assert "Someone nodded" in world.card_text()
    assert (await world.ada.slips_out()).text == "You slipped out. Nobody is told."
    assert "First a few minutes to settle in" in (await world.ben.taps(world.card(), "How this works")).text
    assert "2 of 8 seats are taken." in world.card_text()


async def test_a_session_keeps_its_card_its_phases_and_its_budget_over_a_restart(world: World) -> None:
    await world.ada.opens(minutes=10)
    await world.restarts()
    await world.pass_time(minutes=5)
    await world.restarts()
    await world.pass_time(minutes=5)
    (card,) = world.cards()
    assert "Open a session" in card.text
    spent = [each for each in world.spent() if "/channels/" in each]
    assert len(spent) == 5


async def test_phases_that_passed_while_the_process_was_down_are_not_made_up_for(world: World) -> None:
    await world.ada.opens(minutes=10)
    await world.sleeps_through(minutes=9)
    assert "Quiet time is over" in world.card_text()
    assert (
        len([each for each in world.spent() if "/channels/" in each]) == 3
    )  # posted, the card before deleted, one edit


async def test_a_session_that_ended_while_the_process_was_down_is_closed(world: World) -> None:
    await world.ada.opens(minutes=10)
    await world.sleeps_through(hours=5)
    assert "Open a session" in world.card_text()
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."


async def test_a_change_that_a_crash_kept_from_the_card_is_on_it_after_the_start(world: World) -> None:
    await world.ada.opens(minutes=50)
    (seat,) = await world.database.read(
        lambda statements: statements.rows("seats_of_guild", guild_id=world.guild.id)
    )
    session_id = int(seat["session_id"] or 0)
    await world.client.services.seats.take(world.guild.id, session_id, world.ben.id, lambda _: True)
    await world.pass_time(minutes=1)
    assert "One of 8 seats is taken." in world.card_text()
    await world.restarts()
    assert "2 of 8 seats are taken." in world.card_text()


async def test_commands_are_synced_once_and_not_again_by_a_restart(world: World) -> None:
    await world.restarts()
    assert not [each for each in world.spent() if each.startswith("PUT /applications/")]


async def test_private_panels_answer_after_a_restart(world: World) -> None:
    seat = await world.ada.opens()
    me = await world.ada.uses("me")
    await world.restarts()
    asked = await world.ada.taps(me.panel, "Show my name")
    await world.restarts()
    await world.ada.taps(asked.panel, "Yes")
    await world.restarts()
    assert "You slipped out." in (await world.ada.taps(seat.panel, "Slip out")).text


async def test_a_check_in_from_before_a_restart_is_answered(world: World) -> None:
    panel = await world.ada.uses("checkins")
    await world.restarts()
    panel = await world.ada.chooses(panel.panel, "Days", "daily")
    await world.restarts()
    await world.ada.taps(panel.panel, "Yes, begin")
    await world.restarts()
    answer = await world.ada.taps(world.ada.direct_messages[-1], "Here")
    assert "Your answer isn't saved." in answer.text
    assert len(world.ada.direct_messages) == 1
    await world.pass_time(days=9)
    assert len(world.ada.direct_messages) > 1


async def test_a_form_that_was_open_when_the_process_ended_still_works(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    form = await world.moderator.taps(panel.panel, "Time zone")
    await world.restarts()
    saved = await world.moderator.sends(form, zone="Asia/Tokyo")
    assert "Time zone: Asia/Tokyo" in saved.text


async def test_a_weekly_time_survives_a_restart(world: World) -> None:
    await world.moderator.uses("quiet schedule add", room="Library", days="Monday", time="10:00", minutes=5)
    await world.restarts()
    await world.pass_time(hours=1)
    assert len(world.cards()) == 1
    await world.restarts()
    assert len(world.cards()) == 1


async def test_consents_and_counts_survive_a_restart(world: World) -> None:
    await world.ada.agrees("Turn on weekly counts")
    await world.ada.opens(minutes=5)
    await world.restarts()
    assert "seats 1" in (await world.ada.uses("me")).text


async def test_a_choice_whose_tap_cannot_edit_the_card_shows_with_the_next_tap(
    world: World,
) -> None:
    await world.ada.agrees("Show my name")
    await world.ada.opens(minutes=50)
    await world.ada.sits()
    await world.restarts()
    me = await world.ada.uses("me")
    await world.ada.taps(me.panel, "Hide my name")
    await world.ben.sits()
    assert world.ada.mention not in world.card_text()
    assert "2 of 8 seats are taken." in world.card_text()


async def test_messages_that_were_shown_do_not_stay_in_memory(world: World) -> None:
    await world.ada.opens()
    await world.ben.sits()
    panel = await world.cleo.uses("checkins")
    await world.cleo.taps(panel.panel, "Yes, begin")
    await world.moderator.uses("quiet setup")
    assert world.busy() == []


async def test_discord_py_saves_no_panel_and_no_form(world: World) -> None:
    await world.ada.opens(minutes=50)
    for person in (world.ben, world.cleo):
        await person.sits()
        await person.uses("me")
        panel = await person.uses("checkins")
        await person.taps(panel.panel, "Yes, begin")
        await person.uses_in_dm("me")
    setup = await world.moderator.uses("quiet setup")
    opened = await world.moderator.taps(setup.panel, "Add a schedule")
    assert opened.form is not None  # and it is dismissed
    await world.pass_time(minutes=50)
    store = world.client._connection._view_store  # noqa: SLF001 - where discord.py would save them
    saved = (store._views, store._synced_message_views, store._modals, store._dynamic_items)  # noqa: SLF001 - as above
    assert saved == ({}, {}, {}, {})


async def test_a_card_that_was_posted_but_not_recorded_is_posted_once(world: World) -> None:
    posted = world.hangs_after("POST")
    await world.ada.opens(minutes=10)
    await posted.wait()
    await world.restarts()
    assert len(world.cards()) == 1
    await world.ben.sits()
    await world.pass_time(minutes=10)
    (card,) = world.cards()
    assert "Open a session" in card.text


async def test_a_check_in_that_was_sent_but_not_recorded_is_sent_once(world: World) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await world.ada.taps(newest(world.ada), "Here")
    sent = world.hangs_after("POST")
    await world.advance_to_what_is_next()
    await sent.wait()
    await world.restarts()
    assert len(world.ada.direct_messages) == 2
    assert "how many have been sent: 2" in (await world.ada.uses("my-data show")).text


async def test_a_check_in_that_was_sent_but_not_recorded_is_found_when_it_is_too_late_for_another(
    world: World,
) -> None:
    await begins(world.ada, days="daily", per_week=7)
    await world.ada.taps(newest(world.ada), "Here")
    sent = world.hangs_after("POST")
    await world.advance_to_what_is_next()
    await sent.wait()
    await world.sleeps_through(hours=1)
    assert len(world.ada.direct_messages) == 2
    assert "how many have been sent: 2" in (await world.ada.uses("my-data show")).text
    assert (await world.row_counts())["outbox"] == 0


async def test_a_card_whose_edit_was_not_recorded_is_corrected_again(world: World) -> None:
    await world.ada.opens(minutes=10)
    edited = world.hangs_after("PATCH")
    await world.advance_to_what_is_next()
    await edited.wait()
    await world.restarts()
    assert "Quiet until" in world.card_text()
    await world.pass_time(minutes=9)
    assert "Open a session" in world.card_text()


async def test_a_bot_with_two_shards_continues_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(tmp_path, monkeypatch, shard_count=2) as world:
        assert isinstance(world.client, ShardedClient)
        await world.add_room()
        await world.ada.opens(minutes=5)
        await begins(world.ben)
        await world.restarts()
        await world.ben.sits()
        assert "2 of 8 seats are taken." in world.card_text()
        assert "Your answer isn't saved." in (await world.ben.taps(newest(world.ben), "Here")).text
        await world.pass_time(minutes=5)
        assert "Open a session" in world.card_text()
