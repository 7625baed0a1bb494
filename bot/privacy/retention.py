"""What ends by itself: consents without an answer or a tap, old weeks, and lines of the list of deletions.

One due row of the deployment's own, once a day; it keeps nothing but when a text was first in force.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.privacy import erasure_replay, personal_data
from bot.privacy.card_updates import show_again
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import (
    COPIES_KEPT_FOR,
    LAPSES_AFTER,
    VERSIONS,
    WEEKS_KEPT,
    first_month_kept,
    withdrawn_with,
)
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import NO_GUILD, Due, DueKind
from bot.scheduling.wall_time import iso_week
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import Scope
from bot.storage.record import Stored

_DEPLOYMENT = 0  # what the due row is about
_LOOKED_AT = 500  # members and servers in one look
_AT_ONCE = 200  # consents that one write ends
_LAST_ID = 2**63 - 1
_INTENTS_KEPT_FOR = timedelta(days=30)  # of what was being sent when the process died
_DAILY_AT = time(3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Given:
    """A consent, by whom and for what."""

    member_id: int
    guild_id: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class _Some:
    """Members by their ids: after one, up to and with another."""

    beyond: int
    until: int


class Retention:
    """Ends what has had its time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self) -> None:
        """Carry out deletions that a restored backup does not know of; look at once what has ended.

        Notes when this deployment first has the texts that are in force; purges where that is owed. Call it
        at every start.
        """
        await erasure_replay.reapply(self._database)
        await self._database.run_pending_vacuum()
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            for purpose in Purpose:
                if _seen(await tx.value("get_deployment", name=_name(purpose)), purpose) is None:
                    value = f"{VERSIONS[purpose]} {int(now.timestamp())}"
                    await tx.run("set_deployment", name=_name(purpose), value=value)
            await due_queue.set(tx, DueKind.RETENTION, _DEPLOYMENT, NO_GUILD, now)

    async def ends_at(self, purpose: Purpose) -> datetime:
        """Return when a yes to an older text of the purpose ends without an answer."""
        return (await self.changed_at())[purpose] + LAPSES_AFTER

    async def changed_at(self) -> dict[Purpose, datetime]:
        """Return when this deployment first had each text that is in force; now, where it was not noted."""
        found = {}
        for purpose in Purpose:
            kept = await self._database.legacy_read.value("get_deployment", name=_name(purpose))
            found[purpose] = _seen(kept, purpose) or self._clock.now()
        return found

    async def act(self, due: Due) -> None:
        """End what has had its time, and come back tomorrow."""
        now = self._clock.now()
        lapsed = [each for each, at in (await self.changed_at()).items() if now >= at + LAPSES_AFTER]
        async for some in self._pages():
            for purpose in (None, *lapsed):
                while await self._end_some(some, purpose, now):
                    pass
            await self._drop_weeks(some, now)
        async with self._database.legacy_write() as tx:
            await asyncio.to_thread(self._database.erasure_log.expire, now)
            await tx.run("remove_old_intents", before=now - _INTENTS_KEPT_FOR)
            await due_queue.set(tx, due.kind, due.subject_id, NO_GUILD, _tomorrow(now))
        await self._database.drop_copies(now - COPIES_KEPT_FOR)
        await self._database.run_pending_vacuum()

    async def _pages(self) -> AsyncIterator[_Some]:
        """Yield everybody about whom something is kept, some at a time: no look is long."""
        beyond = 0
        while page := await self._database.legacy_read.rows(
            "members_after", member_id=beyond, guild_id=_LAST_ID, most=_LOOKED_AT
        ):
            until = int(page[-1]["member_id"] or 0)
            yield _Some(beyond, until)
            beyond = until

    async def _end_some(self, some: _Some, lapsed: Purpose | None, now: datetime) -> int:
        """End some consents to older texts of `lapsed`, or (None) of who taps no more; return how many.

        They are found beside everybody else's writes, and looked at again in the one that ends them.
        """
        if not await self._find(self._database.legacy_read, some, lapsed, now):
            return 0
        async with self._database.legacy_write() as tx:
            found = await self._find(tx, some, lapsed, now)
            gone: list[Scope] = []
            for each in found:
                gone += await self._end(tx, each, now)
            if gone:
                await erasure_replay.note(tx, self._database.erasure_log, gone, now)
        return len(found)

    async def _find(
        self, read: Statements, some: _Some, lapsed: Purpose | None, now: datetime
    ) -> list[_Given]:
        within = {"beyond": some.beyond, "until": some.until, "most": _AT_ONCE}
        if lapsed is None:
            return await read.all(_Given, "inactive_consents", first_month=first_month_kept(now), **within)
        version = VERSIONS[lapsed]
        return await read.all(_Given, "outdated_consents", purpose=lapsed, version=version, **within)

    async def _drop_weeks(self, some: _Some, now: datetime) -> None:
        week = iso_week(now - timedelta(weeks=WEEKS_KEPT), "UTC")
        within = {"beyond": some.beyond, "until": some.until, "week": week}
        if await self._database.legacy_read.rows("find_expired_weeks", **within):
            async with self._database.legacy_write() as tx:
                if await tx.run("delete_expired_weeks", **within):
                    await tx.run("request_vacuum")

    async def _end(self, tx: Statements, given: _Given, now: datetime) -> list[Scope]:
        gone = []
        for purpose in withdrawn_with(given.purpose):
            ended = await personal_data.end(tx, given.member_id, given.guild_id, purpose)
            if ended.count:
                gone.append(Scope(given.member_id, given.guild_id, purpose))
            await show_again(tx, ended.unnamed, now)
        return gone


def _tomorrow(now: datetime) -> datetime:
    today = datetime.combine(now.date(), _DAILY_AT)
    return today if today > now else today + timedelta(days=1)


def _name(purpose: Purpose) -> str:
    return f"text of {purpose} first seen"


def _seen(kept: Stored, purpose: Purpose) -> datetime | None:
    """Return when the text in force was first seen, or None where another one was noted."""
    version, _, seconds = str(kept or "").partition(" ")
    return datetime.fromtimestamp(int(seconds), UTC) if version == str(VERSIONS[purpose]) else None
