"""Who may open a session, and how often. How often is counted in memory, and forgotten within the hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.scheduling.token_buckets import MemberAndServerLimit, Rate

_MEMBER_RATE = Rate(burst=3, every_seconds=5 * 60)  # the shortest session lasts five minutes
_SERVER_RATE = Rate(burst=12, every_seconds=2 * 60)


@dataclass(slots=True)
class SessionOpening:
    """A member's attempt to sit, which may open a session."""

    is_moderator: bool
    is_within_limit: bool
    has_opened: bool = False

    def allows(self, room: Room) -> bool:
        """Return whether the member may open a session in a room, however many they opened."""
        return room.members_may_open or self.is_moderator

    def check(self, room: Room, next_at: datetime | None) -> None:
        """Raise RefusalError if the member may not open a session in the room.

        `next_at`: when a schedule opens the room next, if one does.
        """
        if not self.allows(room) and next_at is not None:
            raise RefusalError("refusals.opens_next", room=room.name, next=next_at)
        if not self.allows(room):
            raise RefusalError("refusals.opened_by_moderators", room=room.name)
        if not self.is_within_limit:
            raise RefusalError("refusals.opened_often")


class SessionOpenings:
    """Counts the sessions that members open."""

    def __init__(self) -> None:
        self._limit = MemberAndServerLimit(_MEMBER_RATE, _SERVER_RATE)

    @contextmanager
    def attempt(
        self, guild_id: int, member_id: int, now: datetime, *, is_moderator: bool
    ) -> Iterator[SessionOpening]:
        """Count one more session by a member, unless `has_opened` is False at the end."""
        at = now.timestamp()
        opening = SessionOpening(is_moderator, self._limit.take(guild_id, member_id, at))
        try:
            yield opening
        finally:
            if opening.is_within_limit and not opening.has_opened:
                self._limit.give_back(guild_id, member_id, at)
