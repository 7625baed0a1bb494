"""The page's own JSON: what one person's client shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.client import modals
from sandbox.state import messages, payloads, permissions
from sandbox.state.models import Channel, Guild, Interaction, Json, Kind, Message, Unread, User
from sandbox.state.permissions import Permission

if TYPE_CHECKING:
    from sandbox.state.simulation import Core


def user(one: User) -> Json:
    """Return a person or the bot."""
    return {
        "id": str(one.id),
        "name": one.name,
        "display": one.display,
        "avatar_hue": one.hue,
        "bot": one.bot,
        "dms_open": one.dms_open,
    }


def message(core: Core, one: Message, viewer: User) -> Json:
    """Return a message as the viewer sees it."""
    asked = one.interaction
    name = asked.path if asked and asked.kind == Kind.COMMAND else None
    return {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "author": user(core.world.users[one.author_id]),
        "at": one.at.timestamp(),
        "edited": one.edited.timestamp() if one.edited else None,
        "content": one.content,
        "embeds": one.embeds,
        "components": one.components,
        "attachments": payloads.message(core, one)["attachments"],
        "flags": one.flags,
        "ephemeral": one.ephemeral_to is not None,
        "silent": one.silent,
        "interaction": {"user": user(asked.user), "command": name} if asked and name else None,
        "referenced": None,
        "thinking": one.thinking,
        "pinged_me": viewer.id in one.pinged,
    }


def _channel(core: Core, guild: Guild, one: Channel, viewer: User) -> Json:
    bits = permissions.of_user(core.world, viewer.id, one)
    data: Json = {
        "id": str(one.id),
        "name": one.name,
        "type": int(one.type),
        "parent_id": str(one.parent_id) if one.parent_id else None,
        "position": one.position,
        "topic": one.topic,
        "nsfw": one.nsfw,
        "can_send": one.type.has_messages and bool(bits & Permission.SEND_MESSAGES),
        "archived": one.thread.archived if one.thread else False,
        "voice": None,
    }
    if one.type.is_vocal:
        inside = [v for v in guild.voice.values() if v.channel_id == one.id]
        data["voice"] = {
            "members": [
                {"user_id": str(v.user_id), "suppress": v.suppress, "mute": v.self_mute} for v in inside
            ],
            "user_limit": one.user_limit,
            "status": one.status,
            "can_connect": bool(bits & Permission.CONNECT),
        }
    return data


def guild(core: Core, one: Guild, viewer: User) -> Json:
    """Return a server as the viewer sees it."""
    bits = permissions.of_member(one, one.members[viewer.id])
    seen = [c for c in one.channels.values() if permissions.sees(core.world, viewer.id, c)]
    return {
        "id": str(one.id),
        "name": one.name,
        "icon_text": "".join(word[0] for word in one.name.split())[:2],
        "can_manage": bool(bits & Permission.MANAGE_GUILD),
        "channels": [_channel(core, one, c, viewer) for c in seen],
        "events": [
            {
                "id": str(e.id),
                "name": e.name,
                "description": e.description,
                "start": e.starts_at.timestamp(),
                "end": e.ends_at.timestamp() if e.ends_at else None,
                "status": int(e.status),
                "entity_type": e.entity_type,
                "channel_id": str(e.channel_id) if e.channel_id else None,
                "location": e.location,
                "interested": viewer.id in e.interested,
                "count": len(e.interested),
            }
            for e in sorted(one.events.values(), key=lambda event: event.starts_at)
        ],
        "members": [
            {
                "id": str(m.user.id),
                "name": m.display,
                "color": max((one.roles[r].color for r in m.roles), default=0),
                "is_bot": m.user.bot,
            }
            for m in one.members.values()
        ],
        "roles": [{"id": str(r.id), "name": r.name, "color": r.color} for r in one.roles.values()],
    }


def clock(core: Core) -> Json:
    """Return the time and what comes next."""
    due = core.clock.next_event()
    return {
        "now": core.clock.unix(),
        "next": due.timestamp() if due else None,
        "moving": core.clock.moving,
    }


def state(core: Core, viewer: User) -> Json:
    """Everything but messages, for one viewer."""
    world = core.world
    dm = world.find_dm(viewer.id) or world.open_dm(viewer.id, core.mint.next())
    unread = {
        str(channel_id): {"count": u.count, "loud": u.loud}
        for (user_id, channel_id), u in world.unread.items()
        if user_id == viewer.id and u.count
    }
    return {
        "me": user(viewer),
        "people": [user(one) for one in world.people()],
        "app": {
            "id": str(world.app.id),
            "name": world.app.name,
            "connected": core.gateway.connected,
        },
        "clock": clock(core),
        "guilds": [guild(core, g, viewer) for g in world.guilds.values() if viewer.id in g.members],
        "dms": [{"id": str(dm.id), "user": user(world.app.user)}],
        "commands": [payloads.command(core, c) for c in world.commands.values()],
        "unread": unread,
    }


def channel_messages(core: Core, channel: Channel, viewer: User) -> list[Json]:
    """Return what the viewer sees in a channel, oldest first."""
    return [message(core, m, viewer) for m in messages.visible(core, viewer, channel)]


def interaction(one: Interaction, standing: str) -> Json:
    """Return an interaction's progress."""
    data: Json = {"t": "interaction", "id": str(one.id), "state": standing}
    if one.error:
        data["error"] = one.error
    if one.source is not None:
        data["message_id"] = str(one.source.id)
        data["channel_id"] = str(one.source.channel_id)
    if "custom_id" in one.data:
        data["custom_id"] = one.data["custom_id"]
    return data


def modal(one: Interaction) -> Json:
    """Return a form that opened."""
    form = modals.modal_of(one)
    data: Json = {"t": "modal", "interaction": str(one.id)}
    if form is not None:
        data["modal"] = {
            "title": form.title,
            "custom_id": form.custom_id,
            "components": form.components,
        }
    return data


def unread(channel: Channel, one: Unread) -> Json:
    """Return a channel's unread count."""
    return {"t": "unread", "channel_id": str(channel.id), "count": one.count, "loud": one.loud}
