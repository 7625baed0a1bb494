"""The world as JSON for the page, as one viewer sees it."""

from __future__ import annotations

from sandbox.client.modals import find_modal
from sandbox.state import messages, payloads, permissions, roles
from sandbox.state.models import (
    LOCALES,
    Channel,
    Guild,
    Interaction,
    InteractionType,
    Json,
    Message,
    Unread,
    User,
)
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation


def user(one: User) -> Json:
    """Return a person or the bot."""
    return {
        "id": str(one.id),
        "name": one.name,
        "display": one.display,
        "avatar_hue": one.hue,
        "bot": one.bot,
        "dms_open": one.dms_open,
        "locale": one.locale,
    }


def message(simulation: Simulation, one: Message, viewer: User) -> Json:
    """Return a message as the viewer sees it."""
    asked = one.interaction
    name = asked.command_path if asked and asked.type == InteractionType.COMMAND else None
    return {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "author": user(simulation.world.users[one.author_id]),
        "at": one.at.timestamp(),
        "edited": one.edited.timestamp() if one.edited else None,
        "content": one.content,
        "embeds": one.embeds,
        "components": one.components,
        "attachments": payloads.message(simulation, one)["attachments"],
        "flags": one.flags,
        "ephemeral": one.ephemeral_to is not None,
        "silent": one.silent,
        "interaction": {"user": user(asked.user), "command": name} if asked and name else None,
        "thinking": one.thinking,
        "pinged_me": viewer.id in one.pinged,
    }


def _channel(simulation: Simulation, guild: Guild, one: Channel, viewer: User) -> Json:
    bits = permissions.of_user(simulation.world, viewer.id, one)
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


def _app_permissions(simulation: Simulation, one: Guild) -> str | None:
    """Return what the bot may do in every channel, None if the bot is not in the server."""
    world = simulation.world
    return str(roles.bot_permissions(one, world.app.user.id)) if world.has_bot(one) else None


def guild(simulation: Simulation, one: Guild, viewer: User) -> Json:
    """Return a server as the viewer sees it."""
    bits = permissions.of_member(one, one.members[viewer.id])
    seen = [c for c in one.channels.values() if permissions.sees(simulation.world, viewer.id, c)]
    return {
        "id": str(one.id),
        "name": one.name,
        "icon_text": "".join(word[0] for word in one.name.split())[:2],
        "can_manage": bool(bits & Permission.MANAGE_GUILD),
        "app_permissions": _app_permissions(simulation, one),
        "channels": [_channel(simulation, one, c, viewer) for c in seen],
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


def clock(simulation: Simulation) -> Json:
    """Return the time, when something happens next, and whether the clock is being moved."""
    due = simulation.clock.next_event()
    return {
        "now": simulation.clock.unix(),
        "next": due.timestamp() if due else None,
        "moving": simulation.clock.moving,
    }


def state(simulation: Simulation, viewer: User) -> Json:
    """Return everything that a viewer sees except messages."""
    world = simulation.world
    dm = world.find_dm(viewer.id) or world.open_dm(viewer.id, simulation.ids.next())
    unread = {
        str(channel_id): {"count": u.count, "pings": u.pings}
        for (user_id, channel_id), u in world.unread.items()
        if user_id == viewer.id and u.count
    }
    return {
        "me": user(viewer),
        "people": [user(one) for one in world.people()],
        "app": {
            "id": str(world.app.id),
            "name": world.app.name,
            "connected": world.app.connected,
        },
        "clock": clock(simulation),
        "guilds": [guild(simulation, g, viewer) for g in world.guilds.values() if viewer.id in g.members],
        "dms": [{"id": str(dm.id), "user": user(world.app.user)}],
        "commands": [
            payloads.localised(payloads.command(simulation, c), viewer.locale)
            for c in world.commands.values()
        ],
        "languages": sorted(LOCALES),
        "unread": unread,
    }


def channel_messages(simulation: Simulation, channel: Channel, viewer: User) -> list[Json]:
    """Return the messages that the viewer sees in a channel, oldest first."""
    return [message(simulation, m, viewer) for m in messages.visible(simulation, viewer, channel)]


def interaction(one: Interaction, progress: str) -> Json:
    """Return an interaction with its progress: "waiting", "answered" or "failed"."""
    data: Json = {"t": "interaction", "id": str(one.id), "state": progress}
    if one.error:
        data["error"] = one.error
    if one.source is not None:
        data["message_id"] = str(one.source.id)
        data["channel_id"] = str(one.source.channel_id)
    if "custom_id" in one.data:
        data["custom_id"] = one.data["custom_id"]
    return data


def modal(one: Interaction) -> Json:
    """Return the modal that an interaction opened."""
    form = find_modal(one)
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
    return {"t": "unread", "channel_id": str(channel.id), "count": one.count, "pings": one.pings}
