"""A short run of `bench.night`: a few servers, a few hours, a kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.night.run import spend
from tests.secrets import telling


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
async def test_after_a_short_night_with_failures_everything_is_correct() -> None:
    figures = await spend(servers=12, hours=4, seed=11, lives=[(0.5, "kill", 0.0)])
    assert figures.has_passed, str(figures)
    assert figures.checkins["once"] + figures.checkins["skipped as late"] == 12, str(figures)
    assert figures.failures["kill"] == 1
    assert telling(figures.errors) == []
