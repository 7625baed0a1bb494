"""What a member chose in one server, as `/me` shows it: read in one unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.checkins.personal.cadence import Cadence
from bot.checkins.personal.outbox import find_due
from bot.checkins.personal.overview import find_of_member
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import in_force, outdated
from bot.privacy.consent.saved import consents_of
from bot.rooms.notices.model import NoticeOverview
from bot.rooms.notices.records import build_overview
from bot.scheduling.clock import Clock
from bot.storage.database import Database, Statements
from bot.weeks.model import Week
from bot.weeks.service import recent_weeks


@dataclass(frozen=True, slots=True)
class MemberOverview:
    """A member's consents, check-ins, room notices and weeks in one server.

    `purposes` are those that the consents cover now, `outdated` those whose text changed since. `next_at`:
    when the next check-in comes. `weeks` are empty unless the member saves weekly counts.
    """

    guild_id: int
    purposes: frozenset[Purpose]
    outdated: frozenset[Purpose]
    cadence: Cadence | None
    next_at: datetime | None
    notices: NoticeOverview
    weeks: Sequence[Week]


class MemberOverviews:
    """Reads what members chose."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_member(self, member_id: int, guild_id: int) -> MemberOverview:
        """Return what a member chose in a server."""
        now = self._clock.now()

        async def work(statements: Statements) -> MemberOverview:
            consents = await consents_of(statements, member_id, guild_id)
            purposes = in_force(consents)
            cadence = await find_of_member(statements, member_id, guild_id)
            counts_weeks = Purpose.WEEKLY_COUNTS in purposes
            return MemberOverview(
                guild_id,
                purposes,
                frozenset(each.purpose for each in outdated(consents)),
                cadence,
                await find_due(statements, cadence.cadence_id) if cadence else None,
                await build_overview(statements, member_id, guild_id, consents),
                await recent_weeks(statements, member_id, guild_id, now) if counts_weeks else [],
            )

        return await self._database.read(work)
