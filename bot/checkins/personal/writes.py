"""Check-ins inside a write: whose they are, what is saved, when the next one is due."""

from datetime import datetime

from bot.checkins.personal.model import STATE, Cadence
from bot.checkins.personal.rules import next_after_deed, next_at
from bot.errors import RefusalError
from bot.privacy.consent.model import Consent, Purpose
from bot.privacy.consent.rules import in_force
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Statements


def own(cadence: Cadence | None, member_id: int) -> Cadence:
    """Return check-ins that are the member's. Raises RefusalError once they are gone, or are another's."""
    if cadence is None:
        raise RefusalError("refusals.checkins_gone")
    if cadence.member_id != member_id:
        raise RefusalError("refusals.checkins_of_another")
    return cadence


async def purposes_of(tx: Statements, cadence: Cadence) -> frozenset[Purpose]:
    """Return what the member's consents in that server cover."""
    who = {"member_id": cadence.member_id, "guild_id": cadence.guild_id}
    return in_force(await tx.all(Consent, "consents_of_member", **who))


async def save(tx: Statements, cadence: Cadence) -> None:
    """Save what changes while check-ins come and go; when the next is due stays."""
    await tx.run("save_cadence", **{name: getattr(cadence, name) for name in ("cadence_id", *STATE)})


async def save_due(tx: Statements, cadence: Cadence, now: datetime) -> None:
    """Save the check-ins, and when the next one is due by them."""
    await save(tx, cadence)
    await set_due(tx, cadence, next_at(cadence, now))


async def save_deed(tx: Statements, cadence: Cadence, now: datetime) -> None:
    """Save what a member did. One that is on its way still may come."""
    await save(tx, cadence)
    was_due = await due_at(tx, cadence.cadence_id)
    at = next_after_deed(cadence, was_due, now)
    if at != was_due:
        await set_due(tx, cadence, at)


async def due_at(read: Statements, cadence_id: int) -> datetime | None:
    """Return when the next one is due, aware, in UTC, or None."""
    return await due_queue.find(read, DueKind.CHECKIN, cadence_id)


async def set_due(tx: Statements, cadence: Cadence, at: datetime | None) -> None:
    """Let the next one be due at `at`, or none."""
    await due_queue.set(tx, DueKind.CHECKIN, cadence.cadence_id, cadence.guild_id, at)
