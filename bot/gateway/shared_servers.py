"""Which servers a member shares with the bot, for commands in direct messages.

Discord does not say it there, and listing members needs a privileged intent. So the bot starts from the
servers where data about the member is saved, and asks Discord about a few servers at most.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import discord

from bot.delivery.outcome import Outcome
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, outcome_of
from bot.gateway.other_servers import OtherServers
from bot.shards import ShardRange

MOST_LOOKUPS = 10
_MOST_NAMED = 25  # of servers that another process serves; a select offers no more
_VALID_SECONDS = 60.0  # of Discord's answer; a member who repeats a command costs no more requests
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class SharedServer:
    """A server that a member shares with the bot."""

    id: int
    name: str  # empty if Discord could not say it


class SharedServers:
    """Asks Discord whether members are in servers. Its answers are in memory for a minute."""

    def __init__(self, client: discord.Client, shards: ShardRange) -> None:
        self._client = client
        self._shards = shards
        self._others = OtherServers(client)
        self._answers: dict[tuple[int, int], tuple[float, bool]] = {}

    async def find(self, guild_id: int, *, with_channels: bool = False) -> discord.Guild | None:
        """Return a server of this process, or of another one as `OtherServers.find` does.

        Returns None if the bot is not in it, or if Discord cannot say so now.
        """
        try:
            return await self._find(guild_id, with_channels=with_channels)
        except RefusalError:
            return None

    async def is_member(self, guild_id: int, user_id: int) -> bool:
        """Return whether a member is in a server, with one request at most.

        Raises RefusalError if Discord cannot say so now.
        """
        found = await self._look_up(guild_id, user_id)
        if found is None:
            raise RefusalError("refusals.discord_later")
        return found

    async def get_member(self, guild_id: int, user_id: int) -> discord.Member:
        """Return a member of a server with their roles and their timeout, with one request.

        If another process serves it, asks about the server too. Raises RefusalError if they are not in it,
        or if Discord cannot say so now.
        """
        guild = await self.find(guild_id, with_channels=True)
        if guild is None or guild.unavailable:
            raise RefusalError("refusals.server_unavailable")
        try:
            return await guild.fetch_member(user_id)
        except FAILED as error:
            is_refused = outcome_of(error) is Outcome.REFUSED
            raise RefusalError(
                "refusals.not_a_member" if is_refused else "refusals.discord_later"
            ) from None

    async def of(self, user_id: int, known: Collection[int]) -> list[SharedServer]:
        """Return the servers that a member shares with the bot, by name, with at most ten requests.

        `known` are servers where data about the member is saved. Others are found only if the bot is in ten
        servers or fewer. If Discord cannot say now, a known server counts as shared. The names of servers
        that another process serves cost one more request each.
        """
        guilds = self._client.guilds
        likely = [each for each in known if self._may_be_in(each)]
        others = [each.id for each in guilds if each.id not in known] if len(guilds) <= MOST_LOOKUPS else []
        asked = [*likely, *others][:MOST_LOOKUPS]
        found = await asyncio.gather(*(self._look_up(each, user_id) for each in asked))
        shared = [
            each
            for each, answer in zip(asked, found, strict=True)
            if answer or (answer is None and each in known)
        ]
        return await self.with_bot([*shared, *likely[MOST_LOOKUPS:]])

    async def named(self, user_id: int, typed: str, known: Collection[int]) -> list[SharedServer]:
        """Return the shared servers with the name that a member typed, with at most ten requests.

        Of servers that another process serves, only those in `known` are found.
        """
        wanted = typed.strip().casefold()
        own = [SharedServer(each.id, each.name) for each in self._client.guilds]
        elsewhere = await self.with_bot([each for each in known if not self._shards.covers(each)])
        asked = [each for each in [*elsewhere, *own] if each.name.casefold() == wanted][:MOST_LOOKUPS]
        found = await asyncio.gather(*(self._look_up(each.id, user_id) for each in asked))
        return [each for each, answer in zip(asked, found, strict=True) if answer]

    async def with_bot(self, guild_ids: Collection[int]) -> list[SharedServer]:
        """Return those of some servers that the bot is in, by name.

        If Discord cannot say now whether the bot is in a server, that server is among them.
        """
        own = [each for each in guild_ids if self._shards.covers(each) and self._may_be_in(each)]
        elsewhere = [each for each in guild_ids if not self._shards.covers(each)]
        asked, others = [*own, *elsewhere[:_MOST_NAMED]], elsewhere[_MOST_NAMED:]
        names = await asyncio.gather(*map(self._name, asked))
        found = [*zip(asked, names, strict=True), *((each, "") for each in others)]
        shared = [SharedServer(each, name) for each, name in found if name is not None]
        return sorted(shared, key=lambda each: each.name.casefold())

    def _may_be_in(self, guild_id: int) -> bool:
        """Return whether the bot may be in a server: it is in this client, or another process serves it."""
        return not self._shards.covers(guild_id) or self._client.get_guild(guild_id) is not None

    async def _name(self, guild_id: int) -> str | None:
        """Return the name of a server; "" if Discord cannot say it now, None if the bot is not in it."""
        try:
            guild = await self._find(guild_id, with_channels=False)
        except RefusalError:
            return ""
        return None if guild is None else guild.name

    async def _find(self, guild_id: int, *, with_channels: bool) -> discord.Guild | None:
        if self._shards.covers(guild_id):
            return self._client.get_guild(guild_id)
        return await self._others.find(guild_id, with_channels=with_channels)

    async def _look_up(self, guild_id: int, user_id: int) -> bool | None:
        """Return whether a member is in a server, or None if Discord cannot say now."""
        if not self._may_be_in(guild_id):
            return False
        key, now = (guild_id, user_id), self._client.loop.time()
        asked_at, answer = self._answers.get(key, (now - _VALID_SECONDS, False))
        if now - asked_at < _VALID_SECONDS:
            return answer
        try:
            await self._client.http.get_member(guild_id, user_id)
        except FAILED as error:
            if outcome_of(error) is not Outcome.REFUSED:
                return None
            answer = False
        else:
            answer = True
        if len(self._answers) >= _MOST_REMEMBERED:
            self._answers.clear()
        self._answers[key] = (now, answer)
        return answer


async def check_server(interaction: discord.Interaction[Any], guild_id: int, *, is_known: bool) -> None:
    """Raise RefusalError unless the member may act on the server that a payload names.

    In a server, they may act on that server alone; in direct messages on those that they are in, and
    (`is_known`) on what is saved about them already.
    """
    if interaction.guild_id == guild_id:
        return
    if interaction.guild_id is not None:
        raise RefusalError("refusals.button_old")
    shared: SharedServers = interaction.client.shared_servers
    if not is_known and not await shared.is_member(guild_id, interaction.user.id):
        raise RefusalError("refusals.not_a_member")
