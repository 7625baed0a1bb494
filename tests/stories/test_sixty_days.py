"""Sixty days of a room: its channel stays tidy, and its card is right on each of them."""

import re
from datetime import timedelta

from tests.world import World

POST = "POST /channels/*/messages"
EDIT = "PATCH /channels/*/messages/*"
DELETE = "DELETE /channels/*/messages/*"


def announced(world: World) -> float:
    """Return the moment that the idle card announces, in seconds."""
    found = re.search(r"Next session: <t:(\d+):F>", world.card_text())
    assert found, world.card_text()
    return float(found[1])


async def test_after_sixty_days_of_daily_sessions_the_channel_holds_one_message_of_the_room(
    world: World,
) -> None:
    """Members chat; every third day two sit; every fifth day one opens one more session by the card."""
    await world.moderator.uses(
        "quiet schedule add", room="Library", days="daily", time="10:00", zone="UTC", minutes=25
    )
    ten = world.now.replace(hour=10, minute=0, second=0)
    for day in range(60):
        await world.pass_time(seconds=(ten + timedelta(days=day) - world.now).total_seconds())
        (card,) = world.cards()
        assert "Open until" in card.text
        await world.ada.actor.send(world.library, f"good morning, day {day}")
        sits = day % 3 == 0
        if sits:
            await world.ada.sits()
            await world.ben.opens()
        is_restarted = day % 7 == 3
        if is_restarted:
            await world.restarts()
        world.spent()
        await world.pass_time(minutes=26)
        # If someone sits, there is time to talk. After a restart no tap can show that it is quiet.
        assert world.spent() == [EDIT] * (1 + sits + (sits and is_restarted))
        (idle,) = world.cards()
        assert idle.id == card.id
        assert announced(world) == (ten + timedelta(days=day + 1)).timestamp()
        if day % 5 == 0:
            await world.cleo.taps(idle, "Open a session")
            assert "One of 8 seats is taken." in world.card_text()
            await world.pass_time(minutes=16)
        assert [each.id for each in world.cards()] == [card.id]
        assert announced(world) > world.now.timestamp()
    assert len(world.cards()) == 1
    assert await world.row_counts() == {**await world.row_counts(), "session": 0, "seat": 0, "old_card": 0}


async def test_a_card_never_announces_a_session_that_has_passed(world: World) -> None:
    """Sessions are skipped, moved, added and removed, and the process is down while one would begin."""
    add = {"room": "Library", "days": "daily", "zone": "UTC", "minutes": 10}
    await world.moderator.uses("quiet schedule add", time="10:00", **add)
    for hours in (0.5, 30, 49, 0.25):
        await world.sleeps_through(hours=hours)
        await world.pass_time(minutes=1)
        if "Next session" in world.card_text():
            assert announced(world) > world.now.timestamp()
        else:
            assert "The session closes at" in world.card_text() or "Open until" in world.card_text()
    await world.moderator.uses("quiet days-off add", days="today to tomorrow")
    await world.pass_time(minutes=1)
    tomorrow = (world.now + timedelta(days=2)).replace(hour=0, minute=0, second=0)
    assert announced(world) >= tomorrow.timestamp()
    (first,) = (await world.moderator.types("quiet schedule remove", "schedule", "")).values()
    asked = await world.moderator.uses("quiet schedule remove", schedule=first)
    await world.moderator.taps(asked.panel, asked.panel.buttons[0])
    await world.pass_time(minutes=1)
    assert "Next session" not in world.card_text()
    assert "Open a session whenever you like." in world.card_text()
