"""Days off with the shipped bot: the event goes, nothing opens or is posted, and then it all comes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.process.bot_process import BotProcess
from tests.process.native_events import command, events

pytestmark = pytest.mark.usefixtures("voice_and_events")

DAILY = {"days": "daily", "time": "20:00", "zone": "UTC"}


def day(process: BotProcess, ahead: int) -> date:
    """Return the date of a day ahead, in UTC."""
    return (process.box.clock.now() + timedelta(days=ahead)).date()


def ids(process: BotProcess, channel: str) -> list[int]:
    """Return the ids of the messages that everyone sees in a channel."""
    return [message.id for message in process.posted(channel)]


async def test_days_off_cancel_the_event_and_skip_the_session_and_the_channel_check_in(
    process: BotProcess,
) -> None:
    await process.add_room()
    await command(process, "quiet schedule add", room="Library", minutes=25, **DAILY)
    await command(process, "quiet checkins add", channel="quiet-corner", **DAILY)
    await command(process, "quiet room events", room="Library", announced=1)
    await process.box.until(lambda: events(process))
    first, last = day(process, 0), day(process, 2)
    added = await command(process, "quiet days-off add", days=f"{first.isoformat()} to {last.isoformat()}")
    assert "Today is a day off." in added
    await process.box.until(
        lambda: [each.starts_at.date() for each in events(process)] == [day(process, 3)]
    )
    posted = ids(process, "library"), ids(process, "quiet-corner")
    for _ in range(2):
        await process.box.clock.move(process.box.clock.now() + timedelta(days=1))
        await process.settle()
    assert (ids(process, "library"), ids(process, "quiet-corner")) == posted
    text = (await process.person("Ada").run("rooms", channel="general")).text
    assert "Days off up to and including" in text
    removed = await command(process, "quiet days-off remove", days=last.isoformat())
    assert "What's scheduled on these days takes place again." in removed
    tonight = process.box.clock.now().replace(hour=20, minute=0, second=1)
    if tonight < process.box.clock.now():
        tonight += timedelta(days=1)
    await process.box.until(lambda: [each.starts_at.date() for each in events(process)] == [tonight.date()])
    await process.box.clock.move(tonight)
    card = await process.card("library")
    assert ids(process, "library") == [card.id]
    assert card.id not in posted[0]
    await process.box.until(lambda: len(ids(process, "quiet-corner")) > len(posted[1]))
