"""The next personal check-in while it is being sent, and the threads that they come to."""

from dataclasses import dataclass

from bot.checkins.personal.model import Cadence
from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.scheduling.clock import Clock
from bot.storage.database import Database


def checkin_key(cadence_id: int) -> str:
    """Return the outbox's key of a member's next check-in."""
    return f"checkin:{cadence_id}"


@dataclass(frozen=True, slots=True)
class _Thread:
    thread_id: int


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

    async def threads_of(self, guild_id: int) -> frozenset[int]:
        """Return the private threads that check-ins of the server's members come to."""
        found = await self._database.legacy_read.all(_Thread, "threads_of_guild", guild_id=guild_id)
        return frozenset(each.thread_id for each in found)
