"""What a moderator can do to others in one server with Discord's client."""

from __future__ import annotations

from datetime import datetime

from sandbox.client.errors import ClientRefusal
from sandbox.state import channels, members, permissions, roles
from sandbox.state.models import Channel, Guild, User
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation


class Moderator:
    """A member as a moderator: what their permissions in one server let them do to others."""

    def __init__(self, simulation: Simulation, user: User, guild: Guild) -> None:
        self._simulation = simulation
        self._guild = guild
        self._member = guild.members[user.id]

    def time_out(self, who: str | int, until: datetime | None) -> None:
        """Time a member out, given by name or id, until an aware time; None ends that.

        Raises `DiscordError` 50013 without the permission Moderate Members.
        """
        found = self._simulation.world.find_user(who)
        if found is None or found.id not in self._guild.members:
            raise ClientRefusal(f"{self._guild.name} has no member {who}")
        member = self._guild.members[found.id]
        members.require_may_time_out(self._guild, self._member, member)
        members.time_out(self._simulation, self._guild, member, until)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads and events.

        Raises `ClientRefusal` without the permission Manage Channels.
        """
        bits = permissions.in_channel(self._guild, self._member, channel)
        if not bits & Permission.MANAGE_CHANNELS:
            raise ClientRefusal(f"{self._member.display} cannot delete {channel.name}")
        channels.delete(self._simulation, self._guild, channel)

    def set_bot_permissions(self, bits: int) -> None:
        """Let the bot's role grant exactly these permissions.

        Raises `ClientRefusal` without the permission Manage Server.
        """
        self._require_manage_guild()
        roles.set_bot_permissions(self._simulation, self._guild, bits)

    def limit_bot(self, bits: int) -> None:
        """Let the bot do only this, by its role and by the permissions of every channel.

        Raises `ClientRefusal` without the permission Manage Server.
        """
        self._require_manage_guild()
        roles.limit_bot(self._simulation, self._guild, bits)

    def _require_manage_guild(self) -> None:
        if not permissions.of_member(self._guild, self._member) & Permission.MANAGE_GUILD:
            raise ClientRefusal(f"{self._member.display} cannot manage {self._guild.name}")
