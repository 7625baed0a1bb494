"""What happens when a session ends: its seats are deleted, and the next session may open at once.

Both happen in one unit of work, so that nobody loses a seat in between and a room never has two sessions.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.rooms.card_due import update_card
from bot.rooms.model import Room
from bot.rooms.notice_queue import take_back
from bot.rooms.reconcile import begin_event, reconcile_begun_events
from bot.rooms.schedules.plans import find_plan, set_next
from bot.rooms.sessions.beginnings import find_following, open_session
from bot.rooms.sessions.model import Following, Phase, Seat, Session
from bot.rooms.sessions.rules import phase_at
from bot.rooms.sessions.seats import count_sit
from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.scheduling.wall_time import is_late
from bot.storage.database import Statements


async def end_session(
    statements: Statements, session_id: int, now: datetime, *, follows: bool = True
) -> None:
    """Delete a session with its seats, and open the one that follows, if there is one.

    A schedule opens the next one if its time has come; otherwise it opens for those who sit again. They
    have their seats in it as before. Nothing follows a session that ended long ago, or before its time, or
    if `follows` is False.
    """
    session = await statements.one(Session, "get_session", session_id=session_id)
    room = await statements.one(Room, "room_of_session", session_id=session_id)
    following, seats = None, list[Seat]()
    is_over = session is not None and phase_at(session, now) is Phase.CLOSED
    if session is not None and room is not None and is_over and follows:
        following = await find_following(statements, session, room)
        seats = await statements.all(Seat, "seats_sitting_again", session_id=session_id)
    await _delete_session(statements, session_id, room, now)
    if room is None or following is None or not (seats or following.schedule_id):
        return
    opened = await _open_following(statements, room, following, seats, now)
    if session is not None and opened is not None and opened.schedule_id is not None:
        await begin_event(statements, opened.schedule_id, session.closes_at, opened.opened_at)


async def _delete_session(
    statements: Statements, session_id: int, room: Room | None, now: datetime
) -> None:
    await reconcile_begun_events(statements, session_id, now)
    for kind in (DueKind.CLOSE_SESSION, DueKind.LEAVE_TIME):
        await due_queue.cancel(statements, kind, session_id)
    await take_back(statements, session_id, now)
    await statements.run("remove_session", session_id=session_id)
    if room is not None:
        await update_card(statements, room, now)


async def _open_following(
    statements: Statements, room: Room, following: Following, seats: Sequence[Seat], now: datetime
) -> Session | None:
    schedule_id = following.schedule_id
    if schedule_id is not None:
        plan = await find_plan(statements, schedule_id)
        if plan is not None:
            await set_next(statements, plan, now)
    if is_late(following.opens_at, now) or following.length.closes_at <= now:
        return None
    length, in_place = following.length, schedule_id is None
    session = await open_session(
        statements, room, now, following.opens_at, length, schedule_id, in_place=in_place
    )
    for seat in seats:
        await statements.run(
            "carry_seat",
            session_id=session.session_id,
            member_id=seat.member_id,
            guild_id=room.guild_id,
            visibility=seat.visibility,
            opened_session=schedule_id is None,
        )
        await count_sit(statements, seat.member_id, room.guild_id, now)
    return session
