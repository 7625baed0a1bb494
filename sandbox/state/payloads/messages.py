"""Messages, commands and interactions as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.state import permissions
from sandbox.state.models import Attachment, Command, Interaction, Json, Kind, Message
from sandbox.state.payloads.guilds import partial_channel
from sandbox.state.payloads.users import bare_member, member, stamp, user

if TYPE_CHECKING:
    from sandbox.state.simulation import Core


ATTACHMENT_LIMIT_BYTES = 10 * 1024 * 1024


def attachment(core: Core, one: Attachment) -> Json:
    """Return an attachment object whose address is served by the sandbox."""
    url = f"{core.base_url}/sandbox/files/{one.id}/{one.filename}"
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


def message(core: Core, one: Message) -> Json:
    """Return a message object. Files shown by an embed are not listed again, as at Discord."""
    world = core.world
    shown = {e.get(part, {}).get("url", "") for e in one.embeds for part in ("image", "thumbnail")}
    files = [attachment(core, a) for a in one.attachments]
    data: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "type": one.type,
        "author": user(world.users[one.author_id]),
        "content": one.content,
        "timestamp": stamp(one.at),
        "edited_timestamp": stamp(one.edited),
        "tts": False,
        "mention_everyone": one.mention_everyone,
        "mentions": [user(world.users[i]) for i in one.mentions],
        "mention_roles": [str(i) for i in one.mention_roles],
        "attachments": [f for f in files if f["url"] not in shown],
        "embeds": one.embeds,
        "components": one.components,
        "pinned": False,
        "flags": one.flags,
    }
    if one.nonce is not None:
        data["nonce"] = one.nonce
    if one.reference is not None:
        data["message_reference"] = one.reference
    if one.interaction is not None:
        app_id = str(world.app.id)
        data |= {"application_id": app_id, "webhook_id": app_id}
        data |= _interaction_fields(one.interaction, one)
    return data


def message_event(core: Core, one: Message) -> Json:
    """Return a message object as gateway events carry it: with its server and the author's membership."""
    data = message(core, one)
    home = core.world.find_guild_of(core.world.get_channel(one.channel_id))
    if home is not None:
        data["guild_id"] = str(home.id)
        author = home.members.get(one.author_id)
        if author is not None:
            data["member"] = bare_member(author)
    return data


def _interaction_fields(one: Interaction, on: Message) -> Json:
    metadata = _metadata(one)
    if one.original is not None and one.original is not on:
        metadata["original_response_message_id"] = str(one.original.id)
    fields: Json = {"interaction_metadata": metadata}
    if one.kind == Kind.COMMAND:
        fields["interaction"] = {
            "id": str(one.id),
            "type": int(one.kind),
            "name": one.path,
            "user": user(one.user),
        }
    return fields


def _metadata(one: Interaction) -> Json:
    data: Json = {
        "id": str(one.id),
        "type": int(one.kind),
        "user": user(one.user),
        "authorizing_integration_owners": owners(one.guild_id),
    }
    if one.kind == Kind.COMPONENT and one.source is not None:
        data["interacted_message_id"] = str(one.source.id)
    if one.kind == Kind.MODAL and one.parent is not None:
        data["triggering_interaction_metadata"] = _metadata(one.parent)
    return data


def without_content(data: Json) -> Json:
    """Return a message object as a bot without the MESSAGE_CONTENT intent gets it."""
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}


def owners(guild_id: int | None) -> Json:
    """`authorizing_integration_owners` of a guild install; "0" stands for the bot's DM."""
    return {"0": str(guild_id) if guild_id else "0"}


def command(core: Core, one: Command) -> Json:
    """Return an application command object."""
    data: Json = {
        "id": str(one.id),
        "application_id": str(core.world.app.id),
        "version": str(one.version),
        "type": one.type,
        "default_member_permissions": None,
        "nsfw": False,
        "name_localizations": None,
        "description_localizations": None,
        "description": "",
        "integration_types": [0],
        "contexts": None,
    } | one.data
    allowed = data["default_member_permissions"]
    data["default_member_permissions"] = None if allowed is None else str(allowed)
    data["options"] = data.get("options") or []
    data["type"] = one.type
    if one.guild_id is None and data.get("dm_permission") is None:
        data["dm_permission"] = True
    if one.guild_id is not None:
        data["guild_id"] = str(one.guild_id)
    return data


def interaction(core: Core, one: Interaction) -> Json:
    """Return the INTERACTION_CREATE event's data."""
    world = core.world
    bot_id = world.app.user.id
    data: Json = {
        "id": str(one.id),
        "application_id": str(world.app.id),
        "type": int(one.kind),
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel_id": str(one.channel.id),
        "channel": partial_channel(core, one.channel, one.user.id),
        "app_permissions": str(permissions.of_user(world, bot_id, one.channel)),
        "locale": one.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners(one.guild_id),
        "attachment_size_limit": ATTACHMENT_LIMIT_BYTES,
        "context": 0 if one.guild_id else 1,
    }
    home = world.find_guild_of(one.channel)
    if home is None:
        data["user"] = user(one.user)
    else:
        own = permissions.of_user(world, one.user.id, one.channel)
        data["member"] = member(home.members[one.user.id]) | {"permissions": str(own)}
        data["guild_id"] = str(home.id)
        data["guild_locale"] = home.locale
        data["guild"] = {"id": str(home.id), "locale": home.locale, "features": []}
    if one.source is not None:
        data["message"] = message(core, one.source)
    return data
