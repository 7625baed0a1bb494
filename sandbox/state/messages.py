"""Messages: composed and edited from a request's body, posted, deleted, and counted as unread."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from datetime import timedelta

from sandbox.state import attachments, components, mentions, payloads, permissions
from sandbox.state.attachments import Upload
from sandbox.state.errors import refused
from sandbox.state.models import (
    Channel,
    ChannelType,
    Interaction,
    InteractionType,
    Json,
    Message,
    MessageFlag,
    Unread,
    User,
    without_nulls,
)
from sandbox.state.payloads.messages import REPLY
from sandbox.state.payloads.users import timestamp
from sandbox.state.simulation import Simulation

NONCE_WINDOW = timedelta(minutes=5)
_COMMAND_RESPONSE = 20  # message type
_COMMAND = re.compile(r"</([^:>]+):\d+>")


def _apply_body(simulation: Simulation, message: Message, body: Json, uploads: Sequence[Upload]) -> None:
    """Set the message's fields from a request's body; fields that the body lacks do not change."""
    message.attachments = attachments.merge(simulation.ids, body, uploads, message.attachments)
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = [_embed(one) for one in without_nulls(body["embeds"] or [])]
    if "components" in body:
        message.components = without_nulls(body["components"] or [])
        components.add_ids(message.components)
        components.add_defaults(message.components)
    if "allowed_mentions" in body:
        message.allowed_mentions = body["allowed_mentions"]
    attachments.resolve_links(simulation, message)
    if not (message.content.strip() or message.embeds or message.components or message.attachments):
        raise refused(50006)


def _embed(given: Json) -> Json:
    fields = [{"inline": False, **one} for one in given.get("fields") or []]
    return {**given, "type": "rich", **({"fields": fields} if fields else {})}


def compose(
    simulation: Simulation,
    channel: Channel,
    body: Json,
    uploads: Sequence[Upload] = (),
    *,
    author: User | None = None,
    interaction: Interaction | None = None,
    ephemeral: bool = False,
) -> Message:
    """Create a message without posting it; its author is the bot unless another is given.

    The body must be valid. Raises `DiscordError` 50006 if the message is empty, 50035 for a missing file.
    """
    message = Message(
        id=simulation.ids.next(),
        channel_id=channel.id,
        author_id=(author or simulation.world.app.user).id,
        at=simulation.clock.now(),
        flags=(body.get("flags") or 0) & ~int(MessageFlag.EPHEMERAL),
        nonce=body.get("nonce"),
        interaction=interaction,
        reference=_reference(channel, body),
    )
    if ephemeral and interaction is not None:
        message.flags |= MessageFlag.EPHEMERAL
        message.ephemeral_to = interaction.user.id
    _apply_body(simulation, message, body, uploads)
    _set_type(message)
    return message


def _reference(channel: Channel, body: Json) -> Json | None:
    """Return the reference to the message that is replied to; None if it is unknown."""
    given = body.get("message_reference")
    if not given or int(given["message_id"]) not in channel.messages:
        return None
    data: Json = {"type": 0, "channel_id": str(channel.id), "message_id": str(given["message_id"])}
    return data | ({"guild_id": str(channel.guild_id)} if channel.guild_id else {})


def compose_deferred(simulation: Simulation, interaction: Interaction, *, ephemeral: bool) -> Message:
    """Create the "thinking" message of a deferred response without posting it."""
    flags = int(MessageFlag.LOADING | (MessageFlag.EPHEMERAL if ephemeral else 0))
    message = Message(
        id=simulation.ids.next(),
        channel_id=interaction.channel.id,
        author_id=simulation.world.app.user.id,
        at=simulation.clock.now(),
        flags=flags,
        interaction=interaction,
        ephemeral_to=interaction.user.id if ephemeral else None,
    )
    _set_type(message)
    return message


def _set_type(message: Message) -> None:
    if message.interaction is not None and message.interaction.type == InteractionType.COMMAND:
        message.type = _COMMAND_RESPONSE
    elif message.reference is not None:
        message.type = REPLY


def post(simulation: Simulation, message: Message) -> None:
    """Add a message to its channel and emit it to those who can see it."""
    channel = simulation.world.get_channel(message.channel_id)
    mentions.update(simulation.world, message, channel)
    channel.messages[message.id] = message
    channel.last_message_id = message.id
    if channel.thread is not None and channel.thread.archived and message.ephemeral_to is None:
        channel.thread.archived = False
        simulation.dispatch("THREAD_UPDATE", payloads.channel(simulation, channel), channel.guild_id)
    if message.ephemeral_to is None:
        _dispatch(simulation, "MESSAGE_CREATE", message, channel)
        if not message.thinking:
            _count_unread(simulation, message, channel)
    simulation.notify("message", message=message)


def _dispatch(simulation: Simulation, event: str, message: Message, channel: Channel) -> None:
    bot_id = simulation.world.app.user.id
    if permissions.sees(simulation.world, bot_id, channel):
        simulation.dispatch(event, payloads.message_event(simulation, message), channel.guild_id)


def _count_unread(simulation: Simulation, message: Message, channel: Channel) -> None:
    requester = message.interaction.user.id if message.interaction else None
    for person in simulation.world.audience(channel):
        if not person.on_page or person.bot or person.id in {message.author_id, requester}:
            continue
        if not permissions.sees(simulation.world, person.id, channel):
            continue
        unread = simulation.world.unread.setdefault((person.id, channel.id), Unread())
        unread.count += 1
        pinged = person.id in message.pinged or channel.type == ChannelType.DM
        if pinged and not message.silent:
            unread.pings += 1
            simulation.notify("sound", user=person, channel=channel)
        simulation.notify("unread", user=person, channel=channel, unread=unread)


def edit(simulation: Simulation, message: Message, body: Json, uploads: Sequence[Upload] = ()) -> None:
    """Change a message by a valid body and emit the change to those who can see it.

    Raises `DiscordError` 50006 if the message would be empty, 50035 for a missing file.
    """
    channel = simulation.world.get_channel(message.channel_id)
    before = copy.copy(message)
    message.flags = flags_after_edit(message, body)
    try:
        _apply_body(simulation, message, body, uploads)
    except Exception:
        message.__dict__.update(before.__dict__)
        raise
    if not before.thinking:
        message.edited = simulation.clock.now()
    mentions.update(simulation.world, message, channel)
    if before.thinking and message.ephemeral_to is None:
        _count_unread(simulation, message, channel)
    if message.ephemeral_to is None:
        _dispatch(simulation, "MESSAGE_UPDATE", message, channel)
    simulation.notify("message_edit", message=message)


def flags_after_edit(message: Message, body: Json) -> int:
    """Return the flags after an edit: COMPONENTS_V2 cannot be removed, LOADING is always removed."""
    changeable = int(MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2)
    if message.thinking:
        changeable |= MessageFlag.SUPPRESS_NOTIFICATIONS
    asked = body.get("flags") or 0
    flags = message.flags & ~int(MessageFlag.LOADING)
    if "flags" in body:
        flags &= ~int(MessageFlag.SUPPRESS_EMBEDS)
    return flags | asked & changeable


def delete(simulation: Simulation, message: Message) -> None:
    """Delete a message and emit that to those who could see it."""
    channel = simulation.world.get_channel(message.channel_id)
    _remove(simulation, channel, message)
    if message.ephemeral_to is None:
        _dispatch_deletion(simulation, "MESSAGE_DELETE", {"id": str(message.id)}, channel)


def delete_many(simulation: Simulation, channel: Channel, wanted: Sequence[Message]) -> None:
    """Delete messages of one channel and emit that as one event."""
    for message in wanted:
        _remove(simulation, channel, message)
    ids = [str(message.id) for message in wanted]
    _dispatch_deletion(simulation, "MESSAGE_DELETE_BULK", {"ids": ids}, channel)


def _remove(simulation: Simulation, channel: Channel, message: Message) -> None:
    channel.messages.pop(message.id, None)
    message.deleted = True
    simulation.notify("message_delete", message=message)


def _dispatch_deletion(simulation: Simulation, event: str, data: Json, channel: Channel) -> None:
    data["channel_id"] = str(channel.id)
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    if permissions.sees(simulation.world, simulation.world.app.user.id, channel):
        simulation.dispatch(event, data, channel.guild_id)


def set_pinned(simulation: Simulation, message: Message, *, pinned: bool) -> None:
    """Pin or unpin a message and emit that to those who can see it."""
    channel = simulation.world.get_channel(message.channel_id)
    message.pinned_at = simulation.clock.now() if pinned else None
    _dispatch(simulation, "MESSAGE_UPDATE", message, channel)
    pins = [one.pinned_at for one in channel.messages.values() if one.pinned_at is not None]
    last = timestamp(max(pins, default=None))
    data: Json = {"channel_id": str(channel.id), "last_pin_timestamp": last}
    data |= {"guild_id": str(channel.guild_id)} if channel.guild_id else {}
    simulation.dispatch("CHANNEL_PINS_UPDATE", data, channel.guild_id)


def visible(simulation: Simulation, user: User, channel: Channel) -> list[Message]:
    """Return the messages that one person sees in a channel, oldest first."""
    if not permissions.sees(simulation.world, user.id, channel):
        return []
    messages = sorted(channel.messages.values(), key=lambda one: one.id)
    return [one for one in messages if one.ephemeral_to in {None, user.id}]


def plain_text(message: Message) -> str:
    """Return the text of a message: its content, embeds and text displays, one per line.

    Commands that it mentions are shown by their names, as clients show them.
    """
    lines = [message.content]
    for embed in message.embeds:
        lines += [(embed.get("author") or {}).get("name") or ""]
        lines += [embed.get("title") or "", embed.get("description") or ""]
        for one in embed.get("fields") or []:
            lines += [one["name"], one["value"]]
        lines += [(embed.get("footer") or {}).get("text") or ""]
    lines += components.texts(message.components)
    return _COMMAND.sub(r"/\1", "\n".join(line for line in lines if line))
