"""Members whom moderators keep out of a room with Discord's own tools: they lose their seats there.

Discord tells the bot of changes of channels and roles, but of no member's roles or timeout: that needs a
privileged intent. So after a change that may hide a channel, the bot asks for each member with a seat once.
What Discord does not report is noticed with the member's next command or tap. A member's seats are checked
again only if their roles are others than before, they are in a timeout, or anything changed in the server.
"""

from collections.abc import Iterable

import discord
from discord.ext import commands

from bot.gateway.answers import FAILED, answer_of
from bot.gateway.client import Client, Interaction
from bot.rooms.sessions.access import SeatAccess, TakenSeat
from bot.scheduling.clock import Clock
from bot.scheduling.rate_limit import RateLimiter
from cogs.rooms.card_updater import CardUpdater

_SHOWING = ("view_channel", "administrator")
_MOST_CHECKED = 10_000  # members in memory
_NOT_FOUND = 404  # the member is not in the server


class LostAccess(commands.Cog):
    """Takes seats from members who are timed out, or who can't see the channel any more."""

    def __init__(
        self, client: Client, access: SeatAccess, updater: CardUpdater, request_limiter: RateLimiter
    ) -> None:
        self._clock = client.services.clock
        self._access = access
        self._updater = updater
        self._request_limiter = request_limiter
        self._checking = set[int]()  # servers whose seats are being checked
        self._again = set[int]()  # those in which something changed meanwhile
        self._checked: dict[int, dict[int, list[int]]] = {}  # by server and member: with which roles
        self._count = 0  # of these members

    @commands.Cog.listener()
    async def on_interaction_handled(self, interaction: Interaction) -> None:
        """Check the seats of a member who did something, by the roles that Discord sent with it.

        This comes after the answer, which does not wait for it.
        """
        if interaction.type is discord.InteractionType.autocomplete:
            return
        if interaction.permissions.manage_guild:  # a moderator may have moved a room
            self._forget(interaction.guild_id or 0)
        if isinstance(interaction.user, discord.Member):
            interaction.client.begin_work()
            await self._check_member(interaction.user)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Let all seats be checked again: Discord does not say what changed while the bot was away."""
        self._forget_all()

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Let the seats in a server be checked again, as `on_ready` does for all servers."""
        self._forget(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Let the seats in a server be checked again: much may have changed since the bot was removed."""
        self._forget(guild.id)

    @commands.Cog.listener()
    async def on_guild_update(self, _: discord.Guild, after: discord.Guild) -> None:
        """Let the seats in a server be checked again: a former owner has the same roles, but sees less."""
        self._forget(after.id)

    @commands.Cog.listener()
    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """Let the seats in a server be checked again: the bot could not see this channel before."""
        self._forget(channel.guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Check all seats of a channel if it may be hidden from some members now."""
        self._forget(after.guild.id)
        if _seen_by(before) != _seen_by(after):
            await self._check_guild(after.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Check all seats of a server if a role no longer shows channels."""
        self._forget(after.guild.id)
        shown, hidden = before.permissions, after.permissions
        if any(getattr(shown, each) and not getattr(hidden, each) for each in _SHOWING):
            await self._check_guild(after.guild)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Check all seats of a server: the role may have shown channels."""
        self._forget(role.guild.id)
        await self._check_guild(role.guild)

    async def _check_guild(self, guild: discord.Guild) -> None:
        """Check all seats of a server; changes that come meanwhile are checked once, afterwards."""
        self._again.add(guild.id)
        if guild.id in self._checking:
            return
        self._checking.add(guild.id)
        try:
            while guild.id in self._again:
                self._again.discard(guild.id)
                seats = await self._access.of_guild(guild.id)
                for member_id in dict.fromkeys(each.member_id for each in seats):
                    mine = [each for each in seats if each.member_id == member_id]
                    await self._take_away(await self._lost(guild, member_id, mine))
        finally:
            self._checking.discard(guild.id)

    async def _lost(
        self, guild: discord.Guild, member_id: int, seats: Iterable[TakenSeat]
    ) -> list[TakenSeat]:
        """Return which seats a member may not have, after one request; none if Discord can't say now."""
        await self._request_limiter.acquire()
        try:
            member = await guild.fetch_member(member_id)
        except FAILED as error:
            status, _ = answer_of(error)
            return list(seats) if status == _NOT_FOUND else []
        return _lost(member, seats, self._clock)

    async def _check_member(self, member: discord.Member) -> None:
        guild_id, roles, clock = member.guild.id, [role.id for role in member.roles], self._clock
        known = self._checked.get(guild_id, {}).get(member.id)
        if known == roles and not _is_timed_out(member, clock):
            return
        if self._count >= _MOST_CHECKED:
            self._forget_all()
        self._count += known is None
        # Before the check: what changes meanwhile removes it.
        self._checked.setdefault(guild_id, {})[member.id] = roles
        try:
            await self._take_away(_lost(member, await self._access.of_member(guild_id, member.id), clock))
        except BaseException:
            self._forget(guild_id)
            raise

    def _forget(self, guild_id: int) -> None:
        self._count -= len(self._checked.pop(guild_id, {}))

    def _forget_all(self) -> None:
        self._checked.clear()
        self._count = 0

    async def _take_away(self, seats: list[TakenSeat]) -> None:
        if seats:
            for room_id in await self._access.take_away(seats):
                await self._updater.refresh(room_id)


def _lost(member: discord.Member, seats: Iterable[TakenSeat], clock: Clock) -> list[TakenSeat]:
    """Return which seats a member may not have, by their roles and timeout."""
    if _is_timed_out(member, clock):
        return list(seats)
    return [each for each in seats if not _sees(member, each.channel_id)]


def _is_timed_out(member: discord.Member, clock: Clock) -> bool:
    until = member.timed_out_until
    return until is not None and until > clock.now()


def _sees(member: discord.Member, channel_id: int) -> bool:
    """Return whether a member can see a channel; True if the bot itself can't see or find it."""
    channel = member.guild.get_channel(channel_id)
    return channel is None or channel.permissions_for(member).view_channel


def _seen_by(channel: discord.abc.GuildChannel) -> dict[int, bool | None]:
    """Return, by role and member, whether a channel's own permissions show it (True) or hide it (False)."""
    shown = {target.id: each.view_channel for target, each in channel.overwrites.items()}
    return {number: view for number, view in shown.items() if view is not None}
