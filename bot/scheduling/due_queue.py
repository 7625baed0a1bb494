"""The queue of what is due: the only code that reads or changes the table `due`.

Each row says what is due (`DueKind` and the id of its subject), in which server, and when. Rows of the
servers of one range of shards are acted on by the process that serves the range. The functions here run
inside a unit of work. After that unit's commit the worker is woken, so callers need not wake it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.storage.database import Statements
from bot.storage.record import SqlValue

NO_GUILD = 0
"""The server id of a row that concerns the whole deployment."""


class DueKind(StrEnum):
    """What can be due, with the subject that its id names."""

    OPEN_SESSION = "open_session"  # a schedule: its next session opens
    CLOSE_SESSION = "close_session"  # a session: it closes
    CARD = "card"  # a room: its card has to show what is true
    OLD_CARD = "old_card"  # a message that was a card: it has to be deleted
    LEAVE_TIME = "leave_time"  # a session: the first leave time that a member chose
    NATIVE_EVENT = "native_event"  # a schedule: its native event has to be reconciled
    CHECKIN = "checkin"  # a cadence: a member's next personal check-in
    OPEN_DM = "open_dm"  # a cadence: its member's direct messages are to be opened
    CHANNEL_CHECKIN = "channel_checkin"  # a channel check-in: the next one
    CHANNEL_CHECKIN_END = "channel_checkin_end"  # a channel check-in: the one in view is deleted
    ROOM_NOTICE = "room_notice"  # a member's notice of a room: one is to be sent, or deleted
    OPEN_NOTICE_DM = "open_notice_dm"  # notice settings: their member's direct messages are to be opened
    FORGET_SERVER = "forget_server"  # a server that the bot was removed from
    OUTAGES = "outages"  # a server: look what stopped working, and tell its moderators' channel
    RESUME_SERVER = "resume_server"  # a server: its pause ends
    RETENTION = "retention"  # the deployment's daily clean-up


STARTING = frozenset(
    {
        *(DueKind.OPEN_SESSION, DueKind.CHECKIN, DueKind.OPEN_DM, DueKind.CHANNEL_CHECKIN),
        *(DueKind.OPEN_NOTICE_DM, DueKind.OUTAGES),
    }
)
"""What starts something that members notice: it waits while moderators pause the server."""

SENDING = STARTING | {DueKind.NATIVE_EVENT}
"""What also waits while operators have stopped all sending in the deployment."""

ENDING = frozenset(
    {
        *(DueKind.CLOSE_SESSION, DueKind.CARD, DueKind.OLD_CARD, DueKind.LEAVE_TIME),
        *(DueKind.CHANNEL_CHECKIN_END, DueKind.NATIVE_EVENT),
        *(DueKind.FORGET_SERVER, DueKind.RESUME_SERVER, DueKind.RETENTION, DueKind.ROOM_NOTICE),
    }
)
"""What continues or ends something, and so is acted on in a paused server too.

An open session goes on until its end. A native event of a paused server is cancelled and not made again. A
room notice is deleted with its session, and none is sent.
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed row. `occurs_at` is when it was due; `claims` counts how often this occurrence was begun.

    `removed_at` is set if the bot was removed from the row's server, `paused_at` if moderators pause it.
    """

    kind: DueKind
    subject_id: int
    occurs_at: datetime
    guild_id: int = NO_GUILD
    removed_at: datetime | None = None
    claims: int = 1
    paused_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether it waits until the bot is invited again, or the server's pause ends."""
        return self.removed_at is not None or (self.paused_at is not None and self.kind in STARTING)


@dataclass(frozen=True, slots=True)
class NextDue:
    """When the first row of a kind is due, without rows of running actions (None: there is none)."""

    kind: DueKind
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Changed:
    shard_range: int


@dataclass(frozen=True, slots=True)
class _Occurrence:
    occurs_at: datetime


@dataclass(frozen=True, slots=True)
class SavedDue:
    """A row of the queue as it is saved."""

    kind: DueKind
    due_at: datetime
    occurs_at: datetime


def topic_of(shard_range: int) -> str:
    """Return the topic that `Database.subscribe` calls back for when a commit changed a range's rows."""
    return f"due {shard_range}"


def _notify(statements: Statements, changed: Iterable[_Changed]) -> None:
    """Wake the workers of the processes that serve the servers of rows that became due."""
    for shard_range in {each.shard_range for each in changed}:
        statements.notify(topic_of(shard_range))


# For services


async def set(  # noqa: A001 - read as due_queue.set, beside due_queue.cancel
    statements: Statements, kind: DueKind, subject_id: int, guild_id: int, at: datetime | None
) -> None:
    """Set when a subject is due, replacing any earlier time; None cancels it."""
    if at is None:
        await cancel(statements, kind, subject_id)
        return
    which: dict[str, SqlValue] = {"kind": kind, "subject_id": subject_id, "guild_id": guild_id}
    _notify(statements, await statements.all(_Changed, "set_due", **which, occurs_at=at))


async def set_notices_of_room(statements: Statements, guild_id: int, room_id: int, at: datetime) -> None:
    """Make the notices of a room due at `at`, those of all members in one statement."""
    which: dict[str, SqlValue] = {"guild_id": guild_id, "room_id": room_id}
    _notify(statements, await statements.all(_Changed, "set_due_of_room_notices", **which, occurs_at=at))


async def set_notices_of_session(statements: Statements, session_id: int, at: datetime) -> None:
    """Make the notices that are in view, or being sent, for a session due at `at`, in one statement."""
    which: dict[str, SqlValue] = {"session_id": session_id}
    _notify(statements, await statements.all(_Changed, "set_due_of_session_notices", **which, occurs_at=at))


async def cancel(statements: Statements, kind: DueKind, subject_id: int) -> None:
    """Cancel a subject's due row."""
    await statements.run("cancel_due", kind=kind, subject_id=subject_id)


async def find(statements: Statements, kind: DueKind, subject_id: int) -> datetime | None:
    """Return when a subject is due (aware, UTC), or None. Raises UnreadableRowError."""
    found = await statements.one(_Occurrence, "find_due", kind=kind, subject_id=subject_id)
    return found.occurs_at if found else None


async def is_current(statements: Statements, due: Due) -> bool:
    """Return whether a claimed row is unchanged since the claim.

    It is not if another unit of work ended it, moved it or cancelled it meanwhile.
    """
    return await find(statements, due.kind, due.subject_id) == due.occurs_at


async def reschedule_claimed(statements: Statements, due: Due, at: datetime | None) -> None:
    """Make a claimed row due at `at` (None: cancel it), unless another unit changed it since the claim."""
    who: dict[str, SqlValue] = {"kind": due.kind, "subject_id": due.subject_id}
    if at is None:
        await statements.run("cancel_claimed_due", **who)
    else:
        _notify(statements, await statements.all(_Changed, "reschedule_claimed_due", **who, occurs_at=at))


async def cancel_in_guild(statements: Statements, guild_id: int, *kinds: DueKind) -> None:
    """Cancel a server's due rows of these kinds."""
    for kind in kinds:
        await statements.run("cancel_due_of_guild", kind=kind, guild_id=guild_id)


async def resume_in_guild(statements: Statements, guild_id: int) -> None:
    """Make the parked rows of a server due again at their original times."""
    _notify(statements, await statements.all(_Changed, "resume_due_of_guild", guild_id=guild_id))


# For the worker


async def next_due(statements: Statements, shard_range: int, under_way: str) -> list[NextDue]:
    """Return when each kind is due next in a range of shards.

    `under_way` names the rows to leave out, as `,checkin:17,`.
    """
    return await statements.all(NextDue, "next_due", shard_range=shard_range, under_way=under_way)


async def claim(
    statements: Statements,
    shard_range: int,
    kind: DueKind,
    now: datetime,
    lease_until: datetime,
    most: int,
    under_way: str,
) -> list[Due]:
    """Claim up to `most` rows of a kind that are due at `now` in a range of shards, until `lease_until`."""
    which: dict[str, SqlValue] = {"kind": kind, "shard_range": shard_range, "under_way": under_way}
    return await statements.all(Due, "claim_due", **which, now=now, lease_until=lease_until, most=most)


async def renew(statements: Statements, due: Due, held_until: datetime, until: datetime) -> None:
    """Let the claim that ends at `held_until` end at `until`, unless another unit changed the row since."""
    who: dict[str, SqlValue] = {"kind": due.kind, "subject_id": due.subject_id}
    await statements.run("renew_due", **who, held_until=held_until, until=until)


async def park(statements: Statements, due: Due, until: datetime) -> None:
    """Put a claimed row aside until `until`, unless another unit of work changed it since the claim."""
    await statements.run("park_due", kind=due.kind, subject_id=due.subject_id, until=until)


async def hold(statements: Statements, due: Due, until: datetime) -> None:
    """Put a claimed row aside as `park` does, unless its server was resumed since the claim."""
    await statements.run("hold_due", kind=due.kind, subject_id=due.subject_id, until=until)


async def release_claims(statements: Statements, shard_range: int) -> None:
    """Release all claims in a range. A process does this at its start: any claim is of one that ended."""
    await statements.run("release_due", shard_range=shard_range)
