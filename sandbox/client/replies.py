"""What came of an interaction, for the person who started it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.client import modals
from sandbox.state import messages
from sandbox.state.models import Callback, Interaction, Message

if TYPE_CHECKING:
    from sandbox.client.modals import Modal
    from sandbox.state.simulation import Core

_KINDS = {
    Callback.MESSAGE: "message",
    Callback.DEFERRED_MESSAGE: "deferred",
    Callback.DEFERRED_UPDATE: "update",
    Callback.UPDATE: "update",
    Callback.AUTOCOMPLETE: "autocomplete",
    Callback.MODAL: "modal",
}


class Reply:
    """What came of an interaction; a live view that grows with follow-ups and edits."""

    def __init__(self, core: Core, interaction: Interaction) -> None:
        self._core = core
        self.interaction = interaction

    @property
    def kind(self) -> str:
        """One of message, update, deferred, modal, autocomplete and failed."""
        callback = self.interaction.callback
        return _KINDS[callback] if callback else "failed"

    @property
    def messages(self) -> list[Message]:
        """Every message that the interaction made and that still stands."""
        return [one for one in self.interaction.messages if not one.deleted]

    @property
    def message(self) -> Message | None:
        """The newest message of the interaction, else the one that it changed."""
        return self.messages[-1] if self.messages else self.interaction.original

    @property
    def text(self) -> str:
        """The plain text of the newest answer, with its embeds and text displays."""
        return messages.plain_text(self.message) if self.message else ""

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees the newest answer."""
        return self.message is not None and self.message.ephemeral_to is not None

    @property
    def modal(self) -> Modal | None:
        """The form that was opened."""
        return modals.modal_of(self.interaction)

    @property
    def acknowledged_after(self) -> float | None:
        """Real seconds until the first response, None where there was none."""
        return self.interaction.acknowledged_after

    @property
    def error(self) -> str | None:
        """What the person is told when the bot did not answer."""
        return self.interaction.error

    async def settled(self, timeout: float = 10) -> Reply:  # noqa: ASYNC109 - callers say how long they wait
        """Wait for a deferred answer to be filled, edited or followed up.

        Raises `TimeoutError` after `timeout` real seconds.
        """
        if self.interaction.callback in {Callback.DEFERRED_MESSAGE, Callback.DEFERRED_UPDATE}:
            await self._core.until(lambda: self.interaction.revision > 0, timeout)
        return self
