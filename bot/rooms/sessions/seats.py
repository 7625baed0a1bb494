"""Seats in open sessions: members take and leave seats, nod, and answer the card's question.

Each method is one unit of work. It checks that the session belongs to the server that the tap came from,
and, if the answer shows more than a number, that the member can see its channel.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import RefusalError
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.card_due import update_card_by
from bot.rooms.model import Room
from bot.rooms.notice_queue import note_seat_taken
from bot.rooms.sessions.cards import get_card, read_card
from bot.rooms.sessions.model import Card, Phase, Seat, SeatResult, Session, Visibility
from bot.rooms.sessions.questions import find_open_room, find_seat, leave_other_seat
from bot.rooms.sessions.rules import asks_arriving, joins_nod, next_edit, phase_at
from bot.scheduling.clock import Clock
from bot.scheduling.wall_time import iso_week
from bot.servers.service import DEFAULT_ZONE, find_guild
from bot.storage.database import Database, Statements
from bot.storage.record import SqlValue

CanSee = Callable[[int], bool]
"""Returns whether the member can see a channel, by its id. Units call it, on the thread of the database."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The consents of a member that matter for a seat, and whether they have any consent in the server."""

    shows_name: bool
    counts_weeks: bool
    has_consents: bool


class Seats:
    """Takes and gives up seats in open sessions.

    Every method raises RefusalError if the session is closed or of another server than `guild_id`. Methods
    with a parameter `can_see` also raise it if the member cannot see the session's channel.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(
        self,
        guild_id: int,
        session_id: int,
        member_id: int,
        can_see: CanSee,
        visibility: Visibility | None = None,
        *,
        leaves: int | None = None,
    ) -> SeatResult:
        """Take a seat, or return the one that the member has, shown as `visibility` says.

        If `visibility` is None, a new seat shows the member's name if they agreed to that, else it is only
        counted. `leaves`: the room that the member agreed to leave for this one. Raises RefusalError if
        the room is full or the session is closing, and SeatedElsewhereError if they have another seat.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult:
            session, room = await get_open(statements, guild_id, session_id, can_see)
            return await take_seat(statements, session, room, member_id, visibility, now, leaves=leaves)

        return await self._database.write(work)

    async def find(self, guild_id: int, session_id: int, member_id: int) -> SeatResult | None:
        """Return the member's seat in an open session, or None if they have none."""
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult | None:
            session, room = await get_open(statements, guild_id, session_id)
            seat = await statements.one(Seat, "get_seat", session_id=session_id, member_id=member_id)
            if seat is None:
                return None
            return SeatResult(await read_card(statements, session, room, now), seat, was_seated=True)

        return await self._database.read(work)

    async def find_in_server(self, guild_id: int, member_id: int) -> SeatResult | None:
        """Return the seat that the member has in a server, or None."""
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult | None:
            seat = await find_seat(statements, guild_id, member_id)
            room = await find_open_room(statements, seat, now) if seat else None
            if seat is None or room is None:
                return None
            return SeatResult(await get_card(statements, seat.session_id, room, now), seat, was_seated=True)

        return await self._database.read(work)

    async def show_name(self, guild_id: int, session_id: int, member_id: int) -> SeatResult:
        """Show the name of a counted member who agreed to that; return the seat, changed or not.

        Raises RefusalError if the member has no seat.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult:
            session, room = await get_open(statements, guild_id, session_id)
            seat = await statements.one(Seat, "get_seat", session_id=session_id, member_id=member_id)
            if seat is None:
                raise RefusalError("refusals.no_seat")
            agreed = await _agreed(statements, guild_id, member_id)
            if agreed and agreed.shows_name and seat.visibility is Visibility.COUNTED:
                return await take_seat(statements, session, room, member_id, Visibility.NAMED, now)
            return SeatResult(await read_card(statements, session, room, now), seat, was_seated=True)

        return await self._database.write(work)

    async def show_as(
        self, guild_id: int, session_id: int, member_id: int, visibility: Visibility
    ) -> SeatResult:
        """Change how the card shows the member's seat.

        Raises RefusalError if they have none, or if it is hidden and all seats that count are taken.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> SeatResult:
            session, room = await get_open(statements, guild_id, session_id)
            if not await statements.run("get_seat", session_id=session_id, member_id=member_id):
                raise RefusalError("refusals.no_seat")
            return await take_seat(statements, session, room, member_id, visibility, now)

        return await self._database.write(work)

    async def leave(self, guild_id: int, session_id: int, member_id: int) -> tuple[Card, bool]:
        """Give up the member's seat; return the updated card, and whether there was a seat."""
        now = self._clock.now()

        async def work(statements: Statements) -> tuple[Card, bool]:
            session, room = await get_open(statements, guild_id, session_id)
            left = await statements.run("leave_seat", session_id=session_id, member_id=member_id)
            return await read_card(statements, session, room, now), bool(left)

        return await self._database.write(work)

    async def nod(self, guild_id: int, session_id: int, member_id: int) -> Card:
        """Show a nod on the card, one for all nods of a minute; return the updated card.

        Raises RefusalError if the member has no seat.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Card:
            session, room = await get_open(statements, guild_id, session_id)
            if not await statements.run("get_seat", session_id=session_id, member_id=member_id):
                raise RefusalError("refusals.nod_from_seat")
            if not joins_nod(session, now):
                await statements.run("set_nod", session_id=session_id, nodded_at=now)
            return await get_card(statements, session_id, room, now)

        return await self._database.write(work)

    async def answer(
        self, guild_id: int, session_id: int, member_id: int, can_see: CanSee
    ) -> tuple[Card, bool]:
        """Count that the member answered the card's question, once, whatever they answered.

        Returns the updated card, and whether they have a seat. Raises RefusalError if the card asks no
        question now.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> tuple[Card, bool]:
            session, room = await get_open(statements, guild_id, session_id, can_see)
            card = await read_card(statements, session, room, now)
            if not asks_arriving(card) or card.phase is Phase.CLOSED:
                raise RefusalError("refusals.arriving_over")
            await statements.run(
                "add_arrival", session_id=session_id, member_id=member_id, guild_id=guild_id
            )
            is_seated = await statements.run("get_seat", session_id=session_id, member_id=member_id)
            return await read_card(statements, session, room, now), bool(is_seated)

        return await self._database.write(work)

    async def look(self, guild_id: int, session_id: int, can_see: CanSee | None = None) -> Card:
        """Return what a card shows now, for a member who looks without taking a seat."""
        now = self._clock.now()

        async def work(statements: Statements) -> Card:
            session, room = await get_open(statements, guild_id, session_id, can_see)
            return await read_card(statements, session, room, now)

        return await self._database.read(work)


async def get_open(
    statements: Statements, guild_id: int, session_id: int, can_see: CanSee | None = None
) -> tuple[Session, Room]:
    """Return an open session of the server with its room. Raises RefusalError as `Seats` does."""
    session = await statements.one(Session, "get_session", session_id=session_id)
    room = await statements.one(Room, "room_of_session", session_id=session_id)
    if session is None or room is None or session.guild_id != guild_id:
        raise RefusalError("refusals.session_closed")
    if can_see is not None and not can_see(session.channel_id):
        raise RefusalError("refusals.session_closed")
    return session, room


async def take_seat(
    statements: Statements,
    session: Session,
    room: Room,
    member_id: int,
    visibility: Visibility | None,
    now: datetime,
    *,
    opens_session: bool = False,
    leaves: int | None = None,
) -> SeatResult:
    """Take a seat as `Seats.take` does; `opens_session`: the session opens with it.

    A new seat is added to the member's weekly counts if they agreed to these.
    """
    session_id, guild_id = session.session_id, room.guild_id
    if phase_at(session, now) is Phase.CLOSED:
        raise RefusalError("refusals.session_closing")
    agreed = await _agreed(statements, guild_id, member_id)
    seated = await find_seat(statements, guild_id, member_id)
    before = seated if seated is not None and seated.session_id == session_id else None
    usual = Visibility.NAMED if agreed and agreed.shows_name else Visibility.COUNTED
    seat = before or Seat(session_id, member_id, usual, opened_session=opens_session)
    seat = replace(seat, visibility=visibility or seat.visibility)
    given: dict[str, SqlValue] = {
        "session_id": session_id,
        "member_id": member_id,
        "visibility": seat.visibility,
        "capacity": room.capacity,
    }
    if before is None:
        await leave_other_seat(statements, room, session, seated, leaves, now)
        is_done = await statements.run(
            "take_seat", **given, guild_id=guild_id, opened_session=opens_session
        )
    else:
        is_done = await statements.run("set_visibility", **given)
    if not is_done:
        key = "refusals.room_full" if before is None else "refusals.stays_hidden"
        raise RefusalError(key, room=room.name)
    card = await read_card(statements, session, room, now)
    until = next_edit(card, None)
    if until is not None:  # the card may have shown nobody, and had no next phase to show
        await update_card_by(statements, room.room_id, guild_id, until, now)
    if before is None:
        await _count_sit(statements, member_id, guild_id, agreed, card.zone, now)
    is_first = before is None and not (agreed and agreed.has_consents)
    return SeatResult(card, seat, before is not None, is_first=is_first)


async def count_sit(statements: Statements, member_id: int, guild_id: int, now: datetime) -> None:
    """Add a seat that was carried over to the member's weekly counts if they agreed to these.

    Their room notices are not ignored then, so each one comes again.
    """
    guild = await find_guild(statements, guild_id)
    agreed = await _agreed(statements, guild_id, member_id)
    await _count_sit(statements, member_id, guild_id, agreed, guild.zone if guild else None, now)


async def _count_sit(
    statements: Statements,
    member_id: int,
    guild_id: int,
    agreed: Agreed | None,
    zone: str | None,
    now: datetime,
) -> None:
    if agreed and agreed.has_consents:
        await note_seat_taken(statements, guild_id, member_id)
    if agreed and agreed.counts_weeks:
        week = iso_week(now, zone or DEFAULT_ZONE)
        await statements.run("count_sit", member_id=member_id, guild_id=guild_id, week=week)


async def _agreed(statements: Statements, guild_id: int, member_id: int) -> Agreed | None:
    return await statements.one(
        Agreed,
        "get_seat_consents",
        member_id=member_id,
        guild_id=guild_id,
        show_name=VERSIONS[Purpose.SHOW_NAME],
        weekly_counts=VERSIONS[Purpose.WEEKLY_COUNTS],
    )
