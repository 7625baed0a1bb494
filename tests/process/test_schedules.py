"""Rooms open on schedule, at the local time that was set."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sandbox.state import messages
from tests.process.bot_process import DELETE, EDIT, POST, BotProcess
from tests.zones import helsinki_for_berlin

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY, SUNDAY = 0, 6
DAYS = {MONDAY: "Monday", SUNDAY: "Sunday"}


def next_change(after: datetime) -> datetime:
    """Return the first midnight (UTC) of a day during which Berlin's UTC offset changes."""
    day = after.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day.astimezone(BERLIN).utcoffset() == (day + timedelta(days=1)).astimezone(BERLIN).utcoffset():
        day += timedelta(days=1)
    return day


def next_weekday(after: datetime, weekday: int, hour: int) -> datetime:
    """Return the next time it is this weekday and hour in Berlin, in UTC."""
    local = after.astimezone(BERLIN) + timedelta(days=1)
    local += timedelta(days=(weekday - local.weekday()) % 7)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(UTC)


def opened_at(process: BotProcess, channel: str) -> list[datetime]:
    """Return when cards were posted in a channel, but for the first, which the room had from the start."""
    place = f"/channels/{process.person('Mika').channel(channel).id}/"
    posts = [each for each in process.box.requests if (each.method, each.route) == POST]
    return [each.at for each in posts if each.path.startswith(place)][1:]


def wall_times(process: BotProcess, channel: str) -> list[str]:
    """Return when sessions were posted in a channel, on Berlin's clocks."""
    return [one.astimezone(BERLIN).strftime("%a %H:%M") for one in opened_at(process, channel)]


async def schedule(process: BotProcess, room: str, day: int, time: str) -> None:
    """Let the moderator add a weekly time."""
    reply = await process.person("Mika").run(
        "quiet schedule add",
        channel="quiet-corner",
        room=room,
        days=DAYS[day],
        time=time,
        minutes=25,
        zone="Europe/Berlin",
    )
    assert "opens by itself" in reply.text, reply.text


@pytest.mark.parametrize("change", [1, 2], ids=["the next change", "the one after"])
async def test_a_weekly_time_keeps_its_wall_time_across_a_change_of_the_clocks(
    unstarted_process: BotProcess, change: int
) -> None:
    process = unstarted_process
    moment = process.box.clock.now()
    for _ in range(change):
        moment = next_change(moment)
    await process.wait_until(moment - timedelta(days=6, hours=12))
    await process.start()
    await process.add_room("library", "Library")
    await process.add_room("general", "Night room")
    await schedule(process, "Library", MONDAY, "19:30")
    await schedule(process, "Night room", SUNDAY, "02:30")
    await process.wait(minutes=1)  # the cards say when the rooms open
    since = process.mark

    await process.wait_until(next_weekday(moment, MONDAY, 23))

    assert wall_times(process, "library") == ["Mon 19:30", "Mon 19:30"]
    first, second = opened_at(process, "library")
    hours = (second - first) / timedelta(hours=1)
    assert round(hours) in {7 * 24 - 1, 7 * 24 + 1}
    # The clocks skip 02:30 in spring: the time is shifted by the gap. In autumn it comes twice: once.
    at_night = "Sun 03:30" if round(hours) < 7 * 24 else "Sun 02:30"
    assert wall_times(process, "general") == [at_night]
    for card in (*process.posted("library"), *process.posted("general")):
        assert card.silent
        assert "Open a session" in messages.plain_text(card)
        assert "Next session: " in messages.plain_text(card)
    assert sorted(process.spent(since)) == sorted([POST, DELETE, EDIT] * 3)


async def test_openings_are_skipped_while_the_bot_is_away_and_a_little_late_is_in_time(
    process: BotProcess,
) -> None:
    await process.add_room()
    await schedule(process, "Library", MONDAY, "20:00")
    opening = next_weekday(process.box.clock.now(), MONDAY, 20)
    await process.kill()
    await process.wait_until(opening + timedelta(weeks=3, minutes=-30))
    await process.start()
    await process.settle()
    assert opened_at(process, "library") == []
    await process.kill()
    await process.wait_until(opening + timedelta(weeks=3, minutes=9))
    await process.start()
    card = await process.card()
    assert card.at >= opening + timedelta(weeks=3, minutes=9)
    await process.wait(hours=1)
    assert "Open a session" in messages.plain_text(card)
    assert len(process.posted()) == 1
    assert process.rows("SELECT * FROM session") == []


async def test_a_new_tz_database_is_followed_from_the_next_start_on(
    process: BotProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await process.add_room()
    await schedule(process, "Library", MONDAY, "20:00")
    opening = next_weekday(process.box.clock.now(), MONDAY, 20)
    await process.wait_until(opening - timedelta(hours=3))
    await process.kill()
    monkeypatch.setenv("PYTHONTZPATH", str(helsinki_for_berlin(tmp_path / "newer")))
    await process.start()
    await process.wait_until(opening - timedelta(minutes=50))
    await process.box.until(lambda: opened_at(process, "library"))
    (opened,) = opened_at(process, "library")
    assert timedelta() <= opened - (opening - timedelta(hours=1)) < timedelta(minutes=11)
    await process.wait(hours=3)
    assert len(opened_at(process, "library")) == len(process.posted()) == 1


async def test_a_tz_database_that_cannot_be_followed_is_reported_and_holds_nothing_up(
    process: BotProcess,
) -> None:
    await process.add_room()
    await process.settle()
    await process.stop()
    with contextlib.closing(sqlite3.connect(process.database, isolation_level=None)) as other:
        other.execute("UPDATE deployment SET value = 'another' WHERE name = 'tz_database'")
        other.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON deployment WHEN NEW.name = 'tz_database' "
            "BEGIN SELECT RAISE(ABORT, 'not now'); END"
        )
    await process.start()
    line = await process.says("applying a new tz database failed, reference")
    assert " ERROR " in line
    await process.person("Ada").run("sit", channel="general", minutes=10)
    card = await process.card()
    await process.wait(minutes=1)
    assert "Quiet until" in messages.plain_text(card)


@pytest.mark.parametrize("sits", ["by a tap", "by a tap, after someone slipped out"])
async def test_the_card_of_a_session_that_began_empty_shows_each_phase_to_the_first_member(
    process: BotProcess, sits: str
) -> None:
    await process.add_room()
    await schedule(process, "Library", MONDAY, "20:00")
    await process.wait_until(next_weekday(process.box.clock.now(), MONDAY, 20) + timedelta(minutes=1))
    card = await process.card()
    assert "There are 8 seats." in messages.plain_text(card)
    if "after" in sits:
        for button in ("Sit", "Slip out"):
            await process.person("Bo").click(card, button)
    await process.person("Ada").click(card, "Sit")
    await process.shows(card, "Settling in.")
    await process.wait(minutes=2)
    await process.shows(card, "Quiet until")
    await process.wait(minutes=17)
    await process.shows(card, "Quiet time is over.")
    await process.wait(minutes=6)
    assert "Open a session" in messages.plain_text(card)
    assert process.posted() == [card]
