"""Room notices: a silent direct message when a scheduled session of a chosen room opens."""

from datetime import UTC, datetime, timedelta

from bot.texts.catalogue import Texts
from tests.stories.checkins import begins, newest
from tests.stories.room_notices import opens_next, schedules, turns_on
from tests.world import World

NOTICE = "**Library** is open in "


def text(key: str) -> str:
    """Return a text without placeholders."""
    return Texts().say(key, "en-US")


async def test_a_notice_comes_silently_when_a_chosen_room_opens_and_goes_when_it_closes(
    world: World,
) -> None:
    await schedules(world)
    given = await turns_on(world.ada)
    assert "Room notices are on for: Library." in given.text
    assert "You agreed to room notices" in given.text
    await world.pass_time(minutes=59)
    assert world.ada.direct_messages == []
    await world.pass_time(minutes=1)
    (notice,) = world.ada.direct_messages
    assert notice.is_silent
    assert NOTICE in notice.text
    closes = int(datetime(2026, 1, 5, 10, 50, tzinfo=UTC).timestamp())
    assert f"until <t:{closes}:t>" in notice.text
    await world.pass_time(minutes=49)
    assert len(world.ada.direct_messages) == 1
    await world.pass_time(minutes=1)
    assert notice.is_gone
    assert world.ada.direct_messages == []
    assert world.ben.direct_messages == []


async def test_a_notice_costs_one_message_and_at_most_one_deletion(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(hours=2)
    direct = str(world.ada.actor.user.dm_channel.id)
    requests = [each for each in world.env.http_requests if direct in each.path]
    assert [each.method for each in requests] == ["POST", "DELETE"]


async def test_sitting_from_a_notice_works_as_on_the_card(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(hours=1)
    await world.ada.taps(newest(world.ada), "Sit")
    (notice,) = world.ada.direct_messages
    assert "You have a seat in Library." in notice.text
    look = await world.ben.uses("rooms")
    assert "One of 8 seats is taken." in (await world.ben.taps(look.panel, "Look: Library")).text
    await world.ada.taps(newest(world.ada), "Slip out")
    assert "You slipped out of **Library**." in newest(world.ada).text
    assert (await world.row_counts())["seat"] == 0
    await world.pass_time(minutes=50)
    assert world.ada.direct_messages == []


async def test_sitting_from_a_notice_asks_before_it_moves_a_seat(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    attic = world.guild.create_text_channel("attic")
    await world.moderator.uses("quiet room add", channel=attic, name="Attic")
    await world.pass_time(minutes=50)
    await world.ada.uses("sit", room="Attic", minutes=25)
    await world.pass_time(minutes=10)
    await world.ada.taps(newest(world.ada), "Sit")
    asked = newest(world.ada)
    assert "You already have a seat in Attic" in asked.text
    assert asked.buttons == ["Move here", "Stay there"]
    await world.ada.taps(asked, "Move here")
    assert "You have a seat in Library" in newest(world.ada).text
    assert (await world.row_counts())["seat"] == 1


async def test_a_session_that_a_member_opens_sends_no_notice(world: World) -> None:
    await schedules(world, time="23:00")
    await turns_on(world.ada)
    await world.ben.opens()
    await world.pass_time(minutes=10)
    assert world.ada.direct_messages == []


async def test_not_now_takes_the_notice_away(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(hours=1)
    world.spent()
    await world.ada.taps(newest(world.ada), "Not now")
    assert world.ada.direct_messages == []
    await world.pass_time(minutes=50)
    await opens_next(world)
    assert len(world.ada.direct_messages) == 1


async def test_ignored_notices_come_half_as_often_and_stop_after_four(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    came = []
    for _ in range(14):
        await opens_next(world)
        came.append(len(world.ada.direct_messages))
    assert came == [1, 1, 0, 1, 0, 1] + [0] * 8
    assert "Room notices are resting" in (await world.ada.uses("me")).text
    await world.ada.uses("resume")
    await opens_next(world)
    assert len(world.ada.direct_messages) == 1


async def test_sitting_by_the_card_counts_as_an_answer_to_a_notice(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    for _ in range(6):
        await opens_next(world)
        assert len(world.ada.direct_messages) == 1
        await world.ada.sits()


async def test_turning_notices_off_deletes_the_notice_in_view_and_all_that_was_saved(world: World) -> None:
    await schedules(world)
    before = await world.dump()
    await turns_on(world.ada)
    await world.pass_time(hours=1)
    notice = newest(world.ada)
    await world.ada.taps((await world.ada.uses("me")).panel, "Turn off room notices")
    assert notice.is_gone
    counts = await world.row_counts()
    assert (counts["notice_settings"], counts["room_notice"], counts["outbox"]) == (0, 0, 0)
    assert before["consent"] == (await world.dump())["consent"] == []
    await opens_next(world)
    assert world.ada.direct_messages == []


async def test_deleting_data_deletes_the_notice_in_view(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(hours=1)
    asked = await world.ada.uses("my-data delete")
    await world.ada.taps(asked.panel, "In every server")
    assert world.ada.direct_messages == []


async def test_a_pause_lets_no_notice_come_and_resuming_does(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    paused = await world.ada.uses("pause", until="3 days")
    assert "Check-ins and room notices are paused in every server until" in paused.text
    await opens_next(world)
    assert world.ada.direct_messages == []
    resumed = await world.ada.uses("resume")
    assert resumed.text == "Room notices are back."
    await opens_next(world)
    assert len(world.ada.direct_messages) == 1


async def test_closed_direct_messages_stop_notices_at_once_and_me_says_why(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    world.close_direct_messages(world.ada)
    await world.pass_time(hours=1)
    assert "Discord couldn't deliver the last one" in (await world.ada.uses("me")).text
    world.heal()
    await opens_next(world)
    assert world.ada.direct_messages == []
    await world.ada.uses("resume")
    await opens_next(world)
    assert len(world.ada.direct_messages) == 1


async def test_nothing_is_saved_before_the_member_agrees(world: World) -> None:
    await schedules(world)
    before = await world.dump()
    rooms = await world.ada.uses("rooms")
    asked = await world.ada.taps(rooms.panel, "Tell me when a room opens")
    assert "Members and moderators can't see what is saved." in asked.text
    chosen = await world.ada.chooses(asked.panel, "Choose rooms", "1")
    assert await world.dump() == before
    declined = await world.ada.taps(chosen.panel, "Not now")
    assert declined.text == "All right. Nothing was changed."
    assert await world.dump() == before


async def test_the_panel_of_a_seat_and_how_this_works_offer_notices(world: World) -> None:
    await schedules(world)
    opened = await world.ada.opens()
    how = await world.ada.taps(world.card(), "How this works")
    assert "**Room notices.**" in (await world.ada.taps(how.panel, "Tell me when this room opens")).text
    asked = await world.ada.taps(opened.panel, "Tell me when this room opens")
    assert "**Room notices.**" in asked.text
    given = await world.ada.taps(asked.panel, "Turn on")
    assert "Room notices are on for: Library." in given.text
    again = await world.ada.taps(opened.panel, "Tell me when this room opens")
    assert "Room notices are on.\nYour rooms: Library." in again.text


async def test_someone_who_cannot_see_the_channel_any_more_cannot_sit_from_a_notice(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(hours=1)
    world.hide_library_from(world.ada)
    refused = await world.ada.taps(newest(world.ada), "Sit")
    assert text("refusals.session_closed") in refused.text
    assert (await world.row_counts())["seat"] == 0


async def test_someone_who_left_the_server_cannot_sit_from_a_notice(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(hours=1)
    world.leaves(world.ada)
    refused = await world.ada.taps(newest(world.ada), "Sit")
    assert text("refusals.not_a_member") in refused.text
    assert (await world.row_counts())["seat"] == 0


async def test_someone_in_a_timeout_cannot_sit_from_a_notice(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(hours=1)
    world.times_out(world.ada, world.now + timedelta(hours=1))
    refused = await world.ada.taps(newest(world.ada), "Sit")
    assert "You're timed out in this server" in refused.text
    assert (await world.row_counts())["seat"] == 0


async def test_a_sound_and_quiet_hours_can_be_chosen(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    panel = (await world.ada.taps((await world.ada.uses("me")).panel, "Room notices")).panel
    loud = await world.ada.taps(panel, "Turn sound on")
    assert "They make a sound." in loud.text
    await opens_next(world)
    assert not newest(world.ada).is_silent
    form = await world.ada.taps(loud.panel, "Quiet hours")
    saved = await world.ada.sends(form, **{"from": "9:00", "until": "11:00", "zone": "UTC"})
    assert "None come from 09:00 to 11:00, UTC time." in saved.text
    await world.pass_time(minutes=50)
    await opens_next(world)
    assert world.ada.direct_messages == []


async def test_a_crash_while_a_notice_is_being_sent_sends_no_second_one(world: World) -> None:
    await schedules(world)
    await turns_on(world.ada)
    await world.pass_time(minutes=59)
    came = world.hangs_after("POST")
    await world.advance_without_waiting(minutes=1)
    await came.wait()
    await world.restarts()
    await world.pass_time(minutes=2)
    assert len(world.ada.direct_messages) == 1
    await world.pass_time(hours=1)
    assert world.ada.direct_messages == []


async def test_an_old_panel_of_check_ins_says_truly_that_it_pauses_and_resumes_room_notices(
    world: World,
) -> None:
    await begins(world.ada)
    old = await world.ada.uses("checkins")
    await turns_on(world.ada)
    status = await world.ada.uses("checkins")
    await world.ada.taps(status.panel, "Stop")
    paused = await world.ada.taps(old.panel, "Pause for a week")
    until = int((world.now + timedelta(days=7)).timestamp())
    assert f"Check-ins and room notices are paused in every server until <t:{until}:D>." in paused.text
    assert "Room notices are paused until" in (await world.ada.uses("me")).text


async def test_an_old_panel_of_check_ins_pauses_nothing_where_there_is_nothing(world: World) -> None:
    await begins(world.ada)
    old = await world.ada.uses("checkins")
    await world.ada.taps((await world.ada.uses("checkins")).panel, "Stop")
    paused = await world.ada.taps(old.panel, "Pause for a week")
    assert "Paused" not in paused.text
    assert (await world.ada.uses("my-data show")).text == "Nothing is saved about you here."
