"""Threads: how many may be active, and who is in them."""

from __future__ import annotations

from sandbox.state import payloads
from sandbox.state.errors import refused, unknown
from sandbox.state.models import Channel, Guild, Json, ThreadMetadata
from sandbox.state.simulation import Simulation

MAX_MEMBERS = 1000


def require_room(simulation: Simulation, guild: Guild) -> None:
    """Raise `DiscordError` 160006 if the server has as many active threads as it may have."""
    active = sum(1 for c in guild.channels.values() if c.thread is not None and not c.thread.archived)
    if active >= simulation.max_active_threads:
        raise refused(160006)


def details(thread: Channel) -> ThreadMetadata:
    """Return what only threads have; raises `DiscordError` 50024 for another channel."""
    if thread.thread is None:
        raise refused(50024)
    return thread.thread


def add_member(simulation: Simulation, thread: Channel, user_id: int) -> None:
    """Add a user to a thread.

    Raises `DiscordError` 50083 if it is archived, 30033 if it has 1,000 members.
    """
    data = details(thread)
    if data.archived:
        raise refused(50083)
    if user_id not in data.members and len(data.members) >= MAX_MEMBERS:
        raise refused(30033)
    if user_id not in data.members:
        data.members.add(user_id)
        added = [payloads.thread_member(thread, user_id)]
        _emit(simulation, thread, user_id, {"added_members": added})


def remove_member(simulation: Simulation, thread: Channel, user_id: int) -> None:
    """Remove a user from a thread.

    Raises `DiscordError` 50083 if it is archived, 10007 if the user is not in it.
    """
    data = details(thread)
    if data.archived:
        raise refused(50083)
    if user_id not in data.members:
        raise unknown("member")
    data.members.discard(user_id)
    _emit(simulation, thread, user_id, {"removed_member_ids": [str(user_id)]})


def _emit(simulation: Simulation, thread: Channel, user_id: int, change: Json) -> None:
    """Emit a change of the thread's members; without GUILD_MEMBERS a bot only gets changes about itself."""
    guild_id = str(thread.guild_id)
    count = len(details(thread).members)
    data = {"id": str(thread.id), "guild_id": guild_id, "member_count": count, **change}
    if user_id == simulation.world.app.user.id:
        simulation.dispatch("THREAD_MEMBERS_UPDATE", data, thread.guild_id)
    simulation.notify("state")
