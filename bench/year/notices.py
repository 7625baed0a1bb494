"""A year of room notices: one room with a session a day, and members who choose it, tap, pause and stop."""

import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bench.year.life import BEGIN, ZONES
from bench.year.notice_judge import NOTICE_PROMISES, NoticeJudge, Opened
from bench.year.sides import StillClock
from bot.app.compose import wire
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.notices.outbox import NoticeToSend, NoticeToSettle
from bot.rooms.schedules.model import Schedule
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.database import Statements
from bot.storage.sqlite.database import SqliteDatabase

_GUILD = 800_000_000_000_000_000
_FIRST_MEMBER = 700_000_000_000_000_000
_CHANNEL, _DM_CHANNEL = 71, 7
_MINUTES = 50
# The hours, in UTC, and the days of the schedules: so quiet hours matter in every zone.
_TIMES = ((18, 0b1010101), (3, 0b0101010))
_HAS_QUIET_HOURS = 0.5  # of the members
_TEMPERAMENTS = (0.0, 0.0, 0.1, 0.3, 0.5, 0.9)  # how likely a tap is
_AGREES, _ACTS = 1 / 10, 1 / 20  # how likely a member does that before a session
_LATE = 0.03  # of notices wait for a worker that is busy, or was down
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Member:
    """One member, and what they did so far."""

    member_id: int
    chance: Random
    judge: NoticeJudge
    likes: float
    notice_id: int = 0  # of the room; 0: notices are off


@dataclass(slots=True)
class NoticeYear:
    """The result of a year: broken promises, and other counts."""

    members: int
    days: int
    broken: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    seconds: float = 0

    @property
    def has_passed(self) -> bool:
        """Whether notices came, and no promise was broken."""
        return not self.broken.total() and self.seen["notices"] > 0

    def __str__(self) -> str:
        """Return the counts as lines to read."""
        return "\n".join(
            [
                f"Room notices: {self.members:,} members, {self.days} days, {self.seconds:.1f} s of CPU",
                *(f"{count:>9,}  {name}" for name, count in sorted(self.seen.items())),
                "promises broken:",
                *(f"{self.broken[promise]:>9,}  {promise}" for promise in NOTICE_PROMISES),
            ]
        )


async def by_services(members: int, days: int = 365) -> NoticeYear:
    """Let members live through days by the services, on a database."""
    year, began = NoticeYear(members, days), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        database = await SqliteDatabase.open(Path(folder) / "notices.db")
        try:
            clock = StillClock(BEGIN)
            await _Life(year, wire(database, clock), clock).live()
        finally:
            await database.close()
    year.seconds = time.process_time() - began
    return year


class _Life:
    """The room, its schedules, and its members."""

    def __init__(self, year: NoticeYear, services: Services, clock: StillClock) -> None:
        self._year = year
        self._services = services
        self._clock = clock
        self._message = 0
        self._members = [self._member(number) for number in range(year.members)]

    def _member(self, number: int) -> Member:
        chance, judge = Random(number), NoticeJudge(self._year.broken, self._year.seen)
        return Member(_FIRST_MEMBER + number, chance, judge, chance.choice(_TEMPERAMENTS))

    async def live(self) -> None:
        """Live through the days."""
        room = await self._services.rooms.add(_GUILD, _CHANNEL, "Library", 99)
        self._room_id = room.room_id
        schedules = [
            await self._services.schedules.add(_GUILD, room.room_id, days, hour * 60, "UTC", _MINUTES)
            for hour, days in _TIMES
        ]
        for day in range(self._year.days):
            which = (BEGIN + day * _DAY).weekday() % len(_TIMES)
            opens_at = BEGIN + day * _DAY + timedelta(hours=_TIMES[which][0])
            self._clock.moment = opens_at - timedelta(minutes=1)
            for member in self._members:
                await self._act(member)
            await self._hold_session(schedules[which], opens_at)

    async def _hold_session(self, schedule: Schedule, at: datetime) -> None:
        self._clock.moment = at
        await self._services.sessions.open_scheduled(
            Due(DueKind.OPEN_SESSION, schedule.schedule_id, at, _GUILD)
        )
        (listing,) = await self._services.sessions.listing(_GUILD)
        assert listing.session is not None  # noqa: S101 - it was opened just now
        session = Opened(listing.session.session_id, at, _MINUTES)
        dues = await self._claim()
        turns = [(self._lateness(each), each) for each in self._members]
        for late, member in sorted(turns, key=lambda turn: turn[0]):
            self._clock.moment = at + late
            await self._take_turn(member, session, dues.get(member.notice_id))
        self._clock.moment = session.closes_at
        await self._services.sessions.close_due(
            Due(DueKind.CLOSE_SESSION, session.session_id, session.closes_at, _GUILD)
        )
        dues = await self._claim()
        for member in self._members:
            await self._take_back(member, session, dues.get(member.notice_id))
            member.judge.closed(session)

    def _lateness(self, member: Member) -> timedelta:
        """Return how long a notice waits for its turn."""
        most = 20 * 60 if member.chance.random() < _LATE else 60
        return timedelta(seconds=member.chance.randrange(most))

    async def _claim(self) -> dict[int, Due]:
        """Claim the notices that are due now, as the worker does; return them by their ids."""
        now = self._clock.moment

        async def work(statements: Statements) -> list[Due]:
            lease = now + timedelta(minutes=1)
            members = len(self._members)
            return await due_queue.claim(statements, 0, DueKind.ROOM_NOTICE, now, lease, members, ",")

        return {each.subject_id: each for each in await self._services.database.write(work)}

    async def _take_turn(self, member: Member, session: Opened, due: Due | None) -> None:
        """Let the services send a notice, if they still want to, and the member tap it or not."""
        outbox, now = self._services.notices.outbox, self._clock.moment
        step = await outbox.prepare(due) if due else None
        if due is None or not isinstance(step, NoticeToSend):
            member.judge.did_not_come(session, now)
            return
        self._message += 1
        member.judge.came(session, now)
        await outbox.note_sent(due, step.session_id, self._message)
        if member.chance.random() < member.likes:
            await self._services.notices.note_tapped(
                member.notice_id, member.member_id, step.session_id, self._message
            )
            member.judge.tapped()
            self._year.seen["taps"] += 1

    async def _take_back(self, member: Member, session: Opened, due: Due | None) -> None:
        """Remove the notice of a session that closed, if the services want that."""
        outbox = self._services.notices.outbox
        while due and isinstance(step := await outbox.prepare(due), NoticeToSettle):
            if step.notice.message_id is not None:
                member.judge.removed(session, self._clock.moment)
                self._year.seen["removed"] += 1
            await outbox.note_gone(step.notice)

    async def _act(self, member: Member) -> None:
        """Let a member do something, now and then."""
        chance, notices, who = member.chance, self._services.notices, (member.member_id, _GUILD)
        if not member.notice_id:
            if chance.random() < _AGREES:
                await self._agree(member)
        elif chance.random() < _ACTS:
            action = chance.choice(("pause", "pause", "pause", "resume", "resume", "stop"))
            self._year.seen[f"actions: {action}"] += 1
            if action == "pause":
                until = await notices.pause(member.member_id, chance.randrange(1, 30))
                member.judge.paused(until or self._clock.moment)
            elif action == "resume":
                await notices.resume(member.member_id)
                member.judge.returned()
            else:
                await self._services.consents.turn_off(*who, Purpose.ROOM_NOTICES)
                member.judge.ended()
                member.notice_id = 0

    async def _agree(self, member: Member) -> None:
        notices, who, chance = self._services.notices, (member.member_id, _GUILD), member.chance
        await notices.agree(*who, [self._room_id], VERSIONS[Purpose.ROOM_NOTICES], _DM_CHANNEL)
        quiet = None
        if chance.random() < _HAS_QUIET_HOURS:
            quiet = zone, begin, end = chance.choice(ZONES), 22 * 60, 7 * 60
            await notices.set_quiet_hours(*who, zone, begin, end)
        member.judge.agreed(quiet)
        (notice,) = await notices.of_member(*who)
        member.notice_id = notice.room_notice_id
