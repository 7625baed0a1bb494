"""Every message that the bot posted in a sandbox by itself, those that were deleted since too."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox import Sandbox
from sandbox.state import components
from sandbox.state.models import Message
from sandbox.state.simulation import Change


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message, when and in which channel it was posted, whether silently, and what its buttons said."""

    message_id: int
    channel_id: int
    at: datetime
    is_silent: bool = True
    labels: tuple[str, ...] = ()


class Arrivals:
    """Records the bot's messages from now on. Answers to commands and taps are left out.

    `on_arrival` is called inside the request that posts a message, before the bot has the answer.
    """

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._by_channel: dict[int, list[Arrival]] = defaultdict(list)
        self.on_arrival: Callable[[], None] | None = None
        self.newest: Arrival | None = None
        box.simulation.change_listeners.append(self._record)

    def _record(self, change: Change) -> None:
        if change.kind != "message":
            return
        message = change.details["message"]
        if message.author_id != self._box.world.app.user.id or message.interaction is not None:
            return
        arrival = Arrival(
            message.id, message.channel_id, message.at, message.silent, tuple(labels(message))
        )
        self._by_channel[message.channel_id].append(arrival)
        self.newest = arrival
        if self.on_arrival is not None:
            self.on_arrival()

    def in_channel(self, channel_id: int) -> list[Arrival]:
        """Return the messages that were posted in a channel, oldest first."""
        return list(self._by_channel[channel_id])

    def in_dm(self, user_id: int) -> list[Arrival]:
        """Return the direct messages to a person, oldest first."""
        channel = self._box.world.find_dm(user_id)
        return self.in_channel(channel.id) if channel else []


def labels(message: Message) -> list[str]:
    """Return what the buttons of a message say."""
    parts = [part for _, part in components.walk(message.components)]
    return [part["label"] for part in parts if part["type"] == components.BUTTON and part.get("label")]
