"""Retention: end unused or unanswered consents; delete old weekly counts and lines of the erasure log.

One due row for the whole deployment makes the worker do this once a day. The only thing it saves is when
each consent text was first in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.privacy.card_updates import mark_cards
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import OUTDATED_ENDS_AFTER, VERSIONS, WEEKS_KEPT, first_active_month
from bot.privacy.erasure import EndedPurpose, Erasure, end_purpose
from bot.privacy.erasure_replay import replay_erasures
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import NO_GUILD, Due, DueKind
from bot.scheduling.wall_time import iso_week
from bot.shards import ALL_SERVERS, ShardRange
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import Scope
from bot.storage.record import Stored

_DEPLOYMENT = 0  # what the due row is about
_MEMBERS_PER_PAGE = 500
_CONSENTS_PER_UNIT = 200
_LAST_ID = 2**63 - 1
_COPIES_KEPT_FOR = timedelta(days=7)  # copies of the database that migrations made
_INTENTS_KEPT_FOR = timedelta(days=30)  # of what was being sent when the process died
_DAILY_AT = time(3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _MemberConsent:
    """A member's consent in a server."""

    member_id: int
    guild_id: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class _Page:
    """The members with ids above `beyond`, up to and including `until`."""

    beyond: int
    until: int


class Retention:
    """Ends and deletes what has expired."""

    def __init__(
        self, database: Database, clock: Clock, erasure: Erasure, shards: ShardRange = ALL_SERVERS
    ) -> None:
        self._database = database
        self._clock = clock
        self._erasure = erasure
        self._is_due_at_start = shards.covers(NO_GUILD)

    async def begin(self) -> None:
        """Prepare the database at a start of the process.

        Repeats erasures that a restored backup does not know, vacuums if an earlier erasure needs it, notes
        when this deployment first had the consent texts in force, and makes `act` due now. Of processes
        that start together, one does that, and the one that serves the first range makes `act` due.
        """
        async with self._database.alone("retention"):
            await replay_erasures(self._database)
            await self._database.run_pending_vacuum()
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            for purpose in Purpose:
                if await _changed_at(statements, purpose) is None:
                    value = f"{VERSIONS[purpose]} {int(now.timestamp())}"
                    await statements.run("set_deployment", name=_note_of(purpose), value=value)
            if self._is_due_at_start:
                await due_queue.set(statements, DueKind.RETENTION, _DEPLOYMENT, NO_GUILD, now)

        await self._database.write(work)

    async def ends_at(self, purpose: Purpose) -> datetime:
        """Return when a consent to an outdated text of the purpose ends without an answer."""
        return (await self._changes())[purpose] + OUTDATED_ENDS_AFTER

    async def act(self, due: Due) -> None:
        """End and delete what has expired, and be due again tomorrow."""
        now = self._clock.now()
        lapsed = [each for each, at in (await self._changes()).items() if now >= at + OUTDATED_ENDS_AFTER]
        beyond = 0
        while page := await self._page_after(beyond):  # no unit is long
            for purpose in (None, *lapsed):
                while await self._end_consents(page, purpose, now):
                    pass
            await self._delete_weeks(page, now)
            beyond = page.until
        await self._erasure.expire_log(now)

        async def work(statements: Statements) -> None:
            await statements.run("remove_old_intents", before=now - _INTENTS_KEPT_FOR)
            await due_queue.set(statements, due.kind, due.subject_id, NO_GUILD, _tomorrow(now))
            await statements.run("request_vacuum")  # a row that was changed may have left copies

        await self._database.write(work)
        await self._database.drop_copies(now - _COPIES_KEPT_FOR)
        await self._database.run_pending_vacuum()

    async def _changes(self) -> dict[Purpose, datetime]:
        """Return when each current text was first in force here; the present time if that is not noted."""
        now = self._clock.now()

        async def work(statements: Statements) -> dict[Purpose, datetime]:
            return {each: await _changed_at(statements, each) or now for each in Purpose}

        return await self._database.read(work)

    async def _page_after(self, beyond: int) -> _Page | None:
        """Return the next members about whom something is saved, or None."""

        async def work(statements: Statements) -> list[dict[str, Stored]]:
            return await statements.rows(
                "members_after", member_id=beyond, guild_id=_LAST_ID, most=_MEMBERS_PER_PAGE
            )

        rows = await self._database.read(work)
        return _Page(beyond, int(rows[-1]["member_id"] or 0)) if rows else None

    async def _end_consents(self, page: _Page, lapsed: Purpose | None, now: datetime) -> bool:
        """End some consents to outdated texts of `lapsed`, or (None) of inactive members.

        Returns whether there may be more. A member who taps after the read and before the deletion does not
        lose the consent; but the erasure log has the line already, so restoring an older backup would
        delete it.
        """

        async def find(statements: Statements) -> list[Scope]:
            return _scopes(await _find_ended(statements, page, lapsed, now))

        async def end(statements: Statements) -> list[EndedPurpose]:
            found = await _find_ended(statements, page, lapsed, now)
            return [await self._end(statements, scope, now) for scope in _scopes(found)]

        ended = await self._erasure.log_and_erase(find, end) or []
        self._erasure.left_messages.publish([message for each in ended for message in each.left])
        return bool(ended)

    async def _end(self, statements: Statements, scope: Scope, now: datetime) -> EndedPurpose:
        member_id, guild_id, purpose = scope.member_id, scope.guild_id, scope.purpose
        assert member_id is not None  # noqa: S101 - as `_scopes` makes them
        assert guild_id is not None  # noqa: S101 - the same
        assert purpose is not None  # noqa: S101 - the same
        ended = await end_purpose(statements, member_id, guild_id, Purpose(purpose))
        await mark_cards(statements, ended.unnamed, now)
        return ended

    async def _delete_weeks(self, page: _Page, now: datetime) -> None:
        """Delete expired weekly counts. Look for them in a read first, which does not block writes."""
        week = iso_week(now - timedelta(weeks=WEEKS_KEPT), "UTC")

        async def find(statements: Statements) -> bool:
            return bool(
                await statements.rows("find_expired_weeks", beyond=page.beyond, until=page.until, week=week)
            )

        async def delete(statements: Statements) -> None:
            await statements.run("delete_expired_weeks", beyond=page.beyond, until=page.until, week=week)
            await statements.run("request_vacuum")

        if await self._database.read(find):
            await self._database.write(delete)


async def _find_ended(
    statements: Statements, page: _Page, lapsed: Purpose | None, now: datetime
) -> list[_MemberConsent]:
    within = {"beyond": page.beyond, "until": page.until, "most": _CONSENTS_PER_UNIT}
    if lapsed is None:
        return await statements.all(
            _MemberConsent, "inactive_consents", first_month=first_active_month(now), **within
        )
    version = VERSIONS[lapsed]
    return await statements.all(
        _MemberConsent, "outdated_consents", purpose=lapsed, version=version, **within
    )


def _scopes(consents: Iterable[_MemberConsent]) -> list[Scope]:
    return [Scope(each.member_id, each.guild_id, each.purpose) for each in consents]


def _tomorrow(now: datetime) -> datetime:
    today = datetime.combine(now.date(), _DAILY_AT)
    return today if today > now else today + timedelta(days=1)


def _note_of(purpose: Purpose) -> str:
    return f"text of {purpose} first seen"


async def _changed_at(statements: Statements, purpose: Purpose) -> datetime | None:
    """Return when the text in force was first noted, or None if the note is about another text."""
    noted = await statements.value("get_deployment", name=_note_of(purpose))
    version, _, seconds = str(noted or "").partition(" ")
    return datetime.fromtimestamp(int(seconds), UTC) if version == str(VERSIONS[purpose]) else None
