"""Two members in two servers in a random life: the services on a real file, and what they agreed to."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from bot.app.compose import wire
from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.scheduling import due_queue
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from bot.storage.sqlite.connection import connect
from bot.storage.sqlite.copying import copy_to
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, DAILY, HERE, THERE
from tests.storage.scratch import query

Yes = tuple[int, int, Purpose]
_IN_FORCE = dict(VERSIONS)


class MemberLives(RuleBasedStateMachine):
    """Two members in two servers, the services on a real file, and a model of every consent."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="lives-"))
        self.clock = ManualClock()
        self.starts = 0
        self.yes: dict[Yes, int] = {}  # what was agreed to, in which version
        self.sent: list[tuple[int, bool]] = []  # to whom, and whether a consent in force covered it
        self.backup: tuple[Path, dict[Yes, int]] | None = None
        self.path = self.folder / "first.db"
        self.do(self.start())
        self.do(self.add_rooms())
        for who in (ANN, BEN):  # both begin with data in every table
            for purpose in Purpose:
                self.do(self.agree(who, HERE, purpose))
        self.do(self.back_up())

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Run an action that may be refused."""
        with suppress(RefusalError):
            self.loop.run(work)

    async def start(self) -> None:
        self.database = await SqliteDatabase.open(self.path)
        self.services: Services = wire(self.database, self.clock)
        for kind in DueKind:
            if kind is not DueKind.RETENTION:
                self.services.worker.on(kind, self.act)
        self.services.worker.on(DueKind.FORGET_SERVER, self.services.removals.forget)
        await self.services.retention.begin()

    async def add_rooms(self) -> None:
        self.rooms = {
            guild_id: await self.services.rooms.add(guild_id, 71, "Quiet", 9) for guild_id in (HERE, THERE)
        }
        for room in self.rooms.values():
            await self.services.rooms.ask_arriving(room.guild_id, room.room_id, asks=True)

    async def act(self, due: Due) -> None:
        """Do what cogs do when something is due, with messages recorded instead of sent."""
        services = self.services
        if due.kind is DueKind.CLOSE_SESSION:
            await services.sessions.close(due.subject_id)
        elif due.kind is DueKind.LEAVE_TIME:
            await services.ends.remove_leaving(due)
        elif due.kind is DueKind.CHECKIN:
            checkin = await services.checkins.outbox.prepare(due)
            if checkin is not None:
                cadence = checkin.cadence
                who = (cadence.member_id, cadence.guild_id, Purpose.CHECKINS)
                self.sent.append((cadence.member_id, self.yes.get(who) == VERSIONS[Purpose.CHECKINS]))
                await services.checkins.outbox.note_sent(
                    cadence.cadence_id, 9000 + cadence.sent, cadence.sent + 1
                )
        else:
            await self.database.write(
                lambda statements: due_queue.cancel(statements, due.kind, due.subject_id)
            )

    async def agree(self, who: int, where: int, purpose: Purpose) -> None:
        version = VERSIONS[purpose]
        if purpose is Purpose.CHECKINS:
            await self.services.checkins.begin(who, where, who + 1000, DAILY, version, sound=False)
        else:
            await self.services.consents.agree(who, where, purpose, version)
        self.yes[who, where, purpose] = version

    def forget(self, gone: set[Yes]) -> None:
        for each in gone:
            self.yes.pop(each, None)
            if self.backup is not None:
                self.backup[1].pop(each, None)

    def live_through(self, days: float) -> None:
        async def run_due_until_then() -> None:
            end = self.clock.now() + timedelta(days=days)
            while (due := self.first_due()) is not None and due <= end:
                self.clock.move_to(max(due, self.clock.now()))
                await self.services.worker.run_due()
            self.clock.move_to(end)

        self.do(run_due_until_then())
        self.settle_endings()

    def first_due(self) -> datetime | None:
        ((seconds,),) = query(self.path, "SELECT MIN(due_at) FROM due")
        return None if seconds is None else datetime.fromtimestamp(int(str(seconds)), UTC)

    def settle_endings(self) -> None:
        """Remove expired consents from the model: no tap for a year, or no answer to a changed text."""
        kept = {(who, where, Purpose(str(what))) for who, where, what in self.consents()}
        for each in set(self.yes) - kept:
            tapped_long_ago = self.clock.now() - ManualClock().now() > timedelta(days=360)
            assert self.yes[each] != VERSIONS[each[2]] or tapped_long_ago
        self.forget(set(self.yes) - kept)

    async def back_up(self) -> None:
        copy = self.folder / "backup"
        copy.unlink(missing_ok=True)
        connection = await connect(self.path)
        await copy_to(connection, copy)
        await connection.close()
        self.backup = (copy, dict(self.yes))
        self.backed_up_at = self.clock.now()

    def consents(self) -> list[tuple[Any, ...]]:
        return list(query(self.path, "SELECT member_id, guild_id, purpose FROM consent"))

    def teardown(self) -> None:
        self.do(self.database.close())
        self.loop.close()
        shutil.rmtree(self.folder)
        VERSIONS.update(_IN_FORCE)
