"""The benchmark of due check-ins measures what it claims to, on a small database."""

from bench import due


async def test_the_cost_of_a_due_check_in_is_measured_on_those_that_were_sent() -> None:
    (cost,) = await due.measure(sizes=[700], groups=3)
    assert 0 < cost.low <= cost.median <= cost.high < 1
    assert 0 < cost.pages < 10
