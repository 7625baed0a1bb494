"""Native events: what is to be done about each, and what became of it. Discord is asked elsewhere."""

from datetime import UTC, datetime

from bot.rooms.events.model import NativeEvent, Outlook, Problem, Trouble
from bot.rooms.events.rules import look_again_at, steps
from bot.rooms.lookup import get_room
from bot.rooms.model import Room
from bot.rooms.reconcile import reconcile_event, reconcile_events_of_guild, reconcile_events_of_room
from bot.rooms.schedules.plans import find_plan
from bot.rooms.schedules.rules import upcoming
from bot.rooms.sessions.model import Phase, Session
from bot.rooms.sessions.rules import begins_at
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.recurrence import Occurrence
from bot.storage.database import Database, Statements


class Events:
    """Looks after one event a schedule."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def switch(self, guild_id: int, room_id: int, *, is_on: bool) -> Room:
        """Let native events announce the room's schedules, or no longer.

        Raises RefusalError if the server has no such room.
        """
        await get_room(self._database.legacy_read, guild_id, room_id)
        async with self._database.legacy_write() as tx:
            await tx.run("set_has_events", room_id=room_id, has_events=is_on)
            await reconcile_events_of_room(tx, room_id, self._clock.now())
        return await get_room(self._database.legacy_read, guild_id, room_id)

    async def outlook(self, schedule_id: int) -> Outlook:
        """Return what is so about a schedule's event, and what is to be done."""
        read, now = self._database.legacy_read, self._clock.now()
        kept = await read.one(NativeEvent, "get_event", schedule_id=schedule_id)
        room = await read.one(Room, "room_of_schedule", schedule_id=schedule_id)
        plan = await find_plan(read, schedule_id)
        following = next(iter(upcoming(plan, now, 1)), None) if plan else None
        closes_at = await _closes_at(read, room)
        opens_at = await due_queue.find(read, DueKind.OPEN_SESSION, schedule_id)
        skipped = {each.local_date for each in plan.changes if each.is_skip} if plan else set()
        todo = steps(
            kept,
            following.at if following else None,
            now,
            is_wanted=plan is not None and room is not None and room.has_events,
            is_open=closes_at is not None,
            is_opening=kept is not None and opens_at == kept.occurs_at,
            is_skipped=kept is not None and kept.local_date in skipped,
        )
        minutes = plan.schedule.minutes if plan else 0
        return Outlook(schedule_id, kept, room, minutes, following, closes_at, todo)

    # What became of it

    async def keep(
        self,
        outlook: Outlook,
        guild_id: int,
        occurrence: Occurrence,
        event_id: int | None,
        trouble: Trouble | None,
    ) -> None:
        """Note the event that stands for an occurrence, or why there is none."""
        async with self._database.legacy_write() as tx:
            await tx.run(
                "set_event",
                schedule_id=outlook.schedule_id,
                guild_id=guild_id,
                event_id=event_id,
                occurs_at=occurrence.at,
                local_date=occurrence.local_date,
                problem=trouble,
            )

    async def forget(self, schedule_id: int) -> None:
        """Forget a schedule's event."""
        async with self._database.legacy_write() as tx:
            await tx.run("remove_event", schedule_id=schedule_id)

    async def rest(self, outlook: Outlook) -> None:
        """End the worker's claim: come again when the occurrence is over, or never, if none is kept.

        Whoever asked meanwhile for the event to be looked after is heard: that row is not claimed.
        """
        schedule_id, now = outlook.schedule_id, self._clock.now()
        async with self._database.legacy_write() as tx:
            kept = await tx.one(NativeEvent, "get_event", schedule_id=schedule_id)
            if kept is None:
                await due_queue.reschedule_claimed(tx, _row(schedule_id), None)
            else:
                at = look_again_at(outlook, kept.occurs_at, now)
                await due_queue.reschedule_claimed(tx, _row(schedule_id), at)

    async def leave(self, schedule_id: int) -> None:
        """End the worker's claim until the server is there again."""
        async with self._database.legacy_write() as tx:
            await due_queue.reschedule_claimed(tx, _row(schedule_id), None)

    def now(self) -> datetime:
        """Return the moment."""
        return self._clock.now()

    # What Discord said by itself

    async def note_deleted(self, guild_id: int, event_id: int) -> None:
        """Note that somebody deleted or cancelled an event: that occurrence stays without."""
        async with self._database.legacy_write() as tx:
            given = {"guild_id": guild_id, "event_id": event_id}
            await tx.run("note_event_deleted", **given, problem=Trouble.DELETED)

    async def look_after_guild(self, guild_id: int) -> None:
        """Look after every event of a server that is there again."""
        async with self._database.legacy_write() as tx:
            await reconcile_events_of_guild(tx, guild_id, self._clock.now())

    async def look_after(self, schedule_id: int) -> None:
        """Look after a schedule's event now."""
        async with self._database.legacy_write() as tx:
            await reconcile_event(tx, schedule_id, self._clock.now())

    async def mend(self, guild_id: int, *troubles: Trouble) -> None:
        """Try again where one of `troubles` stood in the way and may be gone."""
        for each in await self._of_guild(guild_id):
            if each.problem in troubles:
                await self.look_after(each.schedule_id)

    async def standing(self) -> list[NativeEvent]:
        """Return the events that are known to be there, of every server."""
        return await self._database.legacy_read.all(NativeEvent, "all_events")

    async def event_ids(self, guild_id: int) -> set[int]:
        """Return the events of a server that are known to be there."""
        return {each.event_id for each in await self._of_guild(guild_id) if each.event_id is not None}

    async def problems(self, guild_id: int) -> list[Problem]:
        """Return what stands in the way of the server's events, for `/quiet check`."""
        found = []
        for each in await self._of_guild(guild_id):
            if each.problem is not None:
                room = await self._database.legacy_read.one(
                    Room, "room_of_schedule", schedule_id=each.schedule_id
                )
                found.append(Problem(room, each.occurs_at, each.problem, each.event_id is not None))
        return found

    async def _of_guild(self, guild_id: int) -> list[NativeEvent]:
        return await self._database.legacy_read.all(NativeEvent, "events_of_guild", guild_id=guild_id)


def _row(schedule_id: int) -> Due:
    """Return the claimed row of a schedule's event; when it was due makes no difference here."""
    return Due(DueKind.NATIVE_EVENT, schedule_id, datetime.min.replace(tzinfo=UTC))


async def _closes_at(read: Statements, room: Room | None) -> datetime | None:
    """Return when the session that is open in a room closes."""
    if room is None:
        return None
    session = await read.one(Session, "session_of_room", room_id=room.room_id)
    return begins_at(session, Phase.CLOSED) if session else None
