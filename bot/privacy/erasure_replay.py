"""Repeating erasures in a restored backup, from the erasure log.

The database notes the position in the log up to which it has carried out erasures. A backup has an older
position: after it is restored, the erasures behind that position are carried out again. At a usual start
there are none.
"""

import asyncio
import logging
from dataclasses import dataclass

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.saved import consents_of
from bot.privacy.erasure import ERASING, carried_out, end_purpose, erase_live, note_carried_out
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import ErasureLog, Scope

log = logging.getLogger(__name__)

_MEMBERS_PER_UNIT = 500


@dataclass(frozen=True, slots=True)
class _Member:
    """A member about whom something is saved in a server."""

    member_id: int
    guild_id: int


async def replay_erasures(database: Database) -> int:
    """Repeat the erasures that a restored database lacks; return how many rows were deleted.

    Raises ConfigurationError if the log was made with another key.
    """
    async with database.alone(ERASING):
        return await _replay(database)


async def _replay(database: Database) -> int:
    erasures, count = database.erasure_log, 0
    position = await database.read(carried_out)
    end = await asyncio.to_thread(erasures.end)
    if end is None and position.number:
        log.warning(
            "the erasure log %s is gone: a restored backup repeats only what its own copy lists",
            erasures.path.name,
        )
    if end is None or position.reaches(end):
        return 0
    if position.number and position.identity != end.identity:
        log.warning(
            "%s is not the erasure log that this database used last: its erasures are repeated. After a "
            "restore, that is right; otherwise, let all hosts share ALONGSIDE_DATA_FOLDER",
            erasures.path.name,
        )
    marks = await asyncio.to_thread(erasures.entries_after, position)
    last: _Member | None = _Member(0, 0)
    while last is not None:
        last, deleted = await _replay_page(database, marks, last)
        count += deleted

    async def finish(statements: Statements) -> None:
        await note_carried_out(statements, end)

    await database.write(finish)
    await database.vacuum()
    return count


async def _replay_page(
    database: Database, marks: dict[str, int], after: _Member
) -> tuple[_Member | None, int]:
    """Repeat erasures for the next page of members; return its last member and the deleted rows' number."""

    async def work(statements: Statements) -> tuple[_Member | None, int]:
        members = await statements.all(
            _Member,
            "members_after",
            member_id=after.member_id,
            guild_id=after.guild_id,
            most=_MEMBERS_PER_UNIT,
        )
        counts = [await _erase_again(statements, database.erasure_log, marks, each) for each in members]
        return (members[-1] if members else None), sum(counts)

    return await database.write(work)


async def _erase_again(
    statements: Statements, erasures: ErasureLog, marks: dict[str, int], member: _Member
) -> int:
    """Repeat a member's logged erasures in a server, except for purposes that they agreed to since."""
    who, where, count = member.member_id, member.guild_id, 0
    whole = [Scope(who, where), Scope(who, None), Scope(None, where)]
    at = [marks[mark] for mark in map(erasures.mark, whole) if mark in marks]
    consents = {each.purpose: each for each in await consents_of(statements, who, where)}
    for purpose in Purpose:
        mark = erasures.mark(Scope(who, where, purpose))
        moments = [*at, marks[mark]] if mark in marks else at
        consent = consents.get(purpose)
        if not moments or (consent and consent.granted_at.timestamp() > max(moments)):
            continue
        count += (await end_purpose(statements, who, where, purpose)).count
    return count + (await erase_live(statements, who, where) if at else 0)
