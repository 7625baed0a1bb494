"""Rooms."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.delivery.outcome import Problem
from bot.scheduling.ranges import Count


class ThreadProblem(StrEnum):
    """Why Discord refused a private thread for a member's check-ins."""

    FULL = "full"  # the server has as many active threads as Discord lets it have
    REFUSED = "refused"  # for another reason


@dataclass(frozen=True, slots=True)
class Room:
    """A quiet room of a server, with `capacity` seats; its cards are posted in `channel_id`.

    `bot_made_voice`: the bot made its voice channel. `has_events`: native events announce its schedules.
    `asks_arriving`: its cards ask a question at the start of a session. `allows_checkin_threads`: members
    whose direct messages are closed can have check-ins in a thread of its channel. `members_may_open`: not
    only schedules and moderators open sessions. `shows_next`: its card stays between sessions, and shows
    what comes next. `problem`: why its last card could not be posted.
    `thread_problem`: why Discord refused the last such thread.
    """

    room_id: int
    guild_id: int
    channel_id: int
    name: str
    capacity: Count
    voice_channel_id: int | None = None
    bot_made_voice: bool = False
    has_events: bool = False
    asks_arriving: bool = False
    allows_checkin_threads: bool = False
    members_may_open: bool = True
    shows_next: bool = True
    problem: Problem | None = None
    thread_problem: ThreadProblem | None = None

    @property
    def chosen(self) -> "Room":
        """The room as moderators chose it, without what was found out about it since."""
        return replace(self, problem=None, thread_problem=None)
