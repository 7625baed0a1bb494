"""A member's own check-ins, as the units of work of members' actions read them."""

from dataclasses import dataclass
from datetime import datetime

from bot.checkins.personal.cadence import Cadence
from bot.checkins.personal.outbox import CheckinToSend, find_cadence, find_due
from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import outdated
from bot.privacy.consent.saved import consents_of
from bot.storage.database import Statements


@dataclass(frozen=True, slots=True)
class CheckinOverview:
    """A member's check-ins in one server, and when the next one comes.

    `is_outdated`: they are on hold, since the consent text changed after the member agreed.
    """

    cadence: Cadence
    next_at: datetime | None
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """The result of agreeing: the cadence, the check-in to send at once if any, and when the next comes."""

    cadence: Cadence
    first: CheckinToSend | None
    next_at: datetime | None


async def find_of_member(statements: Statements, member_id: int, guild_id: int) -> Cadence | None:
    """Return the member's check-ins in a server, or None."""
    return await statements.one(Cadence, "cadence_of_member", member_id=member_id, guild_id=guild_id)


async def cadences_of(statements: Statements, member_id: int) -> list[Cadence]:
    """Return the member's check-ins in every server."""
    return await statements.all(Cadence, "cadences_of_member", member_id=member_id)


async def get_own(statements: Statements, cadence_id: int, member_id: int) -> Cadence:
    """Return the member's own check-ins. Raises RefusalError if they ended, or are another member's."""
    cadence = await find_cadence(statements, cadence_id)
    if cadence is None:
        raise RefusalError("refusals.checkins_gone")
    if cadence.member_id != member_id:
        raise RefusalError("refusals.checkins_of_another")
    return cadence


async def build_overview(statements: Statements, cadence: Cadence) -> CheckinOverview:
    """Return a member's check-ins as panels show them."""
    old = outdated(await consents_of(statements, cadence.member_id, cadence.guild_id))
    is_outdated = Purpose.CHECKINS in {each.purpose for each in old}
    return CheckinOverview(cadence, await find_due(statements, cadence.cadence_id), is_outdated)
