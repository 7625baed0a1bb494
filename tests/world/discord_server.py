"""One server in the simulated Discord, and what moderators and Discord do to it."""

from datetime import datetime
from typing import Any

import discord
import simcord
from simcord.backend import serializers
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from tests.world.people import Person, Shown

Channel = simcord.ChannelHandle
Role = simcord.RoleHandle


class SimulatedServer:
    """A server with a library and a role of moderators."""

    def __init__(self, env: simcord.Env, shard_id: int | None = None) -> None:
        self.env = env
        self.guild = env.create_guild("Reading circle", shard_id=shard_id)
        self.library = self.guild.create_text_channel("library")
        self.moderators = self.guild.create_role(
            "moderators", permissions=discord.Permissions(manage_guild=True)
        )
        self._left: Any = None  # the server while the bot is not in it

    async def settle(self) -> None:
        """Wait until the bot has handled a change."""
        raise NotImplementedError

    def hidden_channel(self) -> simcord.ChannelHandle:
        """Add a channel that only moderators see."""
        overwrites: Any = {
            self.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            self.moderators: discord.PermissionOverwrite(view_channel=True),
            self.env.bot.user: discord.PermissionOverwrite(view_channel=True),
        }
        return self.guild.create_text_channel("attic", overwrites=overwrites)

    def demote(self, person: Person) -> None:
        """Take every role from a person."""
        self.guild._guild.members[person.id].role_ids.clear()  # noqa: SLF001 - SimCord has no way to take one

    def times_out(self, person: Person, until: datetime) -> None:
        """Put a person in a timeout, as a moderator."""
        member = self.env.backend.get_guild(self.guild.id).members[person.id]
        member.timed_out_until = until.isoformat()

    def leaves(self, person: Person) -> None:
        """Let a person leave the server."""
        self.guild._guild.members.pop(person.id)  # noqa: SLF001 - SimCord has no way that keeps their actor

    def show_command(self, name: str, person: Person) -> None:
        """Let the server's settings offer a command to a person who lacks the permission for it."""
        command = self.env.backend.find_command(name, self.guild.id, type=1)
        assert command is not None
        self.guild.set_command_permissions(int(command["id"]), {person.actor: True})

    def take_from_bot(self, **permissions: bool | None) -> None:
        """Deny the bot permissions in the library (False), or let its role decide again (None)."""
        self.set_permissions(self.env.backend.bot_user.id, discord.PermissionOverwrite(**permissions))

    def set_permissions(
        self,
        target_id: int,
        permissions: discord.PermissionOverwrite,
        *,
        is_role: bool = False,
        channel: Channel | None = None,
    ) -> None:
        """Set the own permissions of the library, or another channel, for a person or a role."""
        allow, deny = permissions.pair()
        kind = OverwriteType.ROLE if is_role else OverwriteType.MEMBER
        overwrite = Overwrite(target_id, kind, allow=allow.value, deny=deny.value)
        self.env.backend.set_overwrite((channel or self.library).id, overwrite)

    def hide_library_from(self, person: Person) -> None:
        """Let a moderator take the library out of a person's sight."""
        self.set_permissions(person.id, discord.PermissionOverwrite(view_channel=False))

    def let_bot(self, **permissions: bool) -> None:
        """Grant the bot's role permissions in the whole server, or remove them."""
        guild = self.env.backend.get_guild(self.guild.id)
        (role,) = (each for each in guild.roles.values() if each.managed)
        held = discord.Permissions(role.permissions)
        held.update(**permissions)
        self.env.backend.edit_role(guild.id, role.id, {"permissions": held.value})

    def let_everyone(self, **permissions: bool) -> None:
        """Grant everyone permissions in the whole server, or remove them."""
        guild = self.env.backend.get_guild(self.guild.id)
        held = discord.Permissions(guild.roles[guild.id].permissions)
        held.update(**permissions)
        self.env.backend.edit_role(guild.id, guild.id, {"permissions": held.value})

    async def delete(self, shown: Shown) -> None:
        """Delete a message, as a moderator."""
        self.env.backend.delete_message(shown.message.channel_id, shown.message.id)
        await self.settle()

    async def delete_library(self) -> None:
        """Let the library's channel be deleted."""
        self.env.backend.delete_channel(self.library.id)
        await self.settle()

    async def remove_bot(self) -> None:
        """Let the bot be removed from the server; the messages in its channels are not deleted."""
        self.env.backend.emit("GUILD_DELETE", {"id": str(self.guild.id)})
        self._left = self.env.backend.guilds.pop(self.guild.id)
        await self.settle()

    async def invite_bot(self) -> None:
        """Let the bot be invited again, after `remove_bot`."""
        self.env.backend.guilds[self.guild.id] = self._left
        payload = dict(serializers.guild_create_payload(self.env.backend, self._left))
        self.env.backend.emit("GUILD_CREATE", payload)
        await self.settle()

    async def outage(self) -> None:
        """Let Discord say that the server is unavailable."""
        self.env.backend.emit("GUILD_DELETE", {"id": str(self.guild.id), "unavailable": True})
        await self.settle()

    async def end_outage(self) -> None:
        """Let Discord say that the server is available again."""
        guild = self.env.backend.get_guild(self.guild.id)
        payload = dict(serializers.guild_create_payload(self.env.backend, guild))
        self.env.backend.emit("GUILD_CREATE", payload)
        await self.settle()

    def rename(self, **changes: str) -> None:
        """Change the server's name, or its language in Discord (`preferred_locale`)."""
        self.env.backend.edit_guild(self.guild.id, changes)

    def fail(self, method: str, path: str, *, status: int, code: int = 0, times: int | None = None) -> None:
        """Let Discord fail requests: `times`, or (None) until `heal`."""
        self.env.inject_error(method, path, status=status, code=code, times=times)

    def close_direct_messages(self, person: Person) -> None:
        """Close a person's direct messages, until `heal`."""
        channel = self.env.backend.get_dm_channel(person.id)
        self.fail("POST", f"/channels/{channel.id}/messages", status=403, code=50007)

    def heal(self) -> None:
        """Stop all planned failures."""
        self.env.backend.faults.clear()
