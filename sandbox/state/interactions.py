"""Interactions: started by people, answered by the bot within Discord's time limits.

Source: Discord's "Receiving and Responding to Interactions": the first response within 3 s, then 15
minutes for edits and follow-ups.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sandbox.state import components, messages, payloads, permissions
from sandbox.state.attachments import Upload
from sandbox.state.errors import refused, unknown
from sandbox.state.models import (
    CallbackType,
    Channel,
    Interaction,
    InteractionType,
    Json,
    Message,
    MessageFlag,
    User,
    without_nulls,
)
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation

FIRST_RESPONSE_SECONDS = 3.0
TOKEN_LIFETIME = timedelta(minutes=15)
NO_RESPONSE = "The application did not respond"
FAILED = "This interaction failed"


def start(
    simulation: Simulation,
    interaction_type: InteractionType,
    user: User,
    channel: Channel,
    data: Json,
    *,
    command_path: str = "",
    source: Message | None = None,
    parent: Interaction | None = None,
) -> Interaction:
    """Create an interaction, send it to the bot and start the time limit for the first response."""
    loop = asyncio.get_running_loop()
    interaction = Interaction(
        id=simulation.ids.next(),
        token=secrets.token_urlsafe(96),
        type=interaction_type,
        user=user,
        channel=channel,
        guild_id=channel.guild_id,
        data=data,
        created_at=simulation.clock.now(),
        started_loop_seconds=loop.time(),
        answered=loop.create_future(),
        command_path=command_path,
        source=source,
        parent=parent,
    )
    simulation.world.interactions[interaction.id] = interaction
    simulation.notify("interaction", interaction=interaction, state="waiting")
    simulation.dispatch(
        "INTERACTION_CREATE", payloads.interaction(simulation, interaction), channel.guild_id
    )
    loop.call_later(FIRST_RESPONSE_SECONDS, _expire, simulation, interaction)
    return interaction


def _expire(simulation: Simulation, interaction: Interaction) -> None:
    if interaction.callback is not None:
        return
    interaction.expired = True
    interaction.error = NO_RESPONSE if interaction.type == InteractionType.COMMAND else FAILED
    if not interaction.answered.done():
        interaction.answered.set_result(None)
    simulation.notify("interaction", interaction=interaction, state="failed")


def require_unanswered(interaction: Interaction) -> None:
    """Raise `DiscordError` 10062 if the first response comes too late, 40060 if there was one."""
    if interaction.expired:
        raise unknown("interaction")
    if interaction.callback is not None:
        raise refused(40060)


def require_files_allowed(
    simulation: Simulation, interaction: Interaction, uploads: Sequence[Upload]
) -> None:
    """Raise `DiscordError` 50013 for files in a channel where the bot lacks Attach Files.

    Since November 2023 the bot's permissions in the channel apply to responses. Discord does not say that
    Attach Files is among them.
    """
    bits = permissions.of_user(simulation.world, simulation.world.app.user.id, interaction.channel)
    if uploads and not bits & Permission.ATTACH_FILES:
        raise refused(50013)


def respond(
    simulation: Simulation,
    interaction: Interaction,
    callback: CallbackType,
    data: Json,
    uploads: Sequence[Upload] = (),
) -> None:
    """Carry out the bot's first response, whose data must be valid.

    Raises the errors of `require_unanswered`, and 10008 if the message to update was deleted.
    """
    require_unanswered(interaction)
    _RESPONDERS[callback](simulation, interaction, data, uploads)
    interaction.callback = callback
    interaction.acknowledged_after = asyncio.get_running_loop().time() - interaction.started_loop_seconds
    if not interaction.answered.done():
        interaction.answered.set_result(None)
    simulation.notify("interaction", interaction=interaction, state="answered")
    if callback == CallbackType.MODAL:
        simulation.notify("modal", interaction=interaction)


def _post(simulation: Simulation, interaction: Interaction, message: Message) -> None:
    interaction.messages.append(message)
    messages.post(simulation, message)


def _respond_with_message(
    simulation: Simulation, interaction: Interaction, data: Json, uploads: Sequence[Upload]
) -> None:
    ephemeral = bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL)
    message = messages.compose(
        simulation,
        interaction.channel,
        data,
        uploads,
        interaction=interaction,
        ephemeral=ephemeral,
    )
    interaction.original = message
    _post(simulation, interaction, message)


def _defer_message(
    simulation: Simulation, interaction: Interaction, data: Json, _: Sequence[Upload]
) -> None:
    ephemeral = bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL)
    interaction.original = messages.compose_deferred(simulation, interaction, ephemeral=ephemeral)
    _post(simulation, interaction, interaction.original)


def _defer_update(_simulation: Simulation, interaction: Interaction, _: Json, __: Sequence[Upload]) -> None:
    interaction.original = interaction.source


def _update_message(
    simulation: Simulation, interaction: Interaction, data: Json, uploads: Sequence[Upload]
) -> None:
    if interaction.source is None or interaction.source.deleted:
        raise unknown("message")
    interaction.original = interaction.source
    if data:
        messages.edit(simulation, interaction.source, data, uploads)


def _set_choices(
    _simulation: Simulation, interaction: Interaction, data: Json, _: Sequence[Upload]
) -> None:
    interaction.choices = data.get("choices") or []


def _open_modal(_simulation: Simulation, interaction: Interaction, data: Json, _: Sequence[Upload]) -> None:
    interaction.modal = without_nulls(data)
    components.add_ids(interaction.modal["components"])


_RESPONDERS = {
    CallbackType.MESSAGE: _respond_with_message,
    CallbackType.DEFERRED_MESSAGE: _defer_message,
    CallbackType.DEFERRED_UPDATE: _defer_update,
    CallbackType.UPDATE: _update_message,
    CallbackType.AUTOCOMPLETE: _set_choices,
    CallbackType.MODAL: _open_modal,
}


def get_by_token(simulation: Simulation, application_id: int, token: str) -> Interaction:
    """Return the interaction of a webhook token.

    Raises `DiscordError` 10015 before the first response, 50027 after the token's 15 minutes.
    """
    if application_id != simulation.world.app.id:
        raise unknown("webhook")
    interaction = simulation.world.get_interaction_by_token(token)
    if interaction.callback is None:
        raise unknown("webhook")
    if simulation.clock.now() - interaction.created_at > TOKEN_LIFETIME:
        raise refused(50027)
    return interaction


def get_response(interaction: Interaction, which: str) -> Message:
    """Return "@original" or the follow-up with this id; raises `DiscordError` 10008."""
    candidates = [*interaction.messages, *([interaction.original] if interaction.original else [])]
    for message in candidates:
        wanted = message is interaction.original if which == "@original" else which == str(message.id)
        if wanted and not message.deleted:
            return message
    raise unknown("message")


def edit_response(
    simulation: Simulation,
    interaction: Interaction,
    message: Message,
    body: Json,
    uploads: Sequence[Upload] = (),
) -> None:
    """Edit the original response or a follow-up, or give a deferred one its content."""
    messages.edit(simulation, message, body, uploads)
    interaction.revision += 1
    simulation.wake_waiters()


def follow_up(
    simulation: Simulation, interaction: Interaction, body: Json, uploads: Sequence[Upload] = ()
) -> Message:
    """Post a follow-up and return it; the first one after a deferral edits the deferred message instead."""
    original = interaction.original
    if original is not None and original.thinking and not original.deleted:
        edit_response(simulation, interaction, original, body, uploads)
        return original
    message = messages.compose(
        simulation,
        interaction.channel,
        body,
        uploads,
        interaction=interaction,
        ephemeral=bool((body.get("flags") or 0) & MessageFlag.EPHEMERAL),
    )
    interaction.revision += 1
    _post(simulation, interaction, message)
    return message
