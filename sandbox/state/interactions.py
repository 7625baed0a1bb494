"""Interactions: opened by people, answered by the bot, within Discord's rules.

Source: Discord's "Receiving and Responding to Interactions": the first response within 3 s, the token
for 15 minutes, one acknowledgment, and which response fits which interaction.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.api.validation import component_rules, limits
from sandbox.api.validation.schema import Problems
from sandbox.state import components, messages, payloads
from sandbox.state.errors import invalid_field, refused, unknown
from sandbox.state.models import (
    Callback,
    Channel,
    Interaction,
    Json,
    Kind,
    Message,
    MessageFlag,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.state.attachments import Upload
    from sandbox.state.simulation import Core

FIRST_RESPONSE_SECONDS = 3.0
TOKEN_LIFE = timedelta(minutes=15)
NO_RESPONSE = "The application did not respond"
FAILED = "This interaction failed"
_SETTABLE = int(
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.COMPONENTS_V2
    | MessageFlag.EPHEMERAL
)
_FITTING: Mapping[Kind, frozenset[int]] = {
    Kind.COMMAND: frozenset({4, 5, 9}),
    Kind.COMPONENT: frozenset({4, 5, 6, 7, 9}),
    Kind.AUTOCOMPLETE: frozenset({8}),
    Kind.MODAL: frozenset({4, 5, 6}),
}


def start(
    core: Core,
    kind: Kind,
    user: User,
    channel: Channel,
    data: Json,
    *,
    path: str = "",
    source: Message | None = None,
    parent: Interaction | None = None,
) -> Interaction:
    """Open an interaction, send it to the bot and start its three seconds."""
    loop = asyncio.get_running_loop()
    interaction = Interaction(
        id=core.mint.next(),
        token=secrets.token_urlsafe(96),
        kind=kind,
        user=user,
        channel=channel,
        guild_id=channel.guild_id,
        data=data,
        made_at=core.clock.now(),
        opened=loop.time(),
        answered=loop.create_future(),
        path=path,
        source=source,
        parent=parent,
    )
    core.world.interactions[interaction.id] = interaction
    core.signal("interaction", interaction=interaction, state="waiting")
    core.dispatch("INTERACTION_CREATE", payloads.interaction(core, interaction), channel.guild_id)
    loop.call_later(FIRST_RESPONSE_SECONDS, _give_up, core, interaction)
    return interaction


def _give_up(core: Core, interaction: Interaction) -> None:
    if interaction.callback is not None:
        return
    interaction.expired = True
    interaction.error = NO_RESPONSE if interaction.kind == Kind.COMMAND else FAILED
    if not interaction.answered.done():
        interaction.answered.set_result(None)
    core.signal("interaction", interaction=interaction, state="failed")


def respond(core: Core, interaction: Interaction, body: Json, uploads: Sequence[Upload] = ()) -> None:
    """Take the bot's first response.

    Raises `ApiError` 10062 when it comes too late, 40060 when there was one, 50035 when it does not fit.
    """
    if interaction.expired:
        raise unknown("interaction")
    if interaction.callback is not None:
        raise refused(40060)
    kind = _callback_type(interaction, body)
    data = body.get("data") or {}
    _check_data(interaction, kind, data)
    _PERFORM[kind](core, interaction, data, uploads)
    interaction.callback = kind
    interaction.acknowledged_after = asyncio.get_running_loop().time() - interaction.opened
    if not interaction.answered.done():
        interaction.answered.set_result(None)
    core.signal("interaction", interaction=interaction, state="answered")
    if kind == Callback.MODAL:
        core.signal("modal", interaction=interaction)


def _callback_type(interaction: Interaction, body: Json) -> Callback:
    unknown_fields = set(body) - {"type", "data"}
    if unknown_fields:
        raise invalid_field(min(unknown_fields), "Unknown field.", "SANDBOX_UNKNOWN_FIELD")
    fitting = set(_FITTING[interaction.kind])
    if interaction.kind == Kind.MODAL and interaction.source is not None:
        fitting.add(Callback.UPDATE)
    if body.get("type") not in fitting:
        listed = ", ".join(str(one) for one in sorted(fitting))
        text = f'Value of field "type" must be one of ({listed}).'
        raise invalid_field("type", text, "UNION_TYPE_CHOICES")
    return Callback(body["type"])


def _check_data(interaction: Interaction, kind: Callback, data: Json) -> None:
    shape = limits.CALLBACK_DATA[kind]
    flags = data.get("flags") or 0
    if kind == Callback.UPDATE and interaction.source is not None:
        flags = messages.revised_flags(interaction.source, data)
    problems = Problems()
    shape.check(data, ("data",), problems)
    problems.settle()
    if kind in {Callback.MESSAGE, Callback.UPDATE}:
        messages.check(shape, data, flags=flags, settable=_SETTABLE)
    elif kind == Callback.MODAL:
        component_rules.check_modal(data, problems)
    problems.settle()


def _add(core: Core, interaction: Interaction, message: Message) -> None:
    interaction.messages.append(message)
    messages.post(core, message)


def _message(core: Core, interaction: Interaction, data: Json, uploads: Sequence[Upload]) -> None:
    ephemeral = bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL)
    message = messages.compose(
        core,
        interaction.channel,
        data,
        uploads,
        interaction=interaction,
        ephemeral=ephemeral,
    )
    interaction.original = message
    _add(core, interaction, message)


def _defer(core: Core, interaction: Interaction, data: Json, _: Sequence[Upload]) -> None:
    ephemeral = bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL)
    interaction.original = messages.thinking(core, interaction, ephemeral=ephemeral)
    _add(core, interaction, interaction.original)


def _defer_update(_core: Core, interaction: Interaction, _: Json, __: Sequence[Upload]) -> None:
    interaction.original = interaction.source


def _update(core: Core, interaction: Interaction, data: Json, uploads: Sequence[Upload]) -> None:
    if interaction.source is None or interaction.source.deleted:
        raise unknown("message")
    interaction.original = interaction.source
    if data:
        messages.revise(core, interaction.source, data, uploads)


def _choices(_core: Core, interaction: Interaction, data: Json, _: Sequence[Upload]) -> None:
    interaction.choices = data.get("choices") or []


def _modal(_core: Core, interaction: Interaction, data: Json, _: Sequence[Upload]) -> None:
    interaction.modal = {**data, "components": components.numbered(data["components"])}


_PERFORM = {
    Callback.MESSAGE: _message,
    Callback.DEFERRED_MESSAGE: _defer,
    Callback.DEFERRED_UPDATE: _defer_update,
    Callback.UPDATE: _update,
    Callback.AUTOCOMPLETE: _choices,
    Callback.MODAL: _modal,
}


def by_token(core: Core, application_id: int, token: str) -> Interaction:
    """Return the acknowledged interaction of a webhook address.

    Raises `ApiError` 10015 before the first response, 50027 when the token's 15 minutes are over.
    """
    if application_id != core.world.app.id:
        raise unknown("webhook")
    interaction = core.world.find_interaction(token)
    if interaction.callback is None:
        raise unknown("webhook")
    if core.clock.now() - interaction.made_at > TOKEN_LIFE:
        raise refused(50027)
    return interaction


def message_of(interaction: Interaction, which: str) -> Message:
    """Return "@original" or the follow-up with this id; raises `ApiError` 10008."""
    candidates = [*interaction.messages, *([interaction.original] if interaction.original else [])]
    for message in candidates:
        wanted = message is interaction.original if which == "@original" else which == str(message.id)
        if wanted and not message.deleted:
            return message
    raise unknown("message")


def edit(
    core: Core,
    interaction: Interaction,
    message: Message,
    body: Json,
    uploads: Sequence[Upload] = (),
) -> None:
    """Change the original response or a follow-up, or fill a deferred one."""
    flags = messages.revised_flags(message, body)
    messages.check(limits.WEBHOOK_MESSAGE, body, flags=flags, settable=_SETTABLE)
    messages.revise(core, message, body, uploads)
    interaction.revision += 1
    core.touch()


def follow_up(core: Core, interaction: Interaction, body: Json, uploads: Sequence[Upload] = ()) -> Message:
    """Post a follow-up; the first one after a deferral takes the deferred message's place."""
    flags = body.get("flags") or 0
    messages.check(limits.WEBHOOK_MESSAGE, body, flags=flags, settable=_SETTABLE)
    original = interaction.original
    if original is not None and original.thinking and not original.deleted:
        edit(core, interaction, original, body, uploads)
        return original
    message = messages.compose(
        core,
        interaction.channel,
        body,
        uploads,
        interaction=interaction,
        ephemeral=bool(flags & MessageFlag.EPHEMERAL),
    )
    interaction.revision += 1
    _add(core, interaction, message)
    return message
