"""Native events in the database: planning the steps that each needs, and recording the outcomes."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from bot.rooms.events.model import BlockedEvent, EventPlan, EventProblem, NativeEvent
from bot.rooms.events.planning import plan_event
from bot.rooms.events.rules import next_reconcile_at
from bot.rooms.model import Room
from bot.rooms.reconcile import (
    reconcile_event,
    reconcile_events_of_guild,
    reconcile_events_of_guilds,
)
from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import Due, DueKind
from bot.scheduling.recurrence import Occurrence
from bot.storage.database import Database, Statements
from bot.storage.record import Stored

_CHANNEL_DELETED_WITHIN = timedelta(
    minutes=1
)  # how soon a channel's deletion follows that of the events in it


class Events:
    """Plans, records and retries the native events of schedules, one event for each schedule."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def plan(self, schedule_id: int) -> EventPlan:
        """Return the steps that a schedule's event needs now."""
        now = self._clock.now()

        async def work(statements: Statements) -> EventPlan:
            return await plan_event(statements, schedule_id, now)

        return await self._database.read(work)

    async def save(
        self,
        plan: EventPlan,
        guild_id: int,
        occurrence: Occurrence,
        event_id: int | None,
        problem: EventProblem | None,
        voice_channel_id: int | None = None,
    ) -> None:
        """Save the event that announces an occurrence, or why the event is missing or out of date."""

        async def work(statements: Statements) -> None:
            await statements.run(
                "set_event",
                schedule_id=plan.schedule_id,
                guild_id=guild_id,
                event_id=event_id,
                occurs_at=occurrence.at,
                local_date=occurrence.local_date,
                voice_channel_id=voice_channel_id,
                problem=problem,
            )

        await self._database.write(work)

    async def forget(self, schedule_id: int) -> None:
        """Delete the record of a schedule's event."""

        async def work(statements: Statements) -> None:
            await statements.run("remove_event", schedule_id=schedule_id)

        await self._database.write(work)

    async def release_claim(self, plan: EventPlan) -> None:
        """End the worker's claim: the event is due again when its occurrence is over, if one is saved.

        An event that was made due again since it was claimed stays due.
        """
        schedule_id, now = plan.schedule_id, self._clock.now()

        async def work(statements: Statements) -> None:
            saved = await statements.one(NativeEvent, "get_event", schedule_id=schedule_id)
            at = next_reconcile_at(plan, saved.occurs_at, now) if saved else None
            await due_queue.reschedule_claimed(statements, _claim(schedule_id), at)

        await self._database.write(work)

    async def give_up_claim(self, schedule_id: int) -> None:
        """End the worker's claim while the server is unavailable; `reconcile_guild` makes it due again."""

        async def work(statements: Statements) -> None:
            await due_queue.reschedule_claimed(statements, _claim(schedule_id), None)

        await self._database.write(work)

    async def wait_until(self, schedule_id: int, at: datetime) -> None:
        """End the worker's claim, and make the event due again at `at`."""

        async def work(statements: Statements) -> None:
            await due_queue.reschedule_claimed(statements, _claim(schedule_id), at)

        await self._database.write(work)

    def now(self) -> datetime:
        """Return the current moment."""
        return self._clock.now()

    # What Discord reports

    async def note_deleted(self, guild_id: int, event_id: int, *, channel_exists: bool = True) -> None:
        """Record that an event was deleted or cancelled.

        If someone did that, the bot does not make it again. Discord deletes events along with their voice
        channel: if that no longer exists (`channel_exists`), or the room no longer uses it, the bot makes
        the event again.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            who = {"guild_id": guild_id, "event_id": event_id}
            saved = await statements.one(NativeEvent, "event_by_id", **who)
            if saved is None:
                return
            room = await statements.one(Room, "room_of_schedule", schedule_id=saved.schedule_id)
            is_moving = room is not None and room.voice_channel_id != saved.voice_channel_id
            if saved.voice_channel_id is not None and (is_moving or not channel_exists):
                await _make_again(statements, saved, now)
                return
            await statements.run(
                "note_event_deleted",
                schedule_id=saved.schedule_id,
                deleted_at=now,
                problem=EventProblem.DELETED,
            )

        await self._database.write(work)

    async def note_channel_deleted(self, guild_id: int, channel_id: int) -> None:
        """Make the events again that Discord deleted along with a voice channel.

        Discord may report the deleted events first, and then it looks as if someone deleted them on
        purpose.
        """
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            deleted = await statements.all(
                NativeEvent,
                "events_deleted_since",
                guild_id=guild_id,
                voice_channel_id=channel_id,
                since=now - _CHANNEL_DELETED_WITHIN,
            )
            for saved in deleted:
                await _make_again(statements, saved, now)

        await self._database.write(work)

    async def reconcile_guild(self, guild_id: int) -> None:
        """Make every event of a server due now."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await reconcile_events_of_guild(statements, guild_id, now)

        await self._database.write(work)

    async def reconcile_guilds(self, guild_ids: Collection[int]) -> None:
        """Make every event of many servers due now."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            await reconcile_events_of_guilds(statements, guild_ids, now)

        await self._database.write(work)

    async def reconcile(self, schedule_ids: Sequence[int]) -> None:
        """Make the events of these schedules due now."""
        now = self._clock.now()

        async def work(statements: Statements) -> None:
            for schedule_id in schedule_ids:
                await reconcile_event(statements, schedule_id, now)

        if schedule_ids:
            await self._database.write(work)

    async def retry_blocked(self, guild_id: int, problem: EventProblem) -> None:
        """Make the server's events due now that `problem` kept the bot from making or changing."""
        events = await self._of_guild(guild_id)
        await self.reconcile([each.schedule_id for each in events if each.problem is problem])

    async def ids_in_guild(self, guild_id: int) -> set[int]:
        """Return the ids of the server's events that exist, as far as the database knows."""

        async def work(statements: Statements) -> list[dict[str, Stored]]:
            return await statements.rows("events_of_guild", guild_id=guild_id)

        rows = await self._database.read(work)  # an event whose row cannot be read is the bot's too
        return {int(row["event_id"]) for row in rows if row["event_id"] is not None}

    async def blocked(self, guild_id: int) -> list[BlockedEvent]:
        """Return the server's events that could not be made or changed, for `/quiet check`."""
        now = self._clock.now()

        async def work(statements: Statements) -> list[BlockedEvent]:
            found = []
            for each in await statements.all(NativeEvent, "events_of_guild", guild_id=guild_id):
                is_over = each.problem is EventProblem.DELETED and each.occurs_at <= now
                if each.problem is not None and not is_over:
                    rooms = await statements.all(Room, "room_of_schedule", schedule_id=each.schedule_id)
                    room, exists = next(iter(rooms), None), each.event_id is not None
                    found.append(BlockedEvent(room, each.occurs_at, each.problem, exists))
            return found

        return await self._database.read(work)

    async def _of_guild(self, guild_id: int) -> list[NativeEvent]:
        async def work(statements: Statements) -> list[NativeEvent]:
            return await statements.all(NativeEvent, "events_of_guild", guild_id=guild_id)

        return await self._database.read(work)


async def _make_again(statements: Statements, saved: NativeEvent, now: datetime) -> None:
    """Forget an event that Discord deleted, and make its schedule due for another one."""
    await statements.run("remove_event", schedule_id=saved.schedule_id)
    await reconcile_event(statements, saved.schedule_id, now)


def _claim(schedule_id: int) -> Due:
    """Return the claimed row of a schedule's event, for calls that ignore when it was due."""
    return Due(DueKind.NATIVE_EVENT, schedule_id, datetime.min.replace(tzinfo=UTC))
