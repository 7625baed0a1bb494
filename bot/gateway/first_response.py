"""The first response to an interaction: the handler's, or a deferral if the handler is slow.

Discord gives up on an interaction that has no first response within three seconds. If a handler takes
longer, this module defers the interaction; what the handler sends later becomes a follow-up or an edit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import discord

from bot.errors import RefusalError, report
from bot.gateway.admission import ANSWER_SECONDS
from bot.gateway.answers import FAILED
from bot.gateway.undelivered import is_answered_already, is_lost

log = logging.getLogger(__name__)

AUTO_DEFER_SECONDS = 1.5  # of three; the others are for the network and a busy machine

Answered: TypeAlias = Callable[["discord.Interaction[Any]", float], None]  # seconds since it was made


class Response(discord.InteractionResponse[Any]):
    """The first response to one interaction: the handler's, or a deferral if the handler is slow.

    After a deferral, what the handler sends as a first response becomes a follow-up or an edit.
    """

    def __init__(
        self, interaction: discord.Interaction[Any], answered: Answered, age_seconds: float = 0.0
    ) -> None:
        super().__init__(interaction)
        self._answered = answered
        self._was_deferred = False
        self.may_have_arrived = False
        """Whether Discord's answer to a first response was lost."""
        self._has_arrived = False  # whether Discord said so later
        self._lock = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._made_at = self._loop.time() - age_seconds
        left = max(0.0, AUTO_DEFER_SECONDS - age_seconds)
        self._timer = self._loop.call_later(left, self._start_auto_defer)
        self._deferral: asyncio.Task[None] | None = None

    def is_done(self) -> bool:
        """Return whether Discord has a first response."""
        return super().is_done() or self._has_arrived

    async def send_message(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - discord.py's own, handed on
        """Send a message as the first response, or as a follow-up after a deferral."""
        async with self._lock:
            if not self._was_deferred:
                return await self._send_first(partial(super().send_message, *given, **named))
        return await self._parent.followup.send(*given, **named)

    async def edit_message(self, **named: Any) -> Any:  # noqa: ANN401 - discord.py's own, handed on
        """Edit the message that was tapped, as the first response or after a deferral."""
        async with self._lock:
            if not self._was_deferred:
                return await self._send_first(partial(super().edit_message, **named))
        return await self._parent.edit_original_response(**named)

    async def defer(self, **named: Any) -> None:  # noqa: ANN401 - discord.py's own, handed on
        """Defer, unless the timer did so already."""
        async with self._lock:
            if not self._was_deferred:
                await self._send_first(partial(super().defer, **named))

    async def send_modal(self, modal: discord.ui.Modal, /) -> Any:  # noqa: ANN401 - discord.py's own, handed on
        """Open a form. Raises RefusalError after a deferral: forms are first responses only."""
        async with self._lock:
            if self._was_deferred:
                raise RefusalError("refusals.form_slow")
            return await self._send_first(partial(super().send_modal, modal))

    async def autocomplete(self, choices: Any) -> None:  # noqa: ANN401 - discord.py's own, handed on
        """Offer choices, unless it is too late."""
        async with self._lock:
            if self._was_deferred:
                return
            try:
                await self._send_first(partial(super().autocomplete, choices))
            except FAILED as error:  # discord.py would log it with its traceback
                if not self._parent.client.undelivered.note(error, self._parent):
                    raise

    async def acknowledge(self) -> None:
        """Defer privately if nothing was sent yet."""
        async with self._lock:
            if self.is_done():
                return
            if self._parent.type is discord.InteractionType.autocomplete:
                await self._send_first(partial(super().autocomplete, []))
            else:
                thinking = self._parent.message is None
                await self._send_first(partial(super().defer, ephemeral=True, thinking=thinking))
            self._was_deferred = True

    async def _send_first(self, send: partial[Any]) -> Any:  # noqa: ANN401 - discord.py's own, handed on
        """Send a first response; send it once more if Discord's answer is lost.

        Discord takes one first response, so it says so if the first try arrived.
        """
        sent = None
        try:
            sent = await send()
        except Exception as error:
            if not is_lost(error) or self._age() > ANSWER_SECONDS:
                raise
            self.may_have_arrived = True
            _rewind_files(send)
            try:
                sent = await send()
            except discord.HTTPException as again:
                if not is_answered_already(again):
                    raise
                self._has_arrived = True
        self._timer.cancel()
        self._answered(self._parent, self._age())
        return sent

    def _age(self) -> float:
        return self._loop.time() - self._made_at

    def _start_auto_defer(self) -> None:
        self._deferral = self._loop.create_task(self._auto_defer())

    async def _auto_defer(self) -> None:
        try:
            await self.acknowledge()
        except FAILED as error:
            if not self._parent.client.undelivered.note(error, self._parent):
                log.warning("an interaction could not be deferred (%s)", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a task that nobody awaits
            report("deferring an interaction", error)


def _rewind_files(send: partial[Any]) -> None:
    """Let a message's files be read once more."""
    for file in [send.keywords.get("file"), *(send.keywords.get("files") or ())]:
        if isinstance(file, discord.File):
            file.reset()


def install_auto_defer(
    interaction: discord.Interaction[Any], answered: Answered, age_seconds: float = 0.0
) -> None:
    """Defer the interaction if its handler is slow; `answered` is called at the first response.

    `age_seconds`: how long ago the interaction was made.
    """
    # discord.py caches `interaction.response` in this attribute, and has no setting for its class.
    setattr(interaction, "_cs_response", Response(interaction, answered, age_seconds))  # noqa: B010 - unknown to types
