"""Servers that another process serves, for what members do in direct messages.

Discord sends everything in direct messages to shard 0, so one process of the deployment gets it,
whichever server it is about. If another process serves that server, it is not in this client's cache. So
this process asks Discord about it, and remembers the answer for a minute, outside the cache.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import discord

from bot.delivery.outcome import Outcome
from bot.errors import RefusalError
from bot.gateway.answers import FAILED, outcome_of
from bot.gateway.servers import LazyGuild
from bot.scheduling.locks import KeyedLocks

VALID_SECONDS = 60.0
_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Discord answered, and until when it is used. `guild` is None if the bot is not in the server."""

    until: float  # by the loop's time
    guild: discord.Guild | None
    has_channels: bool

    def serves(self, *, with_channels: bool) -> bool:
        """Return whether the answer has everything that is asked for now."""
        return self.guild is None or self.has_channels or not with_channels


class OtherServers:
    """Asks Discord about servers by their ids."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._answers: dict[int, _Answer] = {}
        self._locks = KeyedLocks()

    async def find(self, guild_id: int, *, with_channels: bool = False) -> discord.Guild | None:
        """Return a server with its name, language and roles; None if the bot is not in it.

        Costs one request. `with_channels`: with its channels and the bot's own member too, so that
        permissions can be computed; that costs two more. Raises RefusalError if Discord cannot say now.
        """
        async with self._locks.of(guild_id):
            now = self._client.loop.time()
            known = self._answers.get(guild_id)
            if known is not None and now < known.until and known.serves(with_channels=with_channels):
                return known.guild
            guild = await self._ask(guild_id, with_channels=with_channels)
            self._remember(guild_id, _Answer(now + VALID_SECONDS, guild, with_channels))
            return guild

    async def _ask(self, guild_id: int, *, with_channels: bool) -> discord.Guild | None:
        try:
            return await self._fetch(guild_id, with_channels=with_channels)
        except FAILED as error:
            if outcome_of(error) is Outcome.REFUSED:
                return None
            raise RefusalError("refusals.server_unavailable") from None

    async def _fetch(self, guild_id: int, *, with_channels: bool) -> discord.Guild:
        http, user = self._client.http, self._client.user
        if not with_channels or user is None:
            return self._make(await http.get_guild(guild_id, with_counts=False))
        data, channels, me = await asyncio.gather(
            http.get_guild(guild_id, with_counts=False),
            http.get_all_guild_channels(guild_id),
            http.get_member(guild_id, user.id),
        )
        return self._make(data, channels=channels, members=[me])

    def _make(self, data: Any, **more: Any) -> discord.Guild:  # noqa: ANN401 - JSON
        state = self._client._connection  # noqa: SLF001 - as discord.py does it
        whole: Any = {**data, "emojis": [], "stickers": [], **more}  # the client would cache emojis
        return LazyGuild(data=whole, state=state)

    def _remember(self, guild_id: int, answer: _Answer) -> None:
        self._answers.pop(guild_id, None)
        while len(self._answers) >= _MOST_REMEMBERED:
            self._answers.pop(next(iter(self._answers)))  # the oldest
        self._answers[guild_id] = answer
