"""A room in a random life: what opened and ended so far, and what has to open."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from bot.app.compose import wire
from bot.errors import RefusalError
from bot.rooms.schedules.model import Schedule
from bot.rooms.sessions.model import Card, Session
from bot.scheduling.due_queue import Due
from bot.scheduling.wall_time import LATE_AFTER
from bot.storage.sqlite.database import SqliteDatabase
from tests.due_rooms import pass_time
from tests.rooms import find_card
from tests.storage.manual_clock import ManualClock
from tests.storage.members import HERE
from tests.storage.scratch import query


@dataclass
class Known:
    """A planned occurrence: since when it was known, and whether it was cancelled before its time."""

    since: datetime
    schedule_ids: set[int]
    is_off: bool = False


class RoomLife(RuleBasedStateMachine):
    """A room, and what the story knows of its sessions and schedules."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="ends-"))
        self.clock = ManualClock()
        self.random = random.Random(1)
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
        """Run an action that may be refused, and note what it opened or closed."""

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

    def rows(self, statement: str) -> list[Any]:
        return list(query(self.path, statement))

    def open(self) -> list[int]:
        return [int(row[0]) for row in self.rows("SELECT session_id FROM session")]

    def teardown(self) -> None:
        self.loop.run(self.database.close())
        self.loop.close()
        shutil.rmtree(self.folder)
