"""Messages in members' direct messages whose data was deleted: the bot deletes them from Discord too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.storage.database import Statements


@dataclass(frozen=True, slots=True)
class LeftMessage:
    """A message of the bot that is still in Discord, though its row in the database is deleted."""

    channel_id: int
    message_id: int


class LeftMessages:
    """Tells subscribers, which delete messages, what services left in members' direct messages.

    If the process dies before a message is deleted, it stays there; its buttons then say that it has ended.
    """

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Sequence[LeftMessage]], None]] = []

    def subscribe(self, subscriber: Callable[[Sequence[LeftMessage]], None]) -> None:
        """Call `subscriber` with messages to delete, on the event loop. It must not raise."""
        self._subscribers.append(subscriber)

    def publish(self, messages: Sequence[LeftMessage]) -> None:
        """Call the subscribers after the commit that deleted what the messages were about."""
        if messages:
            for subscriber in self._subscribers:
                subscriber(messages)


async def messages_left(statements: Statements, member_id: int, guild_id: int | None) -> list[LeftMessage]:
    """Return the notices in view in a member's direct messages. Call it before their rows are deleted."""
    return await statements.all(LeftMessage, "notices_in_view", member_id=member_id, guild_id=guild_id)
