"""The benchmark beside a bare bot compares pairs, and says how sure it is."""

import pytest

from bench.floor.rounds import Ratio, percentile


def test_a_ratio_is_of_pairs_and_not_of_averages() -> None:
    ratio = Ratio.of([2.0, 20.0, 200.0], [1.0, 10.0, 100.0])
    assert (ratio.mean, ratio.low, ratio.high) == pytest.approx((2.0, 2.0, 2.0))


def test_the_interval_of_noisy_pairs_contains_the_ratio_and_is_wider() -> None:
    even = Ratio.of([2.0, 2.1, 1.9, 2.0, 2.1, 1.9], [1.0] * 6)
    noisy = Ratio.of([1.0, 4.0, 0.5, 8.0, 2.0, 2.0], [1.0] * 6)
    for each in (even, noisy):
        assert each.low < each.mean < each.high
    assert noisy.high - noisy.low > even.high - even.low


def test_a_percentile_is_the_value_below_which_that_share_is() -> None:
    assert percentile([float(each) for each in range(100)], 0.99) == 99
    assert percentile([3.0], 0.5) == 3.0
