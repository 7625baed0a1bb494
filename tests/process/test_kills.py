"""A short run of `bench.kills`."""

from __future__ import annotations

from bench.kills.run import measure


async def test_check_ins_come_once_however_often_the_bot_is_killed_while_it_delivers() -> None:
    tally = await measure(kills=3, seed=5, people=8)
    assert tally.is_well, tally
    assert tally.kills >= 3
    assert tally.unnoted["nonces forgotten"] > 0, tally
    assert tally.rounds["late"] > 0, tally
