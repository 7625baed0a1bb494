"""Whatever members and moderators do, sessions end when they said, and scheduled ones begin on time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import Phase as HypothesisPhase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from bot.rooms.rules import LENGTHS
from bot.rooms.sessions.model import Phase, Visibility
from bot.rooms.sessions.rules import begins_at
from bot.texts.catalogue import Texts
from cogs.rooms import cards
from cogs.rooms.card_views import card_view
from tests.due_rooms import act_on_due
from tests.rooms import find_card
from tests.services.room_life import RoomLife
from tests.storage.members import HERE

EVERY_DAY = 0b1111111
MEMBERS = st.integers(1, 3)
SOON = st.integers(1, 90)  # minutes from now
SAY = Texts().to(None)


class Room(RoomLife):
    """Three members and a moderator in one room, on a real file, and what each card promised."""

    # What members do

    @rule(
        who=MEMBERS,
        minutes=st.sampled_from(LENGTHS),
        rounds=st.integers(1, 4),
        how=st.sampled_from([None, *Visibility]),
    )
    def sit(self, who: int, minutes: int, rounds: int, how: Visibility | None) -> None:
        self.do(
            self.services.sessions.sit(
                HERE, who, lambda _: {self.room.room_id}, minutes, how, rounds=rounds
            )
        )

    @rule(who=MEMBERS)
    def slip_out(self, who: int) -> None:
        for session_id in self.open():
            self.do(self.services.seats.leave(HERE, session_id, who))

    @rule(who=MEMBERS)
    def sit_again(self, who: int) -> None:
        for session_id in self.open():
            self.do(self.services.sitting_again.choose(HERE, session_id, who))

    @rule(who=MEMBERS, minutes=st.sampled_from(LENGTHS))
    def leave_later(self, who: int, minutes: int) -> None:
        for session_id in self.open():
            self.do(self.services.ends.leave_later(HERE, session_id, who, minutes))

    @rule(who=MEMBERS, is_moderator=st.booleans())
    def close_early(self, who: int, is_moderator: bool) -> None:
        for session_id in self.open():
            self.do(self.services.ends.close_early(HERE, session_id, who, is_moderator=is_moderator))

    # What moderators do

    @rule(soon=SOON, minutes=st.sampled_from(LENGTHS), rounds=st.integers(1, 2))
    def add_schedule(self, soon: int, minutes: int, rounds: int) -> None:
        async def add() -> None:
            at = self.clock.now() + timedelta(minutes=soon)
            minute = at.hour * 60 + at.minute
            schedule = await self.services.schedules.add(
                HERE, self.room.room_id, EVERY_DAY, minute, "UTC", minutes, rounds=rounds
            )
            self.schedules.append(schedule)
            await self.note_plans()

        self.do(add())

    @rule(which=st.integers(0, 9), soon=SOON)
    def move(self, which: int, soon: int) -> None:
        async def move() -> None:
            schedule = self.schedules[which % len(self.schedules)]
            plan = await self.services.schedules.get(HERE, schedule.schedule_id)
            day = self.services.schedules.upcoming(plan, 1)[0].local_date
            to = self.clock.now() + timedelta(minutes=soon)
            minute = to.hour * 60 + to.minute
            await self.services.schedules.move(HERE, schedule.schedule_id, day, to.date(), minute)
            await self.note_plans()

        if self.schedules:
            self.do(move())

    @rule(which=st.integers(0, 9))
    def remove(self, which: int) -> None:
        async def remove() -> None:
            schedule = self.schedules.pop(which % len(self.schedules))
            await self.services.schedules.remove(HERE, schedule.schedule_id)
            await self.note_plans()

        if self.schedules:
            self.do(remove())

    # Time passes

    @rule(seconds=st.integers(1, 40 * 60))
    def wait(self, seconds: int) -> None:
        self.do(self.pass_time(seconds))

    @rule()
    def wait_until_the_last_phase(self) -> None:
        for session_id in self.open():
            at = begins_at(self.sessions[session_id], Phase.TIME_TO_TALK)
            self.do(self.pass_time((at - self.clock.now()).total_seconds()))

    @rule(minutes=st.sampled_from(LENGTHS), who=MEMBERS, others=st.sets(MEMBERS))
    def sit_again_at_the_end(self, minutes: int, who: int, others: set[int]) -> None:
        for each in [who, *others]:
            self.do(self.services.sessions.sit(HERE, each, lambda _: {self.room.room_id}, minutes))
        self.wait_until_the_last_phase()
        for each in others:
            self.sit_again(each)
        self.wait_until_the_close()

    @rule(who=MEMBERS, within=st.integers(1, 20))
    def schedule_over_an_open_session(self, who: int, within: int) -> None:
        self.do(self.services.sessions.sit(HERE, who, lambda _: {self.room.room_id}, 25))
        self.add_schedule(within, 25, 1)

    @rule()
    def wait_until_the_close(self) -> None:
        for session_id in self.open():
            self.do(
                self.pass_time((self.sessions[session_id].closes_at - self.clock.now()).total_seconds())
            )

    @rule(minutes=st.integers(1, 90))
    def be_down(self, minutes: int) -> None:
        async def down() -> None:
            known = set(self.sessions)
            self.clock.move(minutes=minutes)
            self.back_at = self.clock.now()
            await act_on_due(self.services, self.clock.now(), self.choose)
            await self.look()
            planned = {each.closes_at for each in self.sessions.values()} | set(self.occurrences)
            assert {self.sessions[each].opened_at for each in set(self.sessions) - known} <= planned
            await self.note_plans()

        self.do(down())

    # What holds

    @invariant()
    def no_end_moves_and_none_is_later_than_it_said(self) -> None:
        rows = self.rows("SELECT session_id, closes_at FROM session")
        assert len(rows) <= 1
        for session_id, closes_at in rows:
            assert self.sessions[session_id].closes_at == datetime.fromtimestamp(closes_at, UTC)

    @invariant()
    def a_session_that_is_over_is_gone(self) -> None:
        async def act() -> None:
            await act_on_due(self.services, self.clock.now(), self.choose)

        self.do(act())
        now = int(self.clock.now().timestamp())
        over = f"SELECT * FROM session WHERE MIN(closes_at, COALESCE(closed_at, closes_at)) <= {now}"  # noqa: S608 - a number
        assert self.rows(over) == []

    @invariant()
    def private_panels_show_the_end_that_the_card_shows(self) -> None:
        async def compare() -> None:
            for session_id in self.open():
                card = await find_card(self.services, session_id)
                assert card is not None
                closes = int(self.sessions[session_id].closes_at.timestamp())
                assert f"<t:{closes}:" in text_of(card_view(card, SAY))
                for member_id in (1, 2, 3):
                    seat = await self.services.seats.find(HERE, session_id, member_id)
                    if seat is not None:
                        assert f"closes at <t:{closes}:t>" in text_of(cards.seat_panel(seat, SAY))

        self.loop.run(compare())


def text_of(view: Any) -> str:
    return "\n".join(each.content for each in view.walk_children() if hasattr(each, "content"))


def test_ends_and_begins_hold_in_random_lives_of_a_room() -> None:
    derandomized = settings(
        max_examples=25,
        stateful_step_count=30,
        phases=[HypothesisPhase.generate],
        derandomize=True,
        deadline=None,
        database=None,
    )
    run_state_machine_as_test(Room, settings=derandomized)
