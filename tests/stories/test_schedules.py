"""Weekly times: a room opens on schedule, once, at the local time that was chosen."""

from datetime import timedelta

from tests.world import World

POST = "POST /channels/*/messages"
EDIT = "PATCH /channels/*/messages/*"
DELETE = "DELETE /channels/*/messages/*"


async def _every_monday_at(world: World, time: str, **options: object) -> None:
    answer = await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time=time, minutes=10, **options
    )
    assert "Done" in answer.text, answer.text


async def test_a_room_opens_on_schedule_once(world: World) -> None:
    await _every_monday_at(world, "10:00")
    await world.pass_time(minutes=59)
    assert "Next session: " in world.card_text()
    await world.pass_time(minutes=1)
    assert len(world.cards()) == 1
    assert "There are 8 seats." in world.card_text()
    await world.ada.sits()
    assert "One of 8 seats is taken." in world.card_text()
    await world.pass_time(hours=1)
    assert len(world.cards()) == 1
    following = int((world.now + timedelta(days=7)).replace(hour=10, minute=0).timestamp())
    assert f"Next session: <t:{following}:F>" in world.card_text()


async def test_a_room_opens_on_schedule_every_week(world: World) -> None:
    await _every_monday_at(world, "10:00")
    world.watch_cards()
    await world.pass_time(days=15)
    assert len(world.new_cards()) == 3
    assert len(world.cards()) == 1


async def test_an_empty_scheduled_session_costs_three_requests(world: World) -> None:
    await _every_monday_at(world, "10:00")
    await world.pass_time(minutes=1)
    world.spent()
    await world.pass_time(hours=2)
    assert world.spent() == [POST, DELETE, EDIT]


async def test_an_opening_that_is_eleven_minutes_late_is_skipped(world: World) -> None:
    await _every_monday_at(world, "10:00")
    world.watch_cards()
    await world.sleeps_through(hours=1, minutes=11)
    assert world.new_cards() == []
    await world.pass_time(days=7)
    assert len(world.new_cards()) == 1


async def test_an_opening_that_is_nine_minutes_late_still_closes_on_time(world: World) -> None:
    await _every_monday_at(world, "10:00")
    await world.sleeps_through(hours=1, minutes=9)
    (card,) = world.cards()
    closes = int(world.now.replace(minute=10).timestamp())
    assert f"<t:{closes}:t>" in card.text
    await world.pass_time(minutes=1)
    assert "Open a session" in world.card_text()


async def test_three_weeks_of_downtime_leave_no_backlog_of_openings(world: World) -> None:
    await _every_monday_at(world, "10:00")
    world.watch_cards()
    await world.sleeps_through(days=21)
    assert world.new_cards() == []
    await world.pass_time(hours=2)
    assert len(world.new_cards()) == 1


async def test_a_session_opened_shortly_before_a_scheduled_one_ends_when_that_begins(world: World) -> None:
    await _every_monday_at(world, "9:30")
    answer = await world.ada.opens(minutes=50)
    assert "so this one closes then." in answer.text
    await world.pass_time(minutes=29)
    assert len(world.cards()) == 1
    assert "One of 8 seats is taken." in world.card_text()
    await world.pass_time(minutes=1)
    assert "Open until" in world.card_text()
    assert "There are 8 seats." in world.card_text()


async def test_a_session_that_would_last_less_than_five_minutes_is_not_opened(world: World) -> None:
    await _every_monday_at(world, "9:30")
    world.watch_cards()
    await world.pass_time(minutes=25, seconds=1)
    answer = await world.ada.opens(minutes=50)
    assert "too little time left for a session before that. Nothing was changed." in answer.text
    assert world.new_cards() == []
    await world.pass_time(minutes=5)
    assert len(world.new_cards()) == 1


async def test_a_scheduled_session_carries_over_those_who_sit_again(world: World) -> None:
    await _every_monday_at(world, "9:30")
    await world.ada.opens(minutes=50)
    await world.ben.sits()
    await world.pass_time(minutes=27)
    assert "Next is a scheduled session" in world.card_text()
    answer = await world.ben.taps(world.card(), "Sit again")
    assert "a scheduled one begins here" in answer.text
    await world.pass_time(minutes=3)
    assert "Settling in" in world.card_text()
    assert "One of 8 seats is taken." in world.card_text()


async def test_a_schedule_added_over_an_open_session_begins_when_that_ends(world: World) -> None:
    await world.ada.opens(minutes=50)
    await _every_monday_at(world, "9:30")
    closes = world.card_text().split("closes at ")[1].split(".")[0]
    await world.pass_time(minutes=30)
    assert closes in world.card_text()
    assert "One of 8 seats is taken." in world.card_text()
    await world.pass_time(minutes=19)
    assert "Next is a scheduled session" in world.card_text()
    await world.pass_time(minutes=1)
    assert "Open until" in world.card_text()
    assert "There are 8 seats." in world.card_text()


async def test_the_wall_time_stays_when_the_clocks_change(world: World) -> None:
    await _every_monday_at(world, "19:30", zone="Europe/Berlin")
    world.watch_cards()
    await world.pass_time(days=92)  # over the last Sunday of March
    hours = [card.message.timestamp[11:16] for card in world.new_cards()]
    assert hours[:12] == ["18:30"] * 12
    assert hours[12:] == ["17:30"] * 2


async def test_the_scheduled_card_is_silent_and_mentions_no_member(world: World) -> None:
    await _every_monday_at(world, "10:00")
    await world.pass_time(hours=1)
    assert world.card().is_silent
    _, posted = [each.json for each in world.env.http_requests if each.path.endswith("/messages")]
    assert posted is not None
    assert posted["allowed_mentions"] == {"parse": []}
    assert posted["enforce_nonce"] is True


async def test_a_scheduled_session_in_a_deleted_channel_ends_quietly(world: World) -> None:
    await _every_monday_at(world, "10:00")
    await world.delete_library()
    world.spent()
    await world.pass_time(days=8)
    assert world.spent() == [POST, POST]  # one for each session


async def test_a_scheduled_session_without_permission_costs_one_request_and_opens_next_week(
    world: World,
) -> None:
    await _every_monday_at(world, "10:00")
    world.take_from_bot(send_messages=False)
    world.spent()
    await world.pass_time(days=1)
    assert world.spent() == [POST]
    world.take_from_bot(send_messages=None)
    world.watch_cards()
    await world.pass_time(days=7)
    assert len(world.new_cards()) == 1


async def test_forty_rooms_with_the_same_opening_time_all_open(world: World) -> None:
    rooms = world.client.services.rooms
    await world.client.services.schedules.add(world.guild.id, 1, 1, 600, "UTC", 10)
    for number in range(39):
        room = await rooms.add(1000 + number, world.library.id, "Library", 8)
        await world.client.services.schedules.add(room.guild_id, room.room_id, 1, 600, "UTC", 10)
    await world.pass_time(hours=1)
    assert len(world.cards()) == 40


async def test_a_recurring_time_can_have_rounds(world: World) -> None:
    answer = await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time="9:30", minutes=25, rounds=3
    )
    assert "25 minutes, 3 rounds" in answer.text
    edited = await world.moderator.uses("quiet schedule edit", schedule="1", rounds=2)
    assert "25 minutes, 2 rounds" in edited.text
    refused = await world.moderator.uses("quiet schedule edit", schedule="1", minutes=50, rounds=4)
    assert "4 rounds of 50 minutes take 215 minutes" in refused.text
    await world.pass_time(minutes=30)
    assert "2 rounds, with breaks" in world.card_text()
