"""Sit again: members of a session say that they want a seat in the one that follows."""

from datetime import datetime

from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.rooms.sessions.beginnings import find_following, next_begin
from bot.rooms.sessions.cards import read_card
from bot.rooms.sessions.ends import set_leave_time
from bot.rooms.sessions.model import Phase, Seat, SeatResult, Session
from bot.rooms.sessions.rules import begins_at, phase_at
from bot.scheduling.clock import Clock
from bot.servers.pause import check_not_paused
from bot.storage.database import Database, Statements
from bot.storage.record import SqlValue


class SittingAgain:
    """Saves who sits again, until the session closes or they slip out."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def choose(
        self, guild_id: int, session_id: int, member_id: int, *, sits_again: bool | None = None
    ) -> SeatResult:
        """Save whether a member sits again, or switch what is saved (`sits_again` None); return their seat.

        If they do, their own leave time is deleted: they sit until the next session closes. A tap is
        accepted until the worker has closed the session. Raises RefusalError if the member has no seat, if
        it is too early or too late, or if no session can follow.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult:
            session = await statements.one(Session, "get_session", session_id=session_id)
            room = await statements.one(Room, "room_of_session", session_id=session_id)
            if session is None or room is None or session.guild_id != guild_id:
                raise RefusalError("refusals.again_closed")
            who: dict[str, SqlValue] = {"session_id": session_id, "member_id": member_id}
            seat = await statements.one(Seat, "get_seat", **who)
            if seat is None:
                raise RefusalError("refusals.again_from_seat")
            wanted = not seat.sits_again if sits_again is None else sits_again
            if wanted:
                await _check_again(statements, session, room, now)
                await set_leave_time(statements, session, member_id, None)
            await statements.run("set_sits_again", **who, sits_again=wanted)
            changed = await statements.one(Seat, "get_seat", **who)
            card = await read_card(statements, session, room, now)
            return SeatResult(card, changed or seat, was_seated=True)

        return await self._database.write(work)


async def _check_again(statements: Statements, session: Session, room: Room, now: datetime) -> None:
    """Raise RefusalError if nothing can follow a session, or if it is not in its last phase."""
    if session.closed_at is not None:
        raise RefusalError("refusals.session_closing")
    if phase_at(session, now) not in {Phase.TIME_TO_TALK, Phase.CLOSED}:
        raise RefusalError("refusals.again_early", at=begins_at(session, Phase.TIME_TO_TALK))
    if await find_following(statements, session, room) is not None:
        return
    await check_not_paused(statements, room.guild_id)
    next_at = await next_begin(statements, room.room_id, now)
    if next_at is None:
        raise RefusalError("refusals.opened_by_moderators", room=room.name)
    key = "refusals.again_soon" if room.members_may_open else "refusals.opens_next"
    raise RefusalError(key, room=room.name, next=next_at)
