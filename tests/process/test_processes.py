"""A short run of `bench.processes`: three processes with one database, of which one is killed."""

from __future__ import annotations

import pytest

from bench.processes.kills import measure
from bench.processes.run import Scale
from tests import postgres


@pytest.mark.skipif(postgres.programs() is None, reason=postgres.ABSENT)
async def test_what_a_killed_process_served_goes_on_in_another_one_and_nothing_comes_twice() -> None:
    tally = await measure(kills=1, seed=3, scale=Scale(servers=12, due=12))
    assert not tally.is_broken, str(tally)
    assert not tally.unfinished, str(tally)
    assert tally.checkins["once"], str(tally)
    assert tally.taps.results["answered"], str(tally)
    assert tally.taps.seats, str(tally)
    assert tally.unrecorded > 0, str(tally)
    assert tally.identifies == 16, str(tally)
