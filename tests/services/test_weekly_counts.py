"""A member's weeks as panels show them. Their pictures are drawn in a thread."""

import threading
from collections.abc import Sequence

import pytest

from bot.privacy.consent.model import Purpose
from bot.services import Services
from bot.weeks import service
from bot.weeks.model import Column, Week
from tests.rooms import sit
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, HERE, agree


async def test_the_newest_twelve_weeks_end_with_the_week_that_the_server_is_in(
    services: Services, clock: ManualClock
) -> None:
    await services.server_settings.set_zone(HERE, "Pacific/Auckland")
    clock.move(days=6, hours=1)  # Sunday afternoon in UTC, Monday there
    await agree(services, ANN, HERE, Purpose.WEEKLY_COUNTS)
    room = await services.rooms.add(HERE, 1, "Quiet", 5)
    await sit(services, room, ANN, 5)
    weeks = (await services.member_overviews.of_member(ANN, HERE)).weeks
    assert weeks[-2:] == [Week(202648, 0, 0), Week(202649, 1, 0)]
    assert len(weeks) == 12


async def test_a_picture_is_drawn_outside_the_event_loop(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def draw(columns: Sequence[Column]) -> bytes:
        threads.append(threading.current_thread())
        return str(columns).encode()

    monkeypatch.setattr(service, "draw", draw)
    assert await services.weekly_counts.picture([Week(202648, 1, 0)], "en")
    assert threads
    assert threading.current_thread() not in threads
    assert await services.weekly_counts.picture([Week(202648, 0, 0)], "en") is None


async def test_a_picture_of_the_same_weeks_is_drawn_once(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Sequence[Column]] = []

    def draw(columns: Sequence[Column]) -> bytes:
        drawn.append(columns)
        return b"picture"

    monkeypatch.setattr(service, "draw", draw)
    for sits in (1, 1, 2, 1):
        assert await services.weekly_counts.picture([Week(202648, sits, 0)], "en") == b"picture"
    assert len(drawn) == 2
