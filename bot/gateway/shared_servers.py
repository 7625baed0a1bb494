"""Which servers a member shares with the bot, for commands in direct messages.

Discord does not say it there, and listing members needs a privileged intent. So the bot starts from the
servers where data about the member is saved, and asks Discord about a few servers at most.
"""

import asyncio
from collections.abc import Collection
from typing import Any

import discord

from bot.delivery.outcome import Outcome
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, outcome_of

MOST_LOOKUPS = 10
_VALID_SECONDS = 60.0  # of Discord's answer; a member who repeats a command costs no more requests
_MOST_REMEMBERED = 10_000


class SharedServers:
    """Asks Discord whether members are in servers. Its answers are in memory for a minute."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._answers: dict[tuple[int, int], tuple[float, bool]] = {}

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

        Raises RefusalError if they are not in it, or if Discord cannot say so now.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            raise RefusalError("refusals.server_unavailable")
        try:
            return await guild.fetch_member(user_id)
        except FAILED as error:
            is_refused = outcome_of(error) is Outcome.REFUSED
            raise RefusalError(
                "refusals.not_a_member" if is_refused else "refusals.discord_later"
            ) from None

    async def of(self, user_id: int, known: Collection[int]) -> list[discord.Guild]:
        """Return the servers that a member shares with the bot, by name, with at most ten requests.

        `known` are servers where data about the member is saved. Others are found only if the bot is in ten
        servers or fewer. If Discord cannot say now, a known server counts as shared.
        """
        likely = self.with_bot(known)
        guilds = self._client.guilds
        others = [each for each in guilds if each.id not in known] if len(guilds) <= MOST_LOOKUPS else []
        asked = [*likely, *others][:MOST_LOOKUPS]
        found = await asyncio.gather(*(self._look_up(each.id, user_id) for each in asked))
        shared = [
            each
            for each, answer in zip(asked, found, strict=True)
            if answer or (answer is None and each.id in known)
        ]
        return sorted([*shared, *likely[MOST_LOOKUPS:]], key=_name)

    async def named(self, user_id: int, typed: str) -> list[discord.Guild]:
        """Return the shared servers with the name that a member typed, with at most ten requests."""
        wanted = typed.strip().casefold()
        asked = [each for each in self._client.guilds if _name(each) == wanted][:MOST_LOOKUPS]
        found = await asyncio.gather(*(self._look_up(each.id, user_id) for each in asked))
        return [each for each, answer in zip(asked, found, strict=True) if answer]

    def with_bot(self, guild_ids: Collection[int]) -> list[discord.Guild]:
        """Return those servers that the bot is in, by name."""
        return sorted((each for each in self._client.guilds if each.id in guild_ids), key=_name)

    async def _look_up(self, guild_id: int, user_id: int) -> bool | None:
        """Return whether a member is in a server, or None if Discord cannot say now."""
        guild, key, now = self._client.get_guild(guild_id), (guild_id, user_id), self._client.loop.time()
        if guild is None:
            return False
        asked_at, answer = self._answers.get(key, (now - _VALID_SECONDS, False))
        if now - asked_at < _VALID_SECONDS:
            return answer
        try:
            await guild.fetch_member(user_id)
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


def _name(guild: discord.Guild) -> str:
    return guild.name.casefold()
