"""A sandbox, a discord.py bot connected to it, and a plain REST client."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands

from sandbox import Sandbox
from tests import openapi
from tests.begin import BEGIN
from tests.sandbox.bare_shard import Connect, Shard

INTENTS = discord.Intents(
    guilds=True, voice_states=True, guild_scheduled_events=True, guild_messages=True, dm_messages=True
)


class Bot(discord.Client):
    """A small bot. `seen` has the events it got; `on_press` handles components and modals."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("intents", INTENTS)
        options.setdefault("guild_ready_timeout", 0.02)
        super().__init__(allowed_mentions=discord.AllowedMentions.none(), **options)
        self.tree = app_commands.CommandTree(self)
        self.seen: list[tuple[str, Any]] = []
        self.interactions: list[discord.Interaction] = []
        self.on_press: Callable[[discord.Interaction], Awaitable[Any]] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once, without discord.py's five seconds."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.interactions.append(interaction)
        if (
            interaction.type
            in {
                discord.InteractionType.component,
                discord.InteractionType.modal_submit,
            }
            and self.on_press is not None
        ):
            await self.on_press(interaction)

    async def on_resumed(self) -> None:
        self.seen.append(("resumed", None))

    async def on_ready(self) -> None:
        self.seen.append(("ready", None))

    async def on_socket_event_type(self, name: str) -> None:
        self.seen.append(("event", name))

    async def on_message(self, message: discord.Message) -> None:
        self.seen.append(("message", message))

    def events(self, name: str) -> int:
        """Return how often a gateway event came."""
        return self.seen.count(("event", name))


@pytest.fixture
async def box(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """Run a new sandbox and make discord.py connect to it.

    Every request that it accepted must match Discord's API description.
    """
    async with Sandbox(begin=BEGIN, strict=True) as sandbox:
        monkeypatch.setattr(discord.http.Route, "BASE", sandbox.api_url)
        url = yarl.URL(sandbox.gateway_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", url)
        yield sandbox
        if openapi.DESCRIPTION.exists():
            accepted = [record for record in sandbox.requests if record.status < 300]
            assert [one for record in accepted for one in openapi.violations(record)] == []


Starter = Callable[[Bot], Awaitable[Bot]]


@pytest.fixture
async def start(box: Sandbox) -> AsyncIterator[Starter]:
    """Return a function that starts bots; they are closed when the test ends."""
    running: list[tuple[Bot, asyncio.Task[None]]] = []

    async def begin(bot: Bot) -> Bot:
        task = asyncio.create_task(bot.start(box.token))
        running.append((bot, task))
        ready = asyncio.create_task(bot.wait_until_ready())  # after it has begun to start
        await box.until_ready()
        await asyncio.wait_for(ready, 30)
        return bot

    yield begin
    for bot, task in running:
        await bot.close()
        with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
            await task


@pytest.fixture
async def bot(start: Starter) -> Bot:
    """Connect a bot without commands."""
    return await start(Bot())


class Rest:
    """A REST client for requests that discord.py would not send."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession) -> None:
        self._box = box
        self._session = session
        self.headers: Mapping[str, str] = {}

    async def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None
    ) -> tuple[int, Any]:
        """Return the status and the JSON of a response; its headers are in `headers`."""
        headers = {"Authorization": f"Bot {token or self._box.token}"}
        url = f"{self._box.api_url}{path}"
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            self.headers = dict(answer.headers)
            return answer.status, await answer.json() if answer.status != 204 else None

    async def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, int]:
        """Return the status and Discord's error code of a refused request."""
        status, data = await self(method, path, body)
        return status, data["code"]


@pytest.fixture
async def rest(box: Sandbox) -> AsyncIterator[Rest]:
    """Return a REST client."""
    async with aiohttp.ClientSession() as session:
        yield Rest(box, session)


@pytest.fixture
async def connect(box: Sandbox) -> AsyncIterator[Connect]:
    """Return a function that connects a client and reads the hello."""
    connected: list[Shard] = []  # a reference keeps the client open
    async with aiohttp.ClientSession() as session:

        async def begin(query: str = "v=10&encoding=json") -> Shard:
            shard = Shard(await session.ws_connect(f"{box.gateway_url}?{query}"))
            connected.append(shard)
            hello = await shard.next()
            assert hello is None or hello["op"] == 10
            return shard

        yield begin
