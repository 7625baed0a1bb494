"""Check-ins of people in a sandbox, as the bot's database has them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bench.databases import BotDatabase
from sandbox import Actor, Sandbox
from sandbox.state.models import Channel

_AT_ANY_TIME = """
UPDATE cadence
SET unanswered = 0, last_sent_on = NULL, sent_in_week = 0, start_minute = 0, end_minute = 24 * 60
"""
_DUE_LATER = "UPDATE due SET due_at = :later, occurs_at = :later WHERE kind = 'checkin'"
_DAY_SECONDS = 86_400
_DUE_NOW = """
UPDATE due SET due_at = :now, occurs_at = :now
WHERE kind = 'checkin' AND subject_id IN (SELECT cadence_id FROM cadence WHERE member_id = :member)
"""
_RECORDED = "SELECT member_id, sent FROM cadence"
_PLANNED = """
SELECT cadence.member_id, due.occurs_at FROM due JOIN cadence ON cadence.cadence_id = due.subject_id
WHERE due.kind = 'checkin'
"""
_TO_COME = "SELECT COUNT(*) FROM due WHERE kind = 'checkin' AND (due_at <= :now OR claims > 0)"


class Checkins:
    """Reads and changes what the bot saved about check-ins."""

    def __init__(self, box: Sandbox, database: BotDatabase) -> None:
        self._box = box
        self._database = database

    def let_all_be_due(self) -> datetime:
        """Make everyone's next check-in due now, at any time of day and whatever their weekly maximum."""
        now = int(self._box.clock.unix())
        self._database.run("UPDATE due SET due_at = :now, occurs_at = :now WHERE kind = 'checkin'", now=now)
        self._database.run(_AT_ANY_TIME)
        return datetime.fromtimestamp(now, UTC)

    def let_some_be_due(self, people: Iterable[Actor]) -> datetime:
        """Make the next check-in of some people due now, and that of others in two days."""
        now = int(self._box.clock.unix())
        self._database.run(_AT_ANY_TIME)
        self._database.run(_DUE_LATER, later=now + 2 * _DAY_SECONDS)
        for each in people:
            self._database.run(_DUE_NOW, now=now, member=each.id)
        return datetime.fromtimestamp(now, UTC)

    def recorded(self) -> Mapping[int, int]:
        """Return how many check-ins the bot recorded as sent, by person."""
        return dict(self._database.run(_RECORDED))

    def planned(self) -> Mapping[int, datetime]:
        """Return when the bot plans the next check-in, by person."""
        found = self._database.run(_PLANNED)
        return {member: datetime.fromtimestamp(at, UTC) for member, at in found}

    def to_come(self) -> int:
        """Return how many check-ins are due or being sent now."""
        return int(self._database.run(_TO_COME, now=int(self._box.clock.unix()))[0][0])


async def agree(person: Actor, channel: Channel | str = "general") -> None:
    """Let a person ask for check-ins in a channel and agree. Raises RuntimeError if that is refused."""
    proposal = await person.run("checkins", channel=channel, options={"days": "daily", "per_week": 7})
    agreed = await (await person.click(proposal.messages[-1], "Yes, begin")).settled()
    if "Check-ins are on" not in agreed.text:
        raise RuntimeError(agreed.text)
