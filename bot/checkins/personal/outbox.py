"""What is being sent of personal check-ins: the next one, and the private thread that they come to."""

from dataclasses import dataclass

from bot.checkins.personal.model import Cadence
from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.scheduling.clock import Clock
from bot.storage.database import Database


def checkin_key(cadence_id: int) -> str:
    """Return the outbox's key of a member's next check-in."""
    return f"checkin:{cadence_id}"


def thread_key(guild_id: int, member_id: int) -> str:
    """Return the outbox's key of the private thread for a member's check-ins."""
    return f"thread:{guild_id}:{member_id}"


@dataclass(frozen=True, slots=True)
class _Thread:
    thread_id: int


@dataclass(frozen=True, slots=True)
class ThreadIntent:
    """A private thread that is being made; `known` are the threads that members of the server have."""

    intent: Intent
    known: frozenset[int]


class CheckinOutbox:
    """Begins and drops intents. `Checkins` finishes them, in the same write as what follows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, cadence_id: int) -> Intent | None:
        """Return the open intent of a check-in that may be out, or None."""
        return await outbox.find(self._database.legacy_read, checkin_key(cadence_id))

    async def begin(self, cadence: Cadence) -> Intent | None:
        """Record that the next check-in is going to be sent; None where it came since they were read."""
        key, channel_id = checkin_key(cadence.cadence_id), cadence.thread_id or cadence.dm_channel_id
        async with self._database.legacy_write() as tx:
            current = await tx.one(Cadence, "get_cadence", cadence_id=cadence.cadence_id)
            if current is None or current.sent != cadence.sent:
                return None
            found = await outbox.find(tx, key)
            if found is not None and found.channel_id != channel_id:  # they come to another place since
                await outbox.finish(tx, key)
            return await outbox.begin(tx, key, cadence.guild_id, channel_id, self._clock.now())

    async def drop(self, intent: Intent) -> None:
        """End an intent of which nothing is out."""
        async with self._database.legacy_write() as tx:
            await outbox.drop(tx, intent)

    async def begin_thread(self, guild_id: int, member_id: int, channel_id: int) -> ThreadIntent:
        """Record that a private thread is going to be made in a channel."""
        key = thread_key(guild_id, member_id)
        async with self._database.legacy_write() as tx:
            found = await outbox.find(tx, key)
            if found is not None and found.channel_id != channel_id:  # another room offers threads since
                await outbox.finish(tx, key)
            intent = await outbox.begin(tx, key, guild_id, channel_id, self._clock.now())
            threads = await tx.all(_Thread, "threads_of_guild", guild_id=guild_id)
        return ThreadIntent(intent, frozenset(each.thread_id for each in threads))
