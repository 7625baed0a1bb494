"""Rooms of a server: moderators add, change and remove them, without seeing who sits in one."""

from collections.abc import Callable
from functools import partial

from bot.delivery import outbox
from bot.errors import RefusalError
from bot.readers.refusal import checked_name
from bot.rooms.card_due import card_key, take_card_away, update_card
from bot.rooms.lookup import get_room
from bot.rooms.model import Room, ThreadProblem
from bot.rooms.notice_queue import end_notices_of_room
from bot.rooms.reconcile import reconcile_events_of_room
from bot.rooms.rules import LONGEST_NAME, MOST_ROOMS, MOST_SEATS, find_named, find_typed, free_name
from bot.rooms.schedules.model import Schedule
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.rooms.shown import ShownRoom, get_shown, require_room_seen
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.servers.outages.look import look_for_outages
from bot.storage.database import Database, Statements
from bot.storage.record import SqlValue


class Rooms:
    """Adds, finds, changes and removes rooms.

    Methods that are given `room_id` raise RefusalError if the server has no such room. Those that are given
    `seen`, the fingerprint of the room as a moderator saw it, raise StaleError if it was changed since.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_guild(self, guild_id: int) -> list[Room]:
        """Return the server's rooms, oldest first."""

        async def work(statements: Statements) -> list[Room]:
            return await statements.all(Room, "rooms_of_guild", guild_id=guild_id)

        return await self._database.read(work)

    async def add(self, guild_id: int, channel_id: int, typed: str, capacity: int) -> Room:
        """Add a room with a name that a moderator typed.

        Raises RefusalError if the name or the capacity is not allowed, the name is taken, or there are too
        many rooms.
        """
        name = checked_name(typed, LONGEST_NAME)

        def choose_name(known: list[Room]) -> str:
            if (same := find_named(known, name)) is not None:
                raise RefusalError("refusals.room_exists", name=same.name)
            return name

        return await self._add(guild_id, channel_id, choose_name, capacity)

    async def add_named_after(
        self, guild_id: int, channel_id: int, given: str, otherwise: str, capacity: int
    ) -> Room:
        """Add a room with a free name that is near `given`, or else near `otherwise`.

        Raises RefusalError if the capacity is not allowed or there are too many rooms.
        """

        def choose_name(known: list[Room]) -> str:
            return free_name(known, given, otherwise)

        return await self._add(guild_id, channel_id, choose_name, capacity)

    async def _add(
        self, guild_id: int, channel_id: int, choose_name: Callable[[list[Room]], str], capacity: int
    ) -> Room:
        _check_capacity(capacity)
        now = self._clock.now()

        async def work(statements: Statements) -> Room:
            known = await statements.all(Room, "rooms_of_guild", guild_id=guild_id)
            if len(known) >= MOST_ROOMS:
                raise RefusalError("refusals.rooms_full", most=MOST_ROOMS)
            name = choose_name(known)
            room = await statements.one(
                Room, "add_room", guild_id=guild_id, channel_id=channel_id, name=name, capacity=capacity
            )
            if room is None:
                raise RefusalError("refusals.room_exists", name=name)
            given: dict[str, SqlValue] = {"room_id": room.room_id, "guild_id": guild_id}
            await statements.run("add_card", **given, channel_id=channel_id)
            await update_card(statements, room, now)
            return room

        return await self._database.write(work)

    async def find(self, guild_id: int, typed: str) -> Room:
        """Return the room that was chosen or typed. Raises RefusalError if there is none."""
        room = find_typed(await self.of_guild(guild_id), typed)
        if room is None:
            raise RefusalError("refusals.room_gone")
        return room

    async def get(self, guild_id: int, room_id: int) -> Room:
        """Return a room of the server."""
        return await self._database.read(partial(get_room, guild_id=guild_id, room_id=room_id))

    async def look(self, guild_id: int, room_id: int) -> ShownRoom:
        """Return a room of the server with its weekly times."""
        return await self._database.read(partial(get_shown, guild_id=guild_id, room_id=room_id))

    async def ask_arriving(
        self, guild_id: int, room_id: int, *, asks: bool, seen: int | None = None
    ) -> Room:
        """Turn the arriving question on the room's cards on or off."""
        return await self._change(guild_id, room_id, "set_asks_arriving", seen, asks_arriving=asks)

    async def offer_threads(
        self, guild_id: int, room_id: int, *, offered: bool, seen: int | None = None
    ) -> Room:
        """Turn offers of check-ins in private threads of the room's channel on or off."""
        return await self._change(
            guild_id, room_id, "set_allows_checkin_threads", seen, allows_checkin_threads=offered
        )

    async def note_thread_problem(
        self, guild_id: int, channel_id: int, problem: ThreadProblem | None
    ) -> None:
        """Record why Discord refused a private thread in a channel, or (None) that it made one."""

        async def work(statements: Statements) -> None:
            where = {"guild_id": guild_id, "channel_id": channel_id}
            await statements.run("set_thread_problem", **where, thread_problem=problem)

        await self._database.write(work)

    async def let_members_open(
        self, guild_id: int, room_id: int, *, allowed: bool, seen: int | None = None
    ) -> Room:
        """Let members open sessions in the room, or only schedules and moderators."""
        return await self._change(guild_id, room_id, "set_members_may_open", seen, members_may_open=allowed)

    async def show_next(self, guild_id: int, room_id: int, *, shown: bool, seen: int | None = None) -> Room:
        """Let the room's card show what comes next between sessions, or (False) be deleted at a close."""
        return await self._change(guild_id, room_id, "set_shows_next", seen, shows_next=shown)

    async def move(self, guild_id: int, room_id: int, channel_id: int, *, seen: int | None = None) -> Room:
        """Move the room's card to another channel, with the session that it shows."""
        now = self._clock.now()

        async def work(statements: Statements) -> Room:
            before = await get_room(statements, guild_id, room_id)
            await require_room_seen(statements, before, seen)
            await take_card_away(statements, before, channel_id, now)
            await statements.run("move_room", room_id=room_id, channel_id=channel_id)
            await statements.run("move_session", room_id=room_id, channel_id=channel_id)
            room = await get_room(statements, guild_id, room_id)
            await update_card(statements, room, now)
            await look_for_outages(statements, guild_id, now)
            return room

        return await self._database.write(work)

    async def set_voice(
        self, guild_id: int, room_id: int, channel_id: int | None, *, made: bool, seen: int | None = None
    ) -> Room:
        """Save the room's silent voice channel (None: no channel), and whether the bot made it."""
        values: dict[str, SqlValue] = {"voice_channel_id": channel_id, "bot_made_voice": made}
        return await self._change(guild_id, room_id, "set_voice", seen, is_in_events=True, **values)

    async def set_events(
        self, guild_id: int, room_id: int, *, is_on: bool, seen: int | None = None
    ) -> Room:
        """Turn native events for the room's schedules on or off."""
        return await self._change(
            guild_id, room_id, "set_has_events", seen, is_in_events=True, has_events=is_on
        )

    async def edit(self, guild_id: int, room_id: int, typed: str, capacity: int, *, seen: int) -> Room:
        """Give a room the name that a moderator typed and so many seats; native events show the name.

        Raises RefusalError if the name or the capacity is not allowed, or another room has the name.
        """
        name, now = checked_name(typed, LONGEST_NAME), self._clock.now()
        _check_capacity(capacity)

        async def work(statements: Statements) -> Room:
            room = await get_room(statements, guild_id, room_id)
            await require_room_seen(statements, room, seen)
            known = await statements.all(Room, "rooms_of_guild", guild_id=guild_id)
            same = find_named([each for each in known if each.room_id != room_id], name)
            if same is not None:
                raise RefusalError("refusals.room_named", name=same.name)
            await statements.run("edit_room", room_id=room_id, name=name, capacity=capacity)
            if name != room.name:
                await reconcile_events_of_room(statements, room_id, now)
            await update_card(statements, room, now)
            return await get_room(statements, guild_id, room_id)

        return await self._database.write(work)

    async def get_removable(self, guild_id: int, room_id: int) -> Room:
        """Return a room of the server. Raises RefusalError while it has a session."""
        return await self._database.read(partial(_get_removable, guild_id=guild_id, room_id=room_id))

    async def remove(self, guild_id: int, room_id: int, *, seen: int | None = None) -> Room:
        """Remove a room with its schedules, and return it. Raises RefusalError while it has a session."""
        now = self._clock.now()

        async def work(statements: Statements) -> Room:
            room = await _get_removable(statements, guild_id, room_id)
            await require_room_seen(statements, room, seen)
            for schedule in await statements.all(Schedule, "schedules_of_room", room_id=room_id):
                await due_queue.cancel(statements, DueKind.OPEN_SESSION, schedule.schedule_id)
            await reconcile_events_of_room(statements, room_id, now)
            await end_notices_of_room(statements, guild_id, room_id, now)
            await take_card_away(statements, room, room.channel_id, now)
            await due_queue.cancel(statements, DueKind.CARD, room_id)
            await outbox.finish(statements, card_key(room_id))
            await statements.run("remove_room", room_id=room_id)
            return room

        return await self._database.write(work)

    async def _change(
        self,
        guild_id: int,
        room_id: int,
        statement: str,
        seen: int | None,
        *,
        is_in_events: bool = False,
        **values: SqlValue,
    ) -> Room:
        """Run a statement that changes a room, and return the updated room.

        `is_in_events`: native events show what changes, so they are reconciled.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> Room:
            room = await get_room(statements, guild_id, room_id)
            await require_room_seen(statements, room, seen)
            await statements.run(statement, room_id=room_id, **values)
            await look_for_outages(statements, guild_id, now)
            if is_in_events:
                await reconcile_events_of_room(statements, room_id, now)
            await update_card(statements, room, now)
            return await get_room(statements, guild_id, room_id)

        return await self._database.write(work)


async def _get_removable(statements: Statements, guild_id: int, room_id: int) -> Room:
    """Return a room of the server. Raises RefusalError while it has a session."""
    room = await get_room(statements, guild_id, room_id)
    session = await statements.one(Session, "session_of_room", room_id=room_id)
    if session is not None:
        closes = begins_at(session, Phase.CLOSED)
        raise RefusalError("refusals.room_in_use", room=room.name, closes=closes)
    return room


def _check_capacity(capacity: int) -> None:
    """Raise RefusalError if a room can't have so many seats."""
    if not 1 <= capacity <= MOST_SEATS:
        raise RefusalError("refusals.capacity", most=MOST_SEATS)
