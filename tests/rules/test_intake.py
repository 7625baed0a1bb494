"""Interactions are parsed as the rules of admission decide, and each answer lets the next one in."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.gateway.admission import Admission, Limits, Verdict
from bot.gateway.intake import Intake
from bot.observability.metrics import Metrics, Vitals
from bot.scheduling.token_buckets import Rate
from tests.rules.test_admission import interaction

NOTHING = Vitals(connected=True, heartbeat=0.0, disk_free=0)


class Door:
    """An intake of two at a time, with what it parsed and to whom it sent a notice."""

    def __init__(self) -> None:
        self.parsed: list[int] = []
        self.notices: list[Verdict] = []
        self.broken: set[int] = set()
        self.metrics = Metrics()
        self.intake = Intake(self._parse, self._notice, self.metrics, time.time)
        self.intake.admission = Admission(Limits(most_served=2))

    def _parse(self, payload: dict[str, Any]) -> None:
        number = int(payload["id"]) & 0xFFFF
        if number in self.broken:
            raise LookupError(number)
        self.parsed.append(number)

    def _notice(self, _: dict[str, Any], verdict: Verdict) -> None:
        self.notices.append(verdict)

    def receive(self, number: int, member: int) -> int:
        """Let an interaction arrive that was made just now; return its id."""
        payload = interaction(number, member, made=time.time())
        self.intake.receive(payload)
        return int(payload["id"])


async def test_two_are_served_and_each_answer_lets_the_next_one_in() -> None:
    door = Door()
    ids = [door.receive(number, number) for number in range(1, 5)]
    assert door.parsed == [1, 2]
    door.intake.finish(ids[0])
    door.intake.finish(ids[0])
    assert door.parsed == [1, 2, 3]
    door.intake.finish(ids[1])
    assert door.parsed == [1, 2, 3, 4]


async def test_an_interaction_that_cannot_be_parsed_is_not_counted_and_is_the_callers_error() -> None:
    door = Door()
    door.broken = {1}
    with pytest.raises(LookupError):
        door.receive(1, 1)
    door.receive(2, 2)
    door.receive(3, 3)
    assert door.parsed == [2, 3]


async def test_an_interaction_that_waited_and_cannot_be_parsed_causes_no_error_in_the_one_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    door = Door()
    door.broken = {3}
    ids = [door.receive(number, number) for number in range(1, 5)]
    door.intake.finish(ids[0])
    assert door.parsed == [1, 2, 4]
    assert "parsing an interaction failed" in caplog.text


async def test_a_member_with_too_many_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    door = Door()
    slowly = Rate(burst=15, every_seconds=3600)  # a stall of the machine allows no sixteenth
    door.intake.admission = Admission(Limits(member=slowly, most_served=2))
    for number in range(100):
        door.intake.finish(door.receive(number, 7))
    assert len(door.parsed) == 15
    assert door.notices == [Verdict.MEMBER]
    assert b'alongside_interactions_dropped_total{reason="member"} 85.0' in door.metrics.render(NOTHING)
    assert caplog.text == ""


async def test_an_interaction_without_an_answer_makes_room_after_three_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.gateway.intake.ANSWER_SECONDS", 0.01)
    door = Door()
    for number in range(1, 4):
        door.receive(number, number)
    async with asyncio.timeout(5):
        while door.parsed != [1, 2, 3]:  # noqa: ASYNC110 - its timer is awaited
            await asyncio.sleep(0.005)
