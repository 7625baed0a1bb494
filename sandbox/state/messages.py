"""Messages: made and changed from a request's body, posted, deleted, counted as unread."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.api.validation import component_rules, limits
from sandbox.api.validation.schema import Problems, Shape
from sandbox.state import attachments, components, mentions, payloads, permissions
from sandbox.state.errors import refused
from sandbox.state.models import (
    Channel,
    ChannelType,
    Interaction,
    Json,
    Message,
    MessageFlag,
    Unread,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.state.attachments import Upload
    from sandbox.state.simulation import Core

NONCE_WINDOW = timedelta(minutes=5)
_SETTABLE = int(
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)


def check(shape: Shape, body: Json, *, flags: int, settable: int = _SETTABLE) -> None:
    """Raise `ApiError` 50035 where a body breaks a message's limits; `flags` are those in force."""
    problems = Problems()
    shape.check(body, (), problems)
    problems.settle()
    mentions.check(body.get("allowed_mentions"))
    asked = body.get("flags") or 0
    if asked & ~settable:
        problems.add(("flags",), "BITFIELD_TYPE", f"Flags {asked & ~settable} cannot be set here.")
    v2 = bool(flags & MessageFlag.COMPONENTS_V2)
    component_rules.check_message(body.get("components") or [], problems, v2=v2)
    if v2:
        for name in ("content", "embeds"):
            if body.get(name):
                code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
                text = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                problems.add((name,), code, text)
    _check_embeds(body.get("embeds") or [], problems)
    problems.settle()


def _check_embeds(embeds: list[Json], problems: Problems) -> None:
    size = 0
    for embed in embeds:
        size += len(embed.get("title") or "") + len(embed.get("description") or "")
        size += len((embed.get("footer") or {}).get("text") or "")
        size += len((embed.get("author") or {}).get("name") or "")
        size += sum(len(f["name"]) + len(f["value"]) for f in embed.get("fields") or [])
    if size > limits.MOST_EMBED_TEXT:
        text = f"Embed size exceeds maximum size of {limits.MOST_EMBED_TEXT}"
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", text)


def _fill(core: Core, message: Message, body: Json, uploads: Sequence[Upload]) -> None:
    """Take what the body has into the message; fields that it lacks stay."""
    message.attachments = attachments.gather(core.mint, body, uploads, message.attachments)
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        embeds = copy.deepcopy(body["embeds"] or [])
        message.embeds = [_embed(one) for one in embeds]
    if "components" in body:
        parts = components.numbered(copy.deepcopy(body["components"] or []))
        message.components = components.completed(parts)
    if "allowed_mentions" in body:
        message.allowed_mentions = body["allowed_mentions"]
    attachments.link(core, message)
    if not (message.content.strip() or message.embeds or message.components or message.attachments):
        raise refused(50006)


def _embed(given: Json) -> Json:
    fields = [{"inline": False, **one} for one in given.get("fields") or []]
    return {**given, "type": "rich", **({"fields": fields} if fields else {})}


def compose(
    core: Core,
    channel: Channel,
    body: Json,
    uploads: Sequence[Upload] = (),
    *,
    author: User | None = None,
    interaction: Interaction | None = None,
    ephemeral: bool = False,
) -> Message:
    """Make a message that is not posted yet, its author the bot unless another is given.

    The body must have been checked. Raises `ApiError` 50006 for an empty one.
    """
    message = Message(
        id=core.mint.next(),
        channel_id=channel.id,
        author_id=(author or core.world.app.user).id,
        at=core.clock.now(),
        flags=(body.get("flags") or 0) & ~int(MessageFlag.EPHEMERAL),
        nonce=body.get("nonce"),
        interaction=interaction,
        reference=body.get("message_reference"),
    )
    if ephemeral and interaction is not None:
        message.flags |= MessageFlag.EPHEMERAL
        message.ephemeral_to = interaction.user.id
    _fill(core, message, body, uploads)
    _set_type(message)
    return message


def thinking(core: Core, interaction: Interaction, *, ephemeral: bool) -> Message:
    """Make the message that stands for a deferred response."""
    flags = int(MessageFlag.LOADING | (MessageFlag.EPHEMERAL if ephemeral else 0))
    message = Message(
        id=core.mint.next(),
        channel_id=interaction.channel.id,
        author_id=core.world.app.user.id,
        at=core.clock.now(),
        flags=flags,
        interaction=interaction,
        ephemeral_to=interaction.user.id if ephemeral else None,
    )
    _set_type(message)
    return message


def _set_type(message: Message) -> None:
    """Mark replies (19) and answers to commands (20)."""
    if message.interaction is not None and message.interaction.kind == 2:  # noqa: PLR2004 - a command
        message.type = 20
    elif message.reference is not None:
        message.type = 19


def post(core: Core, message: Message) -> None:
    """Put a message into its channel and tell everybody who may see it."""
    channel = core.world.get_channel(message.channel_id)
    mentions.apply(core.world, message, channel)
    channel.messages[message.id] = message
    channel.last_message_id = message.id
    if channel.thread is not None and channel.thread.archived and message.ephemeral_to is None:
        channel.thread.archived = False
        core.dispatch("THREAD_UPDATE", payloads.channel(core, channel), channel.guild_id)
    if message.ephemeral_to is None:
        _dispatch(core, "MESSAGE_CREATE", message, channel)
        if not message.thinking:
            _count_unread(core, message, channel)
    core.signal("message", message=message)


def _dispatch(core: Core, event: str, message: Message, channel: Channel) -> None:
    bot_id = core.world.app.user.id
    if permissions.sees(core.world, bot_id, channel):
        core.dispatch(event, payloads.message_event(core, message), channel.guild_id)


def _count_unread(core: Core, message: Message, channel: Channel) -> None:
    asker = message.interaction.user.id if message.interaction else None
    for person in core.world.audience(channel):
        if not person.on_page or person.bot or person.id in {message.author_id, asker}:
            continue
        if not permissions.sees(core.world, person.id, channel):
            continue
        unread = core.world.unread.setdefault((person.id, channel.id), Unread())
        unread.count += 1
        pinged = person.id in message.pinged or channel.type == ChannelType.DM
        if pinged and not message.silent:
            unread.loud += 1
            core.signal("sound", user=person, channel=channel)
        core.signal("unread", user=person, channel=channel, unread=unread)


def revise(core: Core, message: Message, body: Json, uploads: Sequence[Upload] = ()) -> None:
    """Change a message by a checked body and tell everybody who sees it."""
    channel = core.world.get_channel(message.channel_id)
    before = copy.copy(message)
    message.flags = revised_flags(message, body)
    try:
        _fill(core, message, body, uploads)
    except Exception:
        message.__dict__.update(before.__dict__)
        raise
    if not before.thinking:
        message.edited = core.clock.now()
    mentions.apply(core.world, message, channel)
    if before.thinking and message.ephemeral_to is None:
        _count_unread(core, message, channel)
    if message.ephemeral_to is None:
        _dispatch(core, "MESSAGE_UPDATE", message, channel)
    core.signal("message_edit", message=message)


def revised_flags(message: Message, body: Json) -> int:
    """Return the flags after an edit: V2 cannot be undone, the deferred state ends."""
    changeable = int(MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2)
    if message.thinking:
        changeable |= MessageFlag.SUPPRESS_NOTIFICATIONS
    asked = body.get("flags") or 0
    flags = message.flags & ~int(MessageFlag.LOADING)
    if "flags" in body:
        flags &= ~int(MessageFlag.SUPPRESS_EMBEDS)
    return flags | asked & changeable


def remove(core: Core, message: Message) -> None:
    """Delete a message and tell everybody who saw it."""
    channel = core.world.get_channel(message.channel_id)
    channel.messages.pop(message.id, None)
    message.deleted = True
    if message.ephemeral_to is None:
        data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id is not None:
            data["guild_id"] = str(channel.guild_id)
        if permissions.sees(core.world, core.world.app.user.id, channel):
            core.dispatch("MESSAGE_DELETE", data, channel.guild_id)
    core.signal("message_gone", message=message)


def visible(core: Core, user: User, channel: Channel) -> list[Message]:
    """Return what one person sees in a channel, oldest first."""
    if not permissions.sees(core.world, user.id, channel):
        return []
    messages = sorted(channel.messages.values(), key=lambda one: one.id)
    return [one for one in messages if one.ephemeral_to in {None, user.id}]


def plain_text(message: Message) -> str:
    """Return what a message says: its content, embeds and text displays, a line each."""
    lines = [message.content]
    for embed in message.embeds:
        lines += [(embed.get("author") or {}).get("name") or ""]
        lines += [embed.get("title") or "", embed.get("description") or ""]
        for one in embed.get("fields") or []:
            lines += [one["name"], one["value"]]
        lines += [(embed.get("footer") or {}).get("text") or ""]
    lines += components.texts(message.components)
    return "\n".join(line for line in lines if line)
