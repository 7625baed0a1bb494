"""How messages become rarer while a member does not react."""

from bot.delivery.easing import is_eased, is_stopped


def test_messages_come_half_as_often_after_two_and_stop_after_four() -> None:
    assert [is_eased(count) for count in range(6)] == [False, False, True, True, True, True]
    assert [is_stopped(count) for count in range(6)] == [False, False, False, False, True, True]
