"""When the bot may open members' direct-message channels, at a pace for the whole deployment.

Discord treats a bot that opens many direct messages in a short time as a spammer. So each opening needs a
slot. A channel that is open stays open; its id is saved with what is sent there.
"""

from datetime import datetime, timedelta

from bot.scheduling import due_queue
from bot.scheduling.clock import Clock
from bot.scheduling.due_queue import DueKind
from bot.scheduling.slots import SECOND_US, SharedLimit, from_us, hold_slots, reserve_slots, to_us
from bot.storage.database import Database, Statements

_MINUTE_SECONDS = 60
_MISSED_AFTER = timedelta(minutes=1)  # a slot that passed while the bot was down is not used
_HELD_FOR = timedelta(minutes=10)  # after Discord said that the bot opens direct messages too fast


def dm_openings(per_minute: int) -> SharedLimit:
    """Return the limit: `per_minute` (1 to 60) at once after a quiet minute, else spread evenly."""
    return SharedLimit("dm_openings", SECOND_US * -(-_MINUTE_SECONDS // per_minute), per_minute)


class DmSlots:
    """Finds channels that are open, and reserves slots for opening others."""

    def __init__(self, database: Database, clock: Clock, per_minute: int) -> None:
        self._database = database
        self._clock = clock
        self._limit = dm_openings(per_minute)

    async def find_channel(self, member_id: int) -> int:
        """Return the channel of the member's direct messages if it is saved for any server, else 0."""

        async def work(statements: Statements) -> int:
            return int(await statements.value("dm_channel_of_member", member_id=member_id) or 0)

        return await self._database.read(work)

    async def reserve(self) -> datetime | None:
        """Reserve a slot; return None if it is now, else when it is."""
        now = self._clock.now()

        async def work(statements: Statements) -> datetime:
            return await self.reserve_in(statements, now)

        at = await self._database.write(work)
        return at if at > now else None

    async def reserve_in(self, statements: Statements, now: datetime) -> datetime:
        """Reserve the next free slot inside a unit of work; return its time, `now` or later."""
        (at_us,) = await reserve_slots(statements, self._limit, to_us(now))
        return max(now, from_us(at_us))

    async def await_opening(
        self, statements: Statements, kind: DueKind, subject_id: int, guild_id: int, now: datetime
    ) -> None:
        """Reserve a slot for opening direct messages inside a unit of work, unless one is reserved."""
        if await due_queue.find(statements, kind, subject_id) is None:
            at = await self.reserve_in(statements, now)
            await due_queue.set(statements, kind, subject_id, guild_id, at)

    async def hold(self) -> None:
        """Give out no slots for ten minutes: Discord answered that the bot opens too many."""
        until = self._clock.now() + _HELD_FOR

        async def work(statements: Statements) -> None:
            await hold_slots(statements, self._limit, to_us(until))

        await self._database.write(work)


def is_missed(slot: datetime, now: datetime) -> bool:
    """Return whether a slot passed so long ago that it must not be used."""
    return now - slot > _MISSED_AFTER


async def save_channel(statements: Statements, member_id: int, dm_channel_id: int) -> None:
    """Save the channel of a member's direct messages wherever they wait for it."""
    await statements.run("set_dm_channel", member_id=member_id, dm_channel_id=dm_channel_id)
    await statements.run("set_notice_dm_channel", member_id=member_id, dm_channel_id=dm_channel_id)
