"""What was deleted stays deleted, also in a restored backup: deletions are noted beside the database.

The database keeps the place in the list up to which it has carried out deletions. A backup has an older
one: once it is restored, the lines since then are carried out again. At a plain start there are none.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.privacy import personal_data
from bot.privacy.consent.model import Consent, Purpose
from bot.storage.database import Database, Statements
from bot.storage.erasure_log import LOG_KEPT_FOR, REPLAYED_UP_TO, ErasureLog, LogPosition, Scope

log = logging.getLogger(__name__)

REMEMBERED_DAYS = LOG_KEPT_FOR.days  # how long an erasure is repeated in restored backups

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _About:
    """Somebody about whom something is kept, and where."""

    member_id: int
    guild_id: int


async def note(tx: Statements, deletions: ErasureLog, scopes: Sequence[Scope], at: datetime) -> None:
    """Put deletions on the list, durable, before the write that deletes is committed; owe their purge.

    Raises ConfigurationError where the list was made with another key.
    """
    carried_out = await _carried_out(tx)
    after = await asyncio.to_thread(deletions.append, scopes, at, carried_out)
    await _note_carried_out(tx, after)
    await tx.run("request_vacuum")


async def reapply(database: Database) -> int:
    """Carry out deletions that a restored database does not know of; return how many rows went.

    Raises ConfigurationError where the list was made with another key.
    """
    deletions, count = database.erasure_log, 0
    carried_out = await _carried_out(database.legacy_read)
    end = await asyncio.to_thread(deletions.end)
    if end is None and carried_out.number:
        log.warning("%s is gone: what it said is not known to a backup any more", deletions.path.name)
    if end is None or carried_out.reaches(end):
        return 0
    marks = await asyncio.to_thread(deletions.entries_after, carried_out)
    beyond = _About(0, 0)
    while True:
        async with database.legacy_write() as tx:
            some = await tx.all(
                _About,
                "members_after",
                member_id=beyond.member_id,
                guild_id=beyond.guild_id,
                most=_AT_ONCE,
            )
            for each in some:
                count += await _delete_again(tx, deletions, marks, each)
            if not some:
                await _note_carried_out(tx, end)
                await tx.run("request_vacuum")
                break
        beyond = some[-1]
    await database.vacuum()
    return count


async def _delete_again(tx: Statements, deletions: ErasureLog, marks: dict[str, int], about: _About) -> int:
    """Delete what the marks say of a member in a server, but for what was agreed to since."""
    who, where, count = about.member_id, about.guild_id, 0
    whole = [Scope(who, where), Scope(who, None), Scope(None, where)]
    at = [marks[mark] for mark in map(deletions.mark, whole) if mark in marks]
    consents = {each.purpose: each for each in await _consents(tx, about)}
    for purpose in Purpose:
        mark = deletions.mark(Scope(who, where, purpose))
        moments = [*at, marks[mark]] if mark in marks else at
        consent = consents.get(purpose)
        if not moments or (consent and consent.granted_at.timestamp() > max(moments)):
            continue
        count += (await personal_data.end(tx, who, where, purpose)).count
    return count + (await personal_data.erase_live(tx, who, where) if at else 0)


async def _consents(tx: Statements, about: _About) -> list[Consent]:
    return await tx.all(Consent, "consents_of_member", member_id=about.member_id, guild_id=about.guild_id)


async def _carried_out(read: Statements) -> LogPosition:
    kept = await read.value("get_deployment", name=REPLAYED_UP_TO)
    return LogPosition.read(None if kept is None else str(kept))


async def _note_carried_out(tx: Statements, place: LogPosition) -> None:
    await tx.run("set_deployment", name=REPLAYED_UP_TO, value=str(place))
