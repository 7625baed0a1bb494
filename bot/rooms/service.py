"""Rooms: the standing places of a server. Moderators see rooms, never people."""

from bot.errors import RefusalError
from bot.rooms.lookup import get_room
from bot.rooms.model import Room
from bot.rooms.reconcile import reconcile_events_of_room
from bot.rooms.rules import MOST_ROOMS, MOST_SEATS, meant, named, tidy_name
from bot.rooms.schedules.model import Schedule
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Database


class Rooms:
    """Adds, finds and removes rooms."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_guild(self, guild_id: int) -> list[Room]:
        """Return the server's rooms, oldest first."""
        return await self._database.legacy_read.all(Room, "rooms_of_guild", guild_id=guild_id)

    async def add(self, guild_id: int, channel_id: int, typed: str, capacity: int) -> Room:
        """Add a room. Raises RefusalError for a name or capacity that cannot be, or one room too many."""
        name = tidy_name(typed)
        if name is None:
            raise RefusalError("refusals.room_name")
        if not 1 <= capacity <= MOST_SEATS:
            raise RefusalError("refusals.capacity", most=MOST_SEATS)
        async with self._database.legacy_write() as tx:
            known = await tx.all(Room, "rooms_of_guild", guild_id=guild_id)
            if len(known) >= MOST_ROOMS:
                raise RefusalError("refusals.rooms_full", most=MOST_ROOMS)
            if (same := named(known, name)) is not None:
                raise RefusalError("refusals.room_exists", name=same.name)
            room = await tx.one(
                Room, "add_room", guild_id=guild_id, channel_id=channel_id, name=name, capacity=capacity
            )
        if room is None:
            raise RefusalError("refusals.room_exists", name=name)
        return room

    async def find(self, guild_id: int, typed: str) -> Room:
        """Return the room that was chosen or typed. Raises RefusalError if the server has none such."""
        room = meant(await self.of_guild(guild_id), typed)
        if room is None:
            raise RefusalError("refusals.room_gone")
        return room

    async def get(self, guild_id: int, room_id: int) -> Room:
        """Return a room of the server. Raises RefusalError if it has none such."""
        return await get_room(self._database.legacy_read, guild_id, room_id)

    async def ask_arriving(self, guild_id: int, room_id: int, *, asks: bool) -> Room:
        """Let the room's cards ask the arriving question, or not. Raises RefusalError as `get` does."""
        await self.get(guild_id, room_id)
        async with self._database.legacy_write() as tx:
            await tx.run("set_asks_arriving", room_id=room_id, asks_arriving=asks)
        return await self.get(guild_id, room_id)

    async def offer_threads(self, guild_id: int, room_id: int, *, offered: bool) -> Room:
        """Let check-ins come in private threads of the room's channel, or offer none anew.

        Raises RefusalError as `get` does.
        """
        await self.get(guild_id, room_id)
        async with self._database.legacy_write() as tx:
            await tx.run("set_allows_checkin_threads", room_id=room_id, allows_checkin_threads=offered)
        return await self.get(guild_id, room_id)

    async def move(self, guild_id: int, room_id: int, channel_id: int) -> Room:
        """Let the room's next cards come to another channel. Raises RefusalError as `get` does."""
        await self.get(guild_id, room_id)
        async with self._database.legacy_write() as tx:
            await tx.run("move_room", room_id=room_id, channel_id=channel_id)
        return await self.get(guild_id, room_id)

    async def remove(self, guild_id: int, room_id: int) -> Room:
        """Remove a room with its schedules. Raises RefusalError while a session is open in it."""
        room = await self.get(guild_id, room_id)
        async with self._database.legacy_write() as tx:
            session = await tx.one(Session, "session_of_room", room_id=room_id)
            if session is not None:
                closes = begins_at(session, Phase.CLOSED)
                raise RefusalError("refusals.room_in_use", room=room.name, closes=closes)
            for schedule in await tx.all(Schedule, "schedules_of_room", room_id=room_id):
                await due_queue.cancel(tx, DueKind.OPEN_SESSION, schedule.schedule_id)
            await reconcile_events_of_room(tx, room_id, self._clock.now())
            await tx.run("remove_room", room_id=room_id)
        return room

    async def set_voice(self, guild_id: int, room_id: int, channel_id: int | None, *, made: bool) -> Room:
        """Note the room's silent voice channel, or (None) that it has none; `made`: by the bot.

        Raises RefusalError if the server has no such room.
        """
        await self.get(guild_id, room_id)
        async with self._database.legacy_write() as tx:
            given = {"room_id": room_id, "voice_channel_id": channel_id}
            await tx.run("set_voice", **given, bot_made_voice=made)
            await reconcile_events_of_room(tx, room_id, self._clock.now())
        return await self.get(guild_id, room_id)
