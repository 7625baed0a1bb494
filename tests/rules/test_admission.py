"""Which interactions are served, wait or are dropped, by plain numbers."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest

from bot.gateway.admission import Admission, Arrival, Delays, FairQueue, Limits, Verdict, created_at

MADE = 1_925_000_000.0  # seconds since the epoch


def interaction(
    number: int, member: int, *, server: int | None = 1, made: float = MADE, kind: int = 3
) -> dict[str, Any]:
    """Return an interaction as Discord sends it."""
    made_at = (int(made * 1000) - 1_420_070_400_000) << 22
    user = {"id": str(member)}
    who = {"user": user} if server is None else {"member": {"user": user}, "guild_id": str(server)}
    return {"id": str(made_at | number), "type": kind, **who}


def arrive(
    admission: Admission, number: int, member: int, now: float = 0.0, **more: Any
) -> tuple[Arrival, Verdict]:
    """Let an interaction arrive just after it was made, at `now`; return it and the verdict."""
    made = more.pop("made", MADE + now)
    arrival = admission.read(interaction(number, member, made=made, **more), MADE + now, now)
    return arrival, admission.offer(arrival, now)


def test_an_id_says_when_discord_made_it() -> None:
    assert created_at(175928847299117063) == 1462015105.796


def test_of_four_hundred_taps_in_a_second_a_member_is_served_a_handful() -> None:
    admission, verdicts = Admission(), Counter[Verdict]()
    for number in range(4000):
        arrival, verdict = arrive(admission, number, 7, number / 400)
        verdicts[verdict] += 1
        admission.finish(arrival.interaction_id, number / 400)
    assert verdicts == {Verdict.SERVE: 15 + 49, Verdict.MEMBER: 4000 - 64}


def test_a_flood_of_one_member_changes_nothing_for_another() -> None:
    admission = Admission()
    for number in range(4000):
        arrival, _ = arrive(admission, number, 7, number / 400)
        admission.finish(arrival.interaction_id, number / 400)
        if number % 400 == 0:
            assert arrive(admission, 10_000 + number, 8, number / 400)[1] is Verdict.SERVE


def test_typing_is_counted_and_leaves_enough_for_the_command() -> None:
    admission = Admission()
    typed = [arrive(admission, number, 7, kind=4)[1] for number in range(100)]
    assert typed.count(Verdict.SERVE) == 10
    assert arrive(admission, 500, 7, kind=2)[1] is Verdict.SERVE


def test_direct_messages_count_by_member() -> None:
    admission = Admission()
    arrival, verdict = arrive(admission, 1, 7, server=None)
    assert (arrival.server, arrival.member_id, verdict) == (7, 7, Verdict.SERVE)


@pytest.mark.parametrize(
    "broken", [{}, {"id": "1"}, {"id": "x", "user": {"id": "1"}, "type": 2}, {"id": "1", "member": {}}]
)
def test_an_interaction_without_a_member_is_an_error_of_its_own(broken: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Admission().read(broken, MADE, 0.0)


def test_what_arrives_when_discord_has_given_up_is_dropped() -> None:
    admission = Admission()
    assert arrive(admission, 1, 7, 0.0)[1] is Verdict.SERVE
    assert arrive(admission, 2, 7, 10.0, made=MADE + 8.0)[1] is Verdict.SERVE
    assert arrive(admission, 3, 7, 10.0, made=MADE + 7.0)[1] is Verdict.OLD


@pytest.mark.parametrize("wrong_by", [-86400.0 * 400, -5.0, 5.0, 86400.0 * 400])
def test_a_wrong_clock_of_the_machine_drops_nothing(wrong_by: float) -> None:
    delays = Delays()
    for second in range(2000):
        assert delays.of(MADE + second, MADE + second + wrong_by, second) <= 2.8


def test_a_jump_of_discords_own_clock_drops_nothing_while_the_machines_clock_agrees() -> None:
    delays = Delays()
    assert delays.of(MADE, MADE, 0.0) == 0.0
    assert delays.of(MADE - 3600, MADE - 3600 + 0.2, 1.0) == pytest.approx(0.2)


def test_a_delay_is_seen_by_comparison_with_the_quickest_of_the_last_minutes() -> None:
    delays = Delays()
    for second in range(1000):
        late = 4.0 if second % 10 == 9 else 0.1
        found = delays.of(MADE + second - late, MADE + second, second)
        assert found == pytest.approx(late - 0.1, abs=0.001)


def test_servers_take_turns_then_members_and_each_members_order_is_theirs() -> None:
    queue = FairQueue()
    arrivals = [(1, 11)] * 4 + [(1, 12)] * 2 + [(2, 21)] * 2
    for number, (server, member) in enumerate(arrivals):
        queue.add(Arrival(number, server, member, is_completion=False, made_at=0.0, payload={}))
    served = [each.interaction_id for _ in range(len(queue)) if (each := queue.pop())]
    assert served == [0, 6, 4, 7, 1, 5, 2, 3]
    assert (queue.pop(), len(queue)) == (None, 0)


def test_if_too_many_wait_the_oldest_of_the_largest_server_is_dropped() -> None:
    admission = Admission(Limits(most_served=1, most_waiting=4))
    arrive(admission, 0, 1)
    for number in range(1, 5):
        assert arrive(admission, number, number, server=9)[1] is Verdict.WAIT
        assert admission.overflow() is None
    assert arrive(admission, 5, 5, server=2)[1] is Verdict.WAIT
    dropped = admission.overflow()
    assert dropped is not None
    assert (dropped.server, dropped.member_id) == (9, 1)
    assert admission.overflow() is None


def test_no_more_than_the_limit_are_unanswered_and_each_answer_lets_one_in() -> None:
    admission = Admission(Limits(most_served=2))
    first, _ = arrive(admission, 1, 1)
    verdicts = [arrive(admission, number, number)[1] for number in range(2, 6)]
    assert verdicts == [Verdict.SERVE, Verdict.WAIT, Verdict.WAIT, Verdict.WAIT]
    assert admission.next(0.1) is None
    assert admission.finish(first.interaction_id, 0.1)
    assert not admission.finish(first.interaction_id, 0.1)
    following = admission.next(0.1)
    assert following is not None
    assert (following[0], following[1].member_id) == (Verdict.SERVE, 3)
    assert admission.next(0.1) is None


def test_what_waited_too_long_to_be_answered_in_time_is_dropped() -> None:
    admission = Admission(Limits(most_served=1))
    first, _ = arrive(admission, 1, 1)
    for number in range(2, 5):
        arrive(admission, number, number, (number - 2) * 0.6)
    admission.finish(first.interaction_id, 1.7)
    after = [admission.next(1.7) for _ in range(3)]
    assert [each and (each[0], each[1].member_id) for each in after] == [
        (Verdict.BUSY, 2),
        (Verdict.SERVE, 3),
        None,
    ]


def test_fewer_are_served_at_a_time_while_answers_are_slow_and_more_once_they_are_quick() -> None:
    admission, now, members = Admission(), 0.0, iter(range(10_000))

    def most_at_a_time(seconds: float, rounds: int) -> int:
        """Let more arrive than are served, answer each after `seconds`; return how many were served."""
        nonlocal now
        served: list[Arrival] = []
        for _ in range(rounds):
            arrivals = [arrive(admission, member, member, now) for member in itertools.islice(members, 80)]
            served = [arrival for arrival, verdict in arrivals if verdict is Verdict.SERVE]
            now += seconds
            for arrival in served:
                admission.finish(arrival.interaction_id, now)
            while admission.overflow() or admission.next(now + 10) is not None:
                pass
        return len(served)

    assert most_at_a_time(0.1, 1) == 64
    assert most_at_a_time(1.5, 4) == 12
    assert most_at_a_time(0.6, 1) == 12
    assert most_at_a_time(0.1, 6) == 64


def test_a_member_is_told_once_a_minute_and_all_together_only_some() -> None:
    admission = Admission()
    arrival, _ = arrive(admission, 1, 1)
    told = [admission.may_notice(arrival, now) for now in (0.0, 0.1, 59.0, 60.0)]
    assert told == [
        True,
        False,
        False,
        True,
    ]
    others = [arrive(admission, number, number, 100.0)[0] for number in range(2, 1002)]
    assert sum(admission.may_notice(each, 100.0) for each in others) == 20
    typed, _ = arrive(admission, 2000, 2000, 200.0, kind=4)
    assert not admission.may_notice(typed, 200.0)
