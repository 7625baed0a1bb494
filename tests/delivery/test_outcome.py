"""The table of what Discord's answers mean."""

import pytest

from bot.delivery.outcome import TRANSIENT_CODES, Outcome, classify, is_retry_due


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("may_have_happened", [True, False])
def test_success_is_done(status: int, *, may_have_happened: bool) -> None:
    assert classify(status, may_have_happened=may_have_happened) is Outcome.DONE


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 0),
        (400, 50035),  # a form that Discord does not take
        (400, 200000),  # AutoMod
        (400, 50024),  # a private thread under an announcement channel
        (400, 160006),  # too many active threads
        (400, 50083),  # an archived thread
        (401, 50027),
        (403, 50001),
        (403, 50007),
        (403, 50013),
        (403, 50278),
        (403, 20026),
        (404, 10003),
        (404, 10008),
    ],
)
@pytest.mark.parametrize("may_have_happened", [True, False])
def test_a_definite_refusal_is_not_tried_again(status: int, code: int, *, may_have_happened: bool) -> None:
    assert classify(status, code, may_have_happened=may_have_happened) is Outcome.REFUSED


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (408, 0),
        (429, 0),
        (429, 20028),
        (429, 30046),
        (400, 40003),
        (400, 30046),
        (403, 20028),
        (403, 20029),
    ],
)
@pytest.mark.parametrize("may_have_happened", [True, False])
def test_a_temporary_problem_is_tried_later(status: int, code: int, *, may_have_happened: bool) -> None:
    assert classify(status, code, may_have_happened=may_have_happened) is Outcome.LATER


@pytest.mark.parametrize("status", [400, 403, 429])
@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_a_temporary_error_code_is_tried_later_whatever_the_status(status: int, code: int) -> None:
    assert classify(status, code, may_have_happened=True) is Outcome.LATER


@pytest.mark.parametrize("status", [None, 302, 500, 502, 503, 504, 524])
def test_a_lost_answer_is_unknown_where_the_request_must_not_be_carried_out_twice(
    status: int | None,
) -> None:
    assert classify(status, may_have_happened=True) is Outcome.UNKNOWN
    assert classify(status, may_have_happened=False) is Outcome.LATER


def test_pauses_between_attempts_grow() -> None:
    tried = [claims for claims in range(1, 61) if is_retry_due(claims)]
    assert tried[:8] == [1, 2, 3, 4, 5, 6, 8, 10]
    assert len(tried) <= 33


@pytest.mark.parametrize(
    "code",
    [20016, 20022, 20028, 20029, 30046, 40003, 40004, 40006, 40062, 130000, *sorted(TRANSIENT_CODES)],
)
@pytest.mark.parametrize("status", [400, 403, 429])
def test_what_discord_lets_through_later_is_never_refused_for_good(status: int, code: int) -> None:
    assert classify(status, code) is Outcome.LATER
    assert code in {20016, 20022, 20028, 20029, 30046, 40003, 40004, 40006, 40062, 130000}
