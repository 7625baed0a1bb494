"""Whatever members and moderators do, sessions end when they said, and scheduled ones begin on time."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase as HypothesisPhase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.app.compose import wire
from bot.errors import RefusalError
from bot.rooms.rules import LENGTHS
from bot.rooms.schedules.model import Schedule
from bot.rooms.sessions.model import Card, Phase, Session, Visibility
from bot.rooms.sessions.rules import begins_at
from bot.scheduling.due_queue import Due
from bot.scheduling.wall_time import LATE_AFTER
from bot.storage.sqlite.database import SqliteDatabase
from bot.texts.catalogue import Texts
from cogs.rooms import cards
from cogs.rooms.card_views import card_view
from tests.due_rooms import act_on_due, pass_time
from tests.rooms import find_card
from tests.storage.manual_clock import ManualClock
from tests.storage.members import HERE
from tests.storage.scratch import query

EVERY_DAY = 0b1111111
MEMBERS = st.integers(1, 3)
SOON = st.integers(1, 90)  # minutes from now
SAY = Texts().to(None)


@dataclass
class Known:
    """A planned occurrence: since when it was known, and whether it was taken back before its time."""

    since: datetime
    schedule_ids: set[int]
    is_off: bool = False


class Room(RuleBasedStateMachine):
    """Three members and a moderator in one room, on a real file, and what each card promised."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="ends-"))
        self.clock = ManualClock()
        self.random = random.Random(1)  # noqa: S311 - the order of due rows in a test
        self.sessions: dict[int, Session] = {}  # as they were when they opened
        self.ended: dict[int, datetime] = {}
        self.back_at = self.clock.now()  # when the bot was last down before
        self.occurrences: dict[datetime, Known] = {}
        self.schedules: list[Schedule] = []
        self.waiting: dict[int, set[int]] = {}  # by session, the schedules that begin when it closes
        self.loop.run(self.begin())

    async def begin(self) -> None:
        self.path = self.folder / "alongside.db"
        self.database = await SqliteDatabase.open(self.path)
        self.services = wire(self.database, self.clock)
        self.room = await self.services.rooms.add(HERE, 71, "Quiet", 2)

    def do(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run an action that the rules may refuse, and note what it opened or closed."""

        async def both() -> None:
            with suppress(RefusalError):
                await work
            await self.look()

        self.loop.run(both())

    async def look(self) -> None:
        """Note sessions that opened or ended, and whether what opened is what had to open."""
        session = (await self.services.sessions.listing(HERE))[0].session
        is_new = session is not None and session.session_id not in self.sessions
        ended = [
            known
            for known in set(self.sessions) - set(self.ended)
            if session is None or known != session.session_id
        ]
        for known in ended:
            self.ended[known] = self.clock.now()
            assert self.clock.now() <= max(self.sessions[known].closes_at, self.back_at)
        if session is not None and is_new:
            self.sessions[session.session_id] = session
            self.leaves_time_for_scheduled_ones(session)
            assert self.clock.now() - session.opened_at <= LATE_AFTER
        for known in ended:
            is_due = self.waiting.pop(known, set()) & {each.schedule_id for each in self.schedules}
            if (
                is_due
                and self.clock.now() - min(self.clock.now(), self.sessions[known].closes_at) <= LATE_AFTER
            ):
                assert session is not None, known
                assert is_new, known
                assert session.schedule_id is not None

    def leaves_time_for_scheduled_ones(self, session: Session) -> None:
        """Check that a session closes before the next scheduled one, or at that moment."""
        for at, known in self.occurrences.items():
            if not known.is_off and known.since <= session.opened_at:
                assert not session.opened_at < at < session.closes_at, (session, at)

    def choose(self, dues: Sequence[Due]) -> Due:
        return self.random.choice(dues)

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

    async def note_plans(self) -> None:
        """Note which occurrences are planned now, and since when."""
        planned = dict[datetime, set[int]]()
        for schedule in self.schedules:
            plan = await self.services.schedules.get(HERE, schedule.schedule_id)
            for each in self.services.schedules.upcoming(plan, 2):
                planned.setdefault(each.at, set()).add(schedule.schedule_id)
        for at, known in self.occurrences.items():
            known.is_off = known.is_off or (at > self.clock.now() and at not in planned)
        for at, schedule_ids in planned.items():
            before = self.occurrences.get(at)
            if before is None or before.is_off:
                self.occurrences[at] = Known(self.clock.now(), schedule_ids)
            else:
                before.schedule_ids |= schedule_ids

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

    async def pass_time(self, seconds: float) -> None:
        since, until = self.clock.now(), self.clock.now() + timedelta(seconds=max(0, seconds))
        moments = [at for at in self.occurrences if since < at <= until]
        moments += [each.closes_at for each in self.sessions.values() if since < each.closes_at <= until]
        for at in sorted({*moments, until}):
            again = {int(row[0]) for row in self.rows("SELECT member_id FROM seat WHERE sits_again = 1")}
            before = [await find_card(self.services, each) for each in self.open()]
            await pass_time(
                self.services, self.clock, (at - self.clock.now()).total_seconds() / 60, self.choose
            )
            await self.look()
            self.carries_over(again, before[0] if before else None)
            await self.note_plans()
            if at in self.occurrences and not self.occurrences[at].is_off:
                self.begins_on_time(at)

    def carries_over(self, again: set[int], before: Card | None) -> None:
        """Check that those who sit again have seats in what opened at the close, and nobody else."""
        if before is None or before.session.session_id not in self.ended:
            return
        now = self.rows("SELECT session_id, member_id FROM seat")
        following = [each for each in self.open() if self.sessions[each].opened_at == self.clock.now()]
        if following:
            assert {row[1] for row in now} == again
        elif again:
            assert before.following is None

    def begins_on_time(self, at: datetime) -> None:
        """Check that a scheduled session opened, or that the one open then opened before it was planned."""
        opened = [each for each in self.sessions.values() if each.opened_at == at and each.schedule_id]
        blocking = [
            each
            for each in self.sessions.values()
            if each.opened_at < at < self.ended.get(each.session_id, each.closes_at)
            and each.opened_at <= self.occurrences[at].since
        ]
        assert opened or blocking, (at, self.sessions)
        if not opened:
            for each in blocking:
                if each.session_id not in self.ended:
                    self.waiting.setdefault(each.session_id, self.occurrences[at].schedule_ids)

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

    def rows(self, statement: str) -> list[Any]:
        return list(query(self.path, statement))

    def open(self) -> list[int]:
        return [int(row[0]) for row in self.rows("SELECT session_id FROM session")]

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

    def teardown(self) -> None:
        self.loop.run(self.database.close())
        self.loop.close()
        shutil.rmtree(self.folder)


def text_of(view: Any) -> str:
    return "\n".join(each.content for each in view.walk_children() if hasattr(each, "content"))


def test_ends_and_begins_hold_in_random_lives_of_a_room() -> None:
    steady = settings(
        max_examples=25,
        stateful_step_count=30,
        phases=[HypothesisPhase.generate],
        derandomize=True,
        deadline=None,
        database=None,
    )
    run_state_machine_as_test(Room, settings=steady)
