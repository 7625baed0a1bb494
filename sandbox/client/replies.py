"""The bot's reply to an interaction, as the person sees it."""

from __future__ import annotations

from sandbox.client.modals import Modal, find_modal
from sandbox.state import messages
from sandbox.state.models import CallbackType, Interaction, Message
from sandbox.state.simulation import Simulation

_KINDS = {
    CallbackType.MESSAGE: "message",
    CallbackType.DEFERRED_MESSAGE: "deferred",
    CallbackType.DEFERRED_UPDATE: "update",
    CallbackType.UPDATE: "update",
    CallbackType.AUTOCOMPLETE: "autocomplete",
    CallbackType.MODAL: "modal",
}


class Reply:
    """The bot's reply to an interaction; it changes with follow-ups and edits."""

    def __init__(self, simulation: Simulation, interaction: Interaction) -> None:
        self._simulation = simulation
        self.interaction = interaction

    @property
    def kind(self) -> str:
        """One of message, update, deferred, modal, autocomplete and failed."""
        callback = self.interaction.callback
        return _KINDS[callback] if callback else "failed"

    @property
    def messages(self) -> list[Message]:
        """The messages that the bot posted in reply, without deleted ones."""
        return [one for one in self.interaction.messages if not one.deleted]

    @property
    def message(self) -> Message | None:
        """The newest message of the reply, or the message that it edited."""
        return self.messages[-1] if self.messages else self.interaction.original

    @property
    def text(self) -> str:
        """The text of that message, with its embeds and text displays."""
        return messages.plain_text(self.message) if self.message else ""

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees that message."""
        return self.message is not None and self.message.ephemeral_to is not None

    @property
    def modal(self) -> Modal | None:
        """The modal that the bot opened, if it did."""
        return find_modal(self.interaction)

    @property
    def acknowledged_after(self) -> float | None:
        """After how many real seconds the first response came; None if there was none."""
        return self.interaction.acknowledged_after

    @property
    def error(self) -> str | None:
        """What Discord shows when the bot did not respond in time."""
        return self.interaction.error

    async def settled(self, timeout: float = 30) -> Reply:  # noqa: ASYNC109 - callers say how long they wait
        """Wait until a deferred response is edited or followed up, and return the reply.

        Raises `TimeoutError` after `timeout` real seconds.
        """
        if self.interaction.callback in {CallbackType.DEFERRED_MESSAGE, CallbackType.DEFERRED_UPDATE}:
            await self._simulation.until(lambda: self.interaction.revision > 0, timeout)
        return self
