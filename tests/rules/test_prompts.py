"""Which text a member's next check-in has."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.prompts.model import Prompt, next_key, next_text, text_of_channel_checkin, used_after
from bot.texts.catalogue import Texts

LIBRARY = [str(number) for number in range(1, 9)]
CHANGES = st.lists(
    st.tuples(st.sampled_from(["come", "come", "come", "add", "remove"]), st.integers(0, 20)), max_size=80
)


@given(CHANGES, st.integers(0, 1 << 60))
def test_no_text_returns_before_all_others_came_whatever_is_added_or_removed(
    changes: Sequence[tuple[str, int]], seed: int
) -> None:
    available, used, came = list(LIBRARY), list[str](), list[str]()
    number = 0
    for what, which in changes:
        if what == "add":
            number += 1
            available.append(f"s{number}")
        elif what == "remove" and len(available) > 1:
            available.pop(which % len(available))
        else:
            key = next_key(available, used, seed)
            since = came[len(came) - came[::-1].index(key) :] if key in came else None
            assert since is None or set(available) - {key} <= set(since)
            assert key in available
            used = used_after(available, used, key)
            assert len(used) <= len(available)
            came.append(key)


@given(st.integers(0, 1 << 60))
def test_each_text_comes_once_in_as_many_check_ins_as_there_are_texts(seed: int) -> None:
    own, texts_sent, came = [Prompt(4, 1, "A chair."), Prompt(9, 1, "A window.")], "", list[str]()
    for _ in range(4 * (len(LIBRARY) + 2)):
        chosen = next_text(LIBRARY, own, texts_sent, seed)
        texts_sent = chosen.texts_sent
        came.append(chosen.key)
    for start in range(len(came) - len(LIBRARY) - 1):
        assert set(came[start : start + len(LIBRARY) + 2]) == {*LIBRARY, "s4", "s9"}


def test_the_texts_that_were_removed_are_forgotten() -> None:
    assert next_text(LIBRARY, [], "s4 1 s9 2", 7).texts_sent.split()[:-1] == ["1", "2"]


def test_members_begin_with_different_words() -> None:
    assert {next_key(LIBRARY, [], seed) for seed in range(200)} == set(LIBRARY)


def test_a_new_text_is_used_next() -> None:
    assert next_key([*LIBRARY, "s1"], LIBRARY, 7) == "s1"


def test_channel_check_ins_use_every_text_before_one_comes_again() -> None:
    own = [Prompt(4, 1, "A chair."), Prompt(9, 1, "A window.")]
    texts = [text_of_channel_checkin(LIBRARY, own, number) for number in range(20)]
    assert {each.key for each in texts[:10]} == {*LIBRARY, "s4", "s9"}
    assert texts[10:] == texts[:10]
    assert {each.key: each.words for each in texts}["s9"] == "A window."


def test_a_servers_own_text_is_chosen_with_its_words() -> None:
    chosen = next_text(LIBRARY, [Prompt(4, 1, "A chair.")], " ".join(LIBRARY), 7)
    assert (chosen.key, chosen.words) == ("s4", "A chair.")
    assert chosen.texts_sent.split() == [*LIBRARY, "s4"]


THREE_DAYS_A_WEEK = st.lists(
    st.sets(st.integers(0, 6), min_size=3, max_size=3).map(sorted), min_size=52, max_size=52
)


@given(THREE_DAYS_A_WEEK, st.integers(0, 1 << 60))
def test_in_a_year_of_three_a_week_no_text_comes_again_within_eight_weeks(
    weeks: Sequence[Sequence[int]], seed: int
) -> None:
    library, texts_sent, last = Texts().keys("checkins.prompts.{}"), "", dict[str, int]()
    for day in (week * 7 + weekday for week, weekdays in enumerate(weeks) for weekday in weekdays):
        chosen = next_text(library, [], texts_sent, seed)
        assert day - last.get(chosen.key, -365) >= 8 * 7
        texts_sent, last[chosen.key] = chosen.texts_sent, day


@given(THREE_DAYS_A_WEEK, st.integers(0, 1000))
def test_in_a_year_of_three_channel_check_ins_a_week_no_text_comes_again_within_eight_weeks(
    weeks: Sequence[Sequence[int]], first: int
) -> None:
    library, last = Texts().keys("open.prompts.{}"), dict[str, int]()
    days = [week * 7 + weekday for week, weekdays in enumerate(weeks) for weekday in weekdays]
    for number, day in enumerate(days, start=first):
        key = text_of_channel_checkin(library, [], number).key
        assert day - last.get(key, -365) >= 8 * 7
        last[key] = day
