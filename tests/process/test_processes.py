"""A short run of `bench.processes`: three processes with one database, of which one is killed."""

from __future__ import annotations

import pytest

from bench.processes.kills import measure
from bench.processes.run import Scale
from tests import postgres

_QUICK_STARTS = """
from bot.gateway import identify_gate

identify_gate._INTERVAL_US = 2_000_000

from bot.cli import main

main(["run"])
"""
_SCALE = Scale(
    servers=12, due=12, max_concurrency=2, window_seconds=1.8, program=("-c", _QUICK_STARTS)
)  # each process has two shards of a key, and so one of them waits for its turn


@pytest.mark.skipif(postgres.programs() is None, reason=postgres.ABSENT)
async def test_what_a_killed_process_served_goes_on_in_another_one_and_nothing_comes_twice() -> None:
    tally = await measure(kills=1, seed=3, scale=_SCALE)
    assert not tally.is_broken, str(tally)
    assert not tally.unfinished, str(tally)
    assert tally.checkins["once"], str(tally)
    assert tally.taps.results["answered"], str(tally)
    assert tally.taps.seats, str(tally)
    assert tally.unrecorded > 0, str(tally)
    assert tally.identifies == 16, str(tally)
    assert tally.spacing_seconds < 5, str(tally)  # else no shard waited, and the window was not tried
