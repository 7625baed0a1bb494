"""Messages and their attachments as JSON."""

from __future__ import annotations

from sandbox.state.models import Attachment, Interaction, InteractionType, Json, Message
from sandbox.state.payloads.users import partial_member, timestamp, user
from sandbox.state.simulation import Simulation

REPLY = 19  # message type


def attachment(simulation: Simulation, one: Attachment) -> Json:
    """Return an attachment object; the sandbox serves its URL."""
    url = f"{simulation.base_url}/sandbox/files/{one.id}/{one.filename}"
    data: Json = {
        "id": str(one.id),
        "filename": one.filename,
        "size": len(one.data),
        "url": url,
        "proxy_url": url,
        "content_type": one.content_type,
        "flags": 0,
    }
    if one.description is not None:
        data["description"] = one.description
    if one.width is not None:
        data |= {"width": one.width, "height": one.height}
    return data


def emoji(name: str) -> Json:
    """Return the emoji object of a Unicode emoji."""
    return {"id": None, "name": name}


def message(simulation: Simulation, one: Message) -> Json:
    """Return a message object, and in it the message that it replies to; null if that was deleted."""
    data = _message(simulation, one)
    if one.type == REPLY and one.reference is not None:
        channel = simulation.world.get_channel(one.channel_id)
        earlier = channel.messages.get(int(one.reference["message_id"]))
        data["referenced_message"] = None if earlier is None else _message(simulation, earlier)
    return data


def _reactions(one: Message, bot_id: int) -> list[Json]:
    return [
        {
            "emoji": emoji(name),
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me": bot_id in users,
            "me_burst": False,
        }
        for name, users in one.reactions.items()
    ]


def _message(simulation: Simulation, one: Message) -> Json:
    """Return a message object. Like Discord, do not list files that an embed shows."""
    world = simulation.world
    shown = {e.get(part, {}).get("url", "") for e in one.embeds for part in ("image", "thumbnail")}
    files = [attachment(simulation, a) for a in one.attachments]
    data: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "type": one.type,
        "author": user(world.users[one.author_id]),
        "content": one.content,
        "timestamp": timestamp(one.at),
        "edited_timestamp": timestamp(one.edited),
        "tts": False,
        "mention_everyone": one.mention_everyone,
        "mentions": [user(world.users[i]) for i in one.mentions],
        "mention_roles": [str(i) for i in one.mention_roles],
        "attachments": [f for f in files if f["url"] not in shown],
        "embeds": one.embeds,
        "components": one.components,
        "pinned": one.pinned_at is not None,
        "flags": one.flags,
    }
    if one.reactions:
        data["reactions"] = _reactions(one, world.app.user.id)
    if one.nonce is not None:
        data["nonce"] = one.nonce
    if one.reference is not None:
        data["message_reference"] = one.reference
    if one.interaction is not None:
        app_id = str(world.app.id)
        data |= {"application_id": app_id, "webhook_id": app_id}
        data |= _interaction_fields(one.interaction, one)
    return data


def message_event(simulation: Simulation, one: Message) -> Json:
    """Return a message object of a gateway event, with the server and the author's membership."""
    data = message(simulation, one)
    guild = simulation.world.find_guild_of(simulation.world.get_channel(one.channel_id))
    if guild is not None:
        data["guild_id"] = str(guild.id)
        author = guild.members.get(one.author_id)
        if author is not None:
            data["member"] = partial_member(author)
    return data


def _interaction_fields(one: Interaction, message_shown: Message) -> Json:
    metadata = _interaction_metadata(one)
    if one.original is not None and one.original is not message_shown:
        metadata["original_response_message_id"] = str(one.original.id)
    fields: Json = {"interaction_metadata": metadata}
    if one.type == InteractionType.COMMAND:
        fields["interaction"] = {
            "id": str(one.id),
            "type": int(one.type),
            "name": one.command_path,
            "user": user(one.user),
        }
    return fields


def _interaction_metadata(one: Interaction) -> Json:
    data: Json = {
        "id": str(one.id),
        "type": int(one.type),
        "user": user(one.user),
        "authorizing_integration_owners": integration_owners(one.guild_id),
    }
    if one.type == InteractionType.COMPONENT and one.source is not None:
        data["interacted_message_id"] = str(one.source.id)
    if one.type == InteractionType.MODAL_SUBMIT and one.parent is not None:
        data["triggering_interaction_metadata"] = _interaction_metadata(one.parent)
    return data


def without_content(data: Json) -> Json:
    """Return a message object without what needs the MESSAGE_CONTENT intent."""
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}


def integration_owners(guild_id: int | None) -> Json:
    """Return `authorizing_integration_owners` of a guild install; in the bot's DM the guild id is "0"."""
    return {"0": str(guild_id) if guild_id else "0"}
