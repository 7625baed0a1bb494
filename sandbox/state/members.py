"""Members of servers: their nicknames and timeouts, which end by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.state import payloads, permissions, voice
from sandbox.state.errors import refused
from sandbox.state.models import Guild, Member, User
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation

LONGEST_TIMEOUT = timedelta(days=28)


def require_may_time_out(guild: Guild, moderator: Member, member: Member) -> None:
    """Raise `DiscordError` 50013 unless the moderator may time this member out."""
    is_exempt = bool(permissions.of_member(guild, member) & Permission.ADMINISTRATOR)
    may = permissions.of_member(guild, moderator) & Permission.MODERATE_MEMBERS
    if not may or is_exempt or member is moderator:
        raise refused(50013)


def time_out(simulation: Simulation, guild: Guild, member: Member, until: datetime | None) -> None:
    """Time a member out until an aware time, or end that with None. It also takes them out of voice."""
    member.timed_out_until = until if until is not None and until > simulation.clock.now() else None
    _emit(simulation, guild, member)
    if member.timed_out_until is not None and member.user.id in guild.voice:
        voice.leave(simulation, member.user)
    simulation.notify("state")
    simulation.alarm.rearm()


def join(simulation: Simulation, guild: Guild, user: User) -> None:
    """Let a user join a server, without roles."""
    member = Member(user, [], simulation.clock.now())
    guild.members[user.id] = member
    data = payloads.member(member) | {"guild_id": str(guild.id)}
    simulation.dispatch("GUILD_MEMBER_ADD", data, guild.id)
    simulation.notify("state")


def leave(simulation: Simulation, guild: Guild, user: User) -> None:
    """Let a member leave a server, and with it every thread and voice channel there."""
    if user.id in guild.voice:
        voice.leave(simulation, user)
    for thread in (c.thread for c in guild.channels.values() if c.thread is not None):
        thread.members.discard(user.id)
    del guild.members[user.id]
    data = {"guild_id": str(guild.id), "user": payloads.user(user)}
    simulation.dispatch("GUILD_MEMBER_REMOVE", data, guild.id)
    simulation.notify("state")


def rename(simulation: Simulation, guild: Guild, member: Member, nick: str | None) -> None:
    """Give a member another nickname, or none."""
    member.nick = nick
    _emit(simulation, guild, member)
    simulation.notify("state")


def _emit(simulation: Simulation, guild: Guild, member: Member) -> None:
    data = payloads.member(member) | {"guild_id": str(guild.id)}
    simulation.dispatch("GUILD_MEMBER_UPDATE", data, guild.id)


def next_due(simulation: Simulation) -> datetime | None:
    """Return when the next timeout ends, None if no member has one."""
    members = [m for g in simulation.world.guilds.values() for m in g.members.values()]
    return min((m.timed_out_until for m in members if m.timed_out_until is not None), default=None)


def advance(simulation: Simulation) -> None:
    """End the timeouts that are over. Discord sends no event for that."""
    now = simulation.clock.now()
    for guild in simulation.world.guilds.values():
        for member in guild.members.values():
            if member.timed_out_until is not None and member.timed_out_until <= now:
                member.timed_out_until = None
                simulation.notify("state")
