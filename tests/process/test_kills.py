"""A short run of `bench.kills`."""

from __future__ import annotations

import pytest

from bench.kills.run import measure
from tests import postgres


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_check_ins_come_once_however_often_the_bot_is_killed_while_it_delivers(engine: str) -> None:
    if engine == "postgres" and postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    tally = await measure(kills=3, seed=5, people=8, engine=engine)
    assert tally.has_passed, tally
    assert tally.kills >= 3
    assert tally.unnoted["nonces forgotten"] > 0, tally
    assert tally.rounds["late"] > 0, tally
