"""The benchmarks' judges notice each promise that is broken."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench.arrivals import Arrival
from bench.failover.tally import MOST_SECONDS
from bench.failover.tally import Tally as Takeovers
from bench.kills.judge import WRONG, CheckinResult, Tally
from bench.night import cards, judge, notices
from bench.night.cards import OpenSession
from bench.night.figures import MAX_GROWTH_MIB, Figures
from sandbox.state.models import Json, Message

DUE = datetime(2031, 1, 8, 10, tzinfo=UTC)
MIDNIGHT = DUE + timedelta(hours=14)
WINDOW = (DUE - timedelta(minutes=30), DUE + timedelta(hours=2))
CAME = CheckinResult(DUE, [DUE], recorded=1, was_waiting=False, is_planned=True, may_be_late=False)
MISSING = replace(CAME, came=[], recorded=0)


def after(minutes: float) -> datetime:
    return DUE + timedelta(minutes=minutes)


def always_there(_: datetime, __: datetime) -> bool:
    return False


def always_away(_: datetime, __: datetime) -> bool:
    return True


# Kills


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        (CAME, "once"),
        (replace(CAME, came=[DUE, after(1)], recorded=1), "twice"),
        (replace(CAME, came=[DUE, after(1)], recorded=2), "twice"),
        (replace(CAME, came=[after(12)]), "came late"),
        (replace(CAME, recorded=0), "misrecorded"),
        (replace(MISSING, recorded=1, was_waiting=True, may_be_late=True), "misrecorded"),
        (MISSING, "lost"),
        (replace(MISSING, was_waiting=True), "lost"),
        (replace(MISSING, may_be_late=True), "lost"),
        (replace(MISSING, was_waiting=True, may_be_late=True), "late"),
        (replace(MISSING, was_waiting=True, may_be_late=True, is_planned=False), "never again"),
        (replace(CAME, is_planned=False), "never again"),
    ],
)
def test_a_check_in_is_late_only_if_the_bot_still_had_it_to_send(
    result: CheckinResult, verdict: str
) -> None:
    assert result.verdict == verdict


def killed(**verdicts: int) -> Tally:
    return Tally(verdicts=Counter({"once": 5, **verdicts}), unnoted=Counter({"nonces forgotten": 1}))


@pytest.mark.parametrize("wrong", ["twice", "lost", "came late", "misrecorded", "never again"])
def test_a_run_of_kills_passes_only_if_nothing_was_wrong(wrong: str) -> None:
    assert killed(late=3).has_passed
    assert not killed(**{wrong: 1}).has_passed


def test_a_run_of_kills_in_which_nothing_had_to_be_found_again_does_not_pass() -> None:
    assert not replace(killed(), unnoted=Counter({"at once": 9})).has_passed
    assert not replace(killed(), verdicts=Counter()).has_passed
    assert not replace(killed(), two_in_view=1).has_passed


def test_kills_on_a_machine_that_was_too_slow_neither_pass_nor_break_a_promise() -> None:
    slow = replace(killed(), unfinished="the bot does not serve")
    assert (slow.has_passed, slow.is_broken) == (False, False)
    assert str(slow).endswith("not finished: the bot does not serve")
    assert replace(killed(lost=1), unfinished="the bot does not serve").is_broken


# Takeovers


def takeovers() -> Takeovers:
    return Takeovers(seconds=[2.0, 3.0], verdicts=Counter(once=8), seats=3)


def test_takeovers_pass_if_nothing_is_lost_or_done_twice() -> None:
    assert takeovers().has_passed
    assert "the longest of 3.0 s" in str(takeovers())


@pytest.mark.parametrize("wrong", WRONG)
def test_takeovers_do_not_pass_with_one_wrong_check_in(wrong: str) -> None:
    spoilt = takeovers()
    spoilt.verdicts[wrong] += 1
    assert not spoilt.has_passed


def test_takeovers_do_not_pass_with_a_lost_seat_or_a_late_takeover_or_none_at_all() -> None:
    lost, late = takeovers(), takeovers()
    lost.faults["a confirmed seat was gone"] += 1
    late.seconds.append(MOST_SECONDS + 0.1)
    for each in (lost, late, Takeovers(), replace(takeovers(), seats=0)):
        assert not each.has_passed


# Nights


def test_an_opening_comes_once() -> None:
    assert judge.opening(DUE, [after(0.2)], MIDNIGHT, always_there) == "once"
    assert judge.opening(DUE, [DUE, after(1)], MIDNIGHT, always_there) == "twice"
    assert judge.opening(DUE, [], MIDNIGHT, always_there) == "lost"
    assert judge.opening(DUE, [after(12)], MIDNIGHT, always_there) == "lost"
    assert judge.opening(DUE, [], MIDNIGHT, always_away) == "skipped as late"


def test_a_card_outside_the_times_of_its_room_is_unasked_even_if_it_is_late() -> None:
    assert judge.unasked_openings([DUE], [DUE, after(5)]) == 0
    assert judge.unasked_openings([DUE], [after(-5), after(12)]) == 2
    assert judge.unasked_openings([], [DUE]) == 1


def test_a_check_in_comes_once_in_its_window() -> None:
    assert judge.checkin(WINDOW, [DUE], [DUE], always_there) == "once"
    assert judge.checkin(WINDOW, [DUE, DUE], [DUE], always_there) == "twice"
    assert judge.checkin(WINDOW, [after(12)], [DUE], always_there) == "late"
    assert judge.checkin(WINDOW, [], [DUE], always_there) == "lost"
    assert judge.checkin(WINDOW, [], [DUE], always_away) == "skipped as late"


def test_a_check_in_that_the_bot_never_planned_is_lost_even_while_it_was_away() -> None:
    assert judge.checkin(WINDOW, [], [], always_away) == "lost"
    assert judge.checkin(WINDOW, [], [after(300)], always_away) == "lost"


def test_a_check_in_outside_its_window_is_unasked() -> None:
    assert judge.unasked_checkins([WINDOW], [DUE]) == 0
    assert judge.unasked_checkins([WINDOW], [after(-31), after(120)]) == 2


def night() -> Figures:
    return Figures(
        openings=Counter({"once": 3}),
        checkins=Counter({"once": 2}),
        notices=Counter({"once": 2}),
        cards=Counter({"true": 3}),
        taps=Counter({"answered": 9}),
        lives=[[80.0, 81.0, 81.0]],
    )


# Cards in a night

SESSION = OpenSession(7, DUE, after(50), minutes=50, counted=2)
EMPTY = replace(SESSION, counted=0)


def at(minutes: float, style: str = "t") -> str:
    return f"<t:{int(after(minutes).timestamp())}:{style}>"


def card(text: str, button: str = "Sit", message_id: int = 7) -> Message:
    parts: list[Json] = [{"type": 10, "content": text}, {"type": 2, "label": button}]
    return Message(message_id, 1, 1, DUE, components=[{"type": 17, "components": parts}])


@pytest.mark.parametrize(
    ("said", "session", "minutes"),
    [
        (f"Settling in. The session closes at {at(50)}.\n2 of 8 seats are taken.", SESSION, 4),
        (f"Quiet until {at(40)}. It closes at {at(50)}.\n2 of 8 seats are taken.", SESSION, 5),
        (f"Quiet time is over. It closes {at(50, 'R')}.\n2 of 8 seats are taken.", SESSION, 40),
        (f"Open until {at(50)}. Quiet from {at(5)} to {at(40)}.\nThere are 8 seats.", EMPTY, 20),
    ],
)
def test_a_card_is_true_only_if_phase_times_and_seats_are(
    said: str, session: OpenSession, minutes: float
) -> None:
    def verdict(card: Message, session: OpenSession | None = session) -> str:
        return cards.verdict([card], session, after(600), after(minutes))

    assert verdict(card(said)) == "true"
    assert verdict(card(said), replace(session, counted=3)) == "untrue"
    assert verdict(card(said), replace(session, closes_at=after(51))) == "untrue"
    assert verdict(card(said, button="Open a session")) == "untrue"
    assert verdict(card(said, message_id=8)) == "untrue"
    assert verdict(card(said), None) == "untrue"


@pytest.mark.parametrize("minutes", [20, 40])
def test_a_card_that_missed_a_phase_is_untrue(minutes: float) -> None:
    said = card(f"Settling in. The session closes at {at(50)}.\n2 of 8 seats are taken.")
    assert cards.verdict([said], SESSION, after(600), after(minutes)) == "untrue"


def test_a_room_has_one_card_which_offers_its_next_session() -> None:
    idle = card(f"Next session: {at(600, 'F')}", button="Open a session")
    assert cards.verdict([idle], None, after(600), DUE) == "true"
    assert cards.verdict([idle], None, after(700), DUE) == "untrue"
    assert cards.verdict([idle], SESSION, after(600), DUE) == "untrue"
    assert cards.verdict([idle, idle], None, after(600), DUE) == "twice"
    assert cards.verdict([], None, after(600), DUE) == "lost"


def test_a_night_passes_if_everything_was_as_promised() -> None:
    assert night().has_passed, str(night())


@pytest.mark.parametrize("wrong", judge.WRONG)
@pytest.mark.parametrize("what", ["openings", "checkins", "notices", "cards", "taps"])
def test_a_night_with_one_thing_wrong_does_not_pass(what: str, wrong: str) -> None:
    figures = night()
    getattr(figures, what)[wrong] += 1
    assert not figures.has_passed


@pytest.mark.parametrize("what", ["openings", "checkins", "notices", "cards", "taps"])
def test_a_night_in_which_a_promise_was_not_tested_does_not_pass(what: str) -> None:
    figures = night()
    setattr(figures, what, Counter())
    assert not figures.has_passed


def test_a_night_in_which_memory_grew_does_not_pass() -> None:
    assert not replace(night(), lives=[[80.0], [80.0, 81.0, 81.5 + MAX_GROWTH_MIB]]).has_passed


# Notices of a night


def notice(minutes: float, *, is_silent: bool = True) -> Arrival:
    return Arrival(1, 7, after(minutes), is_silent, ("Sit",))


@pytest.mark.parametrize(
    ("came", "cards", "verdict"),
    [
        ([notice(0.5)], [DUE], "once"),
        ([notice(2.4)], [DUE], "once"),
        ([notice(2.6)], [DUE], "late"),
        ([notice(9)], [after(8)], "once"),
        ([notice(9)], [], "late"),
        ([notice(0.5, is_silent=False)], [DUE], "loud"),
        ([notice(0.5), notice(1)], [DUE], "twice"),
        ([], [DUE], "none"),
        ([notice(30)], [DUE], "none"),
    ],
)
def test_a_notice_comes_at_most_once_silently_and_while_people_settle_in(
    came: list[Arrival], cards: list[datetime], verdict: str
) -> None:
    assert notices.verdict(DUE, came, cards, 25) == verdict
