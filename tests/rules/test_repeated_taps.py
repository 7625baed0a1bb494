"""A second tap on the same button within three seconds is a repeated one."""

import pytest

from cogs.ui.repeated_taps import RepeatedTaps

TAP = (7, 70, "data:export::v1")


@pytest.fixture
def taps() -> RepeatedTaps:
    return RepeatedTaps()


def is_first(taps: RepeatedTaps, tap: tuple[int, int, str], at: float) -> bool:
    """Tap a button at a moment, and return whether the tap counts."""
    with taps.tap(tap, lambda: at) as found:
        return found


def test_a_tap_while_the_first_is_being_answered_is_repeated_however_long_that_takes(
    taps: RepeatedTaps,
) -> None:
    with taps.tap(TAP, lambda: 0.0) as found:
        assert found
        assert not is_first(taps, TAP, 900)


def test_a_tap_within_three_seconds_of_the_answer_is_repeated_and_a_later_one_is_not(
    taps: RepeatedTaps,
) -> None:
    moments = iter([10.0, 10.0, 20.0])  # it is answered at 20
    with taps.tap(TAP, lambda: next(moments)):
        pass
    assert not is_first(taps, TAP, 22.9)
    assert is_first(taps, TAP, 23)


@pytest.mark.parametrize("other", [(8, *TAP[1:]), (7, 71, TAP[2]), (7, 70, "data:export:1:v1")])
def test_another_member_message_or_button_is_not_a_repetition(
    taps: RepeatedTaps, other: tuple[int, int, str]
) -> None:
    assert is_first(taps, TAP, 0)
    assert is_first(taps, other, 0)


def test_after_an_error_the_next_tap_counts(taps: RepeatedTaps) -> None:
    with pytest.raises(RuntimeError), taps.tap(TAP, lambda: 0.0):
        raise RuntimeError
    assert is_first(taps, TAP, 0)


def test_old_taps_are_forgotten(taps: RepeatedTaps) -> None:
    for number in range(5000):
        is_first(taps, (number, 70, TAP[2]), number * 10.0)
    assert len(taps._until) <= 1000  # noqa: SLF001 - what it holds in memory
