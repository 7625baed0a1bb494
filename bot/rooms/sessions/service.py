"""Sessions: who sits where, what a card shows, when the phase changes."""

from collections.abc import Callable, Collection, Container
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.delivery.outcome import Problem
from bot.errors import RefusalError
from bot.rooms.model import Room
from bot.rooms.reconcile import reconcile_begun_events
from bot.rooms.rules import LENGTHS
from bot.rooms.schedules.plans import find_plan, plans_of_room, set_next
from bot.rooms.schedules.rules import next_of
from bot.rooms.sessions.ends import note_leaving
from bot.rooms.sessions.model import Card, Listing, Phase, Sat, Seat, Session, Visibility, WrongCard
from bot.rooms.sessions.rules import begins_at, count_here, has_place, joins_nod, next_change, phase_at
from bot.rooms.sessions.seating import get_open, open_one, seat
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.wall_time import is_late
from bot.storage.database import Database, Statements

CanSee = Callable[[int], bool]  # whether the member can see a channel
Inside = Callable[[Room], Collection[int] | None]


def _nobody(_: Room) -> None:
    """See nobody in voice, as where no Discord is connected."""


class Sessions:
    """Everything about sessions. No method lists members but the card's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._inside: Inside = _nobody

    def see_voice(self, inside: Inside) -> None:
        """Let cards count who is in a room's voice channel, as `inside` sees it. It is stored nowhere."""
        self._inside = inside

    # What is open

    async def listing(self, guild_id: int) -> list[Listing]:
        """Return what is open now and what comes next, room by room."""
        read = self._database.legacy_read
        return [
            Listing(
                room,
                await read.one(Session, "session_of_room", room_id=room.room_id),
                await self._next_at(read, room.room_id),
            )
            for room in await read.all(Room, "rooms_of_guild", guild_id=guild_id)
        ]

    async def choose(
        self, guild_id: int, among: Container[int], member_id: int, visibility: Visibility | None = None
    ) -> Room:
        """Return a room to sit in, by id among those given.

        One whose open session has a place for the member, else one without a session, else the first.
        Raises RefusalError where there is none.
        """
        listing = [each for each in await self.listing(guild_id) if each.room.room_id in among]
        if not listing:
            raise RefusalError("refusals.no_rooms")
        for each in listing:
            if each.session and await self._has_place(each.room, each.session, member_id, visibility):
                return each.room
        return next((each.room for each in listing if each.session is None), listing[0].room)

    async def check_session(self, guild_id: int, session_id: int, can_see: CanSee | None = None) -> int:
        """Return the id of an open session of the server.

        With `can_see`, its channel has to be one that the member can see. Raises RefusalError otherwise.
        """
        session = await self._database.legacy_read.one(Session, "get_session", session_id=session_id)
        if session is None or session.guild_id != guild_id:
            raise RefusalError("refusals.session_closed")
        if can_see is not None and not can_see(session.channel_id):
            raise RefusalError("refusals.session_closed")
        return session_id

    # Seats

    async def sit(
        self, room: Room, member_id: int, minutes: int | None, visibility: Visibility | None = None
    ) -> Sat:
        """Take a seat in the room's open session, for `minutes` where they are given, or open one of them.

        Without a `visibility`, the member is named where they agreed to it, else counted. Raises
        RefusalError when the room is full or its session is just closing.
        """
        if minutes is not None and minutes not in LENGTHS:
            raise RefusalError("refusals.minutes")
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            session = await tx.one(Session, "session_of_room", room_id=room.room_id)
            opened = session is None
            if session is None:
                session = await open_one(tx, room, now, now, minutes or LENGTHS[2])
            sat = await seat(tx, room, session, member_id, visibility, now, opened=opened)
            if minutes is not None and not opened:
                leaves_at = now + timedelta(minutes=minutes)
                await note_leaving(tx, session.session_id, member_id, leaves_at)
                sat = replace(sat, seat=replace(sat.seat, leaves_at=leaves_at))
        return sat

    async def take_seat(self, session_id: int, member_id: int, visibility: Visibility | None = None) -> Sat:
        """Take a seat in a session by its card. Raises RefusalError as `sit` does."""
        async with self._database.legacy_write() as tx:
            session, room = await get_open(tx, session_id)
            return await seat(tx, room, session, member_id, visibility, self._clock.now(), opened=False)

    async def slip_out(self, session_id: int, member_id: int) -> bool:
        """Give up a seat; nobody is told. Returns whether there was one."""
        async with self._database.legacy_write() as tx:
            await get_open(tx, session_id)
            return bool(await tx.run("leave_seat", session_id=session_id, member_id=member_id))

    async def nod(self, session_id: int, member_id: int) -> None:
        """Leave a soft line on the card, one for the nods of a minute.

        Raises RefusalError without a seat: nods come from inside.
        """
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            session, _ = await get_open(tx, session_id)
            if not await tx.run("get_seat", session_id=session_id, member_id=member_id):
                raise RefusalError("refusals.nod_from_seat")
            if not joins_nod(session, now):
                await tx.run("set_nod", session_id=session_id, nodded_at=now)

    async def arrive(self, session_id: int, member_id: int) -> None:
        """Note that a member answered the arriving question, once, whatever the answer was.

        Raises RefusalError where nothing is asked any more.
        """
        async with self._database.legacy_write() as tx:
            session, room = await get_open(tx, session_id)
            if not room.asks_arriving or phase_at(session, self._clock.now()) is not Phase.SETTLING_IN:
                raise RefusalError("refusals.arriving_over")
            await tx.run("add_arrival", session_id=session_id, member_id=member_id, guild_id=room.guild_id)

    async def find_seat(self, session_id: int, member_id: int) -> Sat | None:
        """Return the member's seat in an open session, or None. Raises RefusalError once it closed."""
        session, room = await get_open(self._database.legacy_read, session_id)
        found = await self._database.legacy_read.one(
            Seat, "get_seat", session_id=session_id, member_id=member_id
        )
        return Sat(room, session, found, opened=False, kept=True) if found else None

    # Cards and phases

    async def find_card(self, session_id: int) -> Card | None:
        """Return what the session's card shows now, or None once the session is gone."""
        read = self._database.legacy_read
        session = await read.one(Session, "get_session", session_id=session_id)
        room = await read.one(Room, "room_of_session", session_id=session_id)
        if session is None or room is None:
            return None
        seats = await read.all(Seat, "seats_of_session", session_id=session_id)
        inside = self._inside(room)
        return Card(
            room,
            session,
            phase_at(session, self._clock.now()),
            count_here(seats, inside or ()),
            tuple(each.member_id for each in seats if each.visibility is Visibility.NAMED),
            await self._next_at(read, room.room_id),
            int(await read.value("count_arrivals", session_id=session_id) or 0),
            has_voice=inside is not None,
        )

    async def open_scheduled(self, due: Due) -> None:
        """Open the session that a schedule calls for, unless it is late or one is open already."""
        now = self._clock.now()
        async with self._database.legacy_write() as tx:
            plan = await find_plan(tx, due.subject_id)
            room = await tx.one(Room, "room_of_schedule", schedule_id=due.subject_id)
            if plan is None or room is None:
                await due_queue.cancel(tx, DueKind.OPEN_SESSION, due.subject_id)
                return
            if not await due_queue.is_current(tx, due):
                return  # skipped, moved or opened since it was claimed
            await set_next(tx, plan, now)
            is_open = await tx.run("session_of_room", room_id=room.room_id)
            if not is_open and not is_late(due.occurs_at, now):
                schedule = plan.schedule
                await open_one(tx, room, now, due.occurs_at, schedule.minutes, schedule.schedule_id)

    async def set_card(self, session_id: int, message_id: int | None, shown: Phase | None) -> None:
        """Note the outcome of a rate-limited request: where the card is and which phase it shows.

        None: it is gone.
        """
        async with self._database.legacy_write() as tx:
            await outbox.finish(tx, _card_key(session_id))
            await tx.run("set_card", session_id=session_id, message_id=message_id, shown_phase=shown)
            if message_id is not None:
                await tx.run("clear_problem_of_room", session_id=session_id)

    async def begin_card(self, session_id: int) -> Intent | None:
        """Record that the card is going to be posted; None where it is there, or the session is gone."""
        async with self._database.legacy_write() as tx:
            session = await tx.one(Session, "get_session", session_id=session_id)
            if session is None or session.message_id is not None:
                return None
            key, now = _card_key(session_id), self._clock.now()
            return await outbox.begin(tx, key, session.guild_id, session.channel_id, now)

    async def find_card_intent(self, session_id: int) -> Intent | None:
        """Return the open intent of a card that may be in its channel, or None."""
        return await outbox.find(self._database.legacy_read, _card_key(session_id))

    async def note_problem(self, session_id: int, problem: Problem, *, may_be_out: bool) -> None:
        """Note why the card could not be posted or closed; `may_be_out`: it may be in the channel.

        However rarely it is tried again, the session ends on time.
        """
        async with self._database.legacy_write() as tx:
            session = await tx.one(Session, "get_session", session_id=session_id)
            if session is None:
                return
            await tx.run("set_problem_of_room", session_id=session_id, problem=problem)
            if not may_be_out:
                await outbox.finish(tx, _card_key(session_id))
            at = begins_at(session, Phase.CLOSED)
            if at > self._clock.now():
                await due_queue.hasten(tx, DueKind.SESSION_PHASE, session_id, at)

    async def note_shown_revision(self, session: Session) -> None:
        """Note that the card was seen to show the session as it is here."""
        if session.shown_revision < session.revision:
            async with self._database.legacy_write() as tx:
                await tx.run(
                    "note_shown_revision", session_id=session.session_id, shown_revision=session.revision
                )

    async def wrong_cards(self) -> list[WrongCard]:
        """Return the cards that were not seen to show all that changed, as a crash leaves them."""
        return await self._database.legacy_read.all(WrongCard, "outdated_cards")

    async def await_next_phase(self, session_id: int, shown: Phase) -> None:
        """Let the worker come back when the phase after `shown` begins, at once where it has begun.

        Asked of what was shown rather than of the clock: a phase that began while the card was edited
        would be skipped, and a close lost.
        """
        async with self._database.legacy_write() as tx:
            session = await tx.one(Session, "get_session", session_id=session_id)
            at = next_change(session, shown) if session else None
            if session is not None and at is not None:
                await due_queue.set(tx, DueKind.SESSION_PHASE, session_id, session.guild_id, at)

    async def close(self, session_id: int) -> None:
        """Forget a session and its seats, leaving no trace of them in the files."""
        async with self._database.legacy_write() as tx:
            await reconcile_begun_events(tx, session_id, self._clock.now())
            for kind in (DueKind.SESSION_PHASE, DueKind.LEAVE_TIME):
                await due_queue.cancel(tx, kind, session_id)
            await outbox.finish(tx, _card_key(session_id))
            await tx.run("remove_session", session_id=session_id)
        await self._database.truncate_wal()

    async def _has_place(
        self, room: Room, session: Session, member_id: int, visibility: Visibility | None
    ) -> bool:
        if phase_at(session, self._clock.now()) is Phase.CLOSED:
            return False
        seats = await self._database.legacy_read.all(
            Seat, "seats_of_session", session_id=session.session_id
        )
        return has_place(seats, member_id, room.capacity, visibility)

    async def _next_at(self, read: Statements, room_id: int) -> datetime | None:
        return next_of(await plans_of_room(read, room_id), self._clock.now())


def _card_key(session_id: int) -> str:
    return f"card:{session_id}"
