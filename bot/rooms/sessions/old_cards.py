"""Messages that were cards, until they are deleted."""

from dataclasses import dataclass

from bot.scheduling import due_queue
from bot.scheduling.due_queue import DueKind
from bot.storage.database import Database, Statements
from bot.storage.record import to_model


@dataclass(frozen=True, slots=True)
class OldCard:
    """A message that was a card, and is to be deleted."""

    message_id: int
    guild_id: int
    channel_id: int


class OldCards:
    """Finds messages that were cards, and forgets those that are deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, message_id: int) -> OldCard | None:
        """Return a message that is to be deleted, or None if it was."""

        async def work(statements: Statements) -> OldCard | None:
            for row in await statements.rows("get_old_card", message_id=message_id):
                return to_model(OldCard, row)
            return None

        return await self._database.read(work)

    async def forget(self, message_id: int) -> None:
        """Record that a message that was a card is deleted, or cannot be."""

        async def work(statements: Statements) -> None:
            await statements.run("remove_old_card", message_id=message_id)
            await due_queue.cancel(statements, DueKind.OLD_CARD, message_id)

        await self._database.write(work)
