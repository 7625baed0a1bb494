"""The Discord client: intents, cogs, actions of durable components, and the one error boundary.

The only module of `bot` that imports discord.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, cast

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.boundary import guard_autocompletes, keep_time
from bot.errors import ConfigurationError, RefusalError, report
from bot.settings import Settings
from bot.texts.catalogue import Say
from bot.wiring import Services

log = logging.getLogger(__name__)

COGS = ("cogs.ui", "cogs.rooms", "cogs.events", "cogs.checkins", "cogs.me", "cogs.admin")
_KEEPALIVE_SECONDS = 15.0  # below the far side's, which closes idle sockets first and loses requests
_SYNCED = "commands synced"
_PASSING = (  # what trying again can help
    aiohttp.ClientError,
    OSError,
    discord.HTTPException,
    discord.ConnectionClosed,
    discord.GatewayNotFound,
)


def _cached_members() -> discord.MemberCacheFlags:
    """Return which members are known: those in voice, so that bots there are not counted as people."""
    flags = discord.MemberCacheFlags.none()
    flags.voice = True
    return flags


async def _outdated(_: Interaction, __: str) -> None:
    raise RefusalError("refusals.button_old")


class Tree(app_commands.CommandTree["Client"]):
    """The command tree, its errors handed to the one boundary."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer for a command that failed."""
        await interaction.client.answer_error(interaction, error)


class Client(commands.Bot):
    """The bot. Cogs get their services from `services` and name the actions of their components."""

    def __init__(self, services: Services, **options: Any) -> None:  # noqa: ANN401 - as discord.py's own
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True, voice_states=True, guild_scheduled_events=True),
            member_cache_flags=_cached_members(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            **options,
        )
        self.services = services
        self._actions: dict[str, Action] = {}

    async def setup_hook(self) -> None:
        """Load the cogs and tell Discord of the commands, if they changed."""
        for name in COGS:
            await self.load_extension(name)
        guard_autocompletes(self.tree)
        await self._sync()

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """Keep the time of an interaction from the moment it is heard of, then let it be answered."""
        if event_name == "interaction":
            keep_time(args[0], self._note_answered)
        super().dispatch(event_name, *args, **kwargs)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """Report what failed while listening: discord.py calls this where a listener raised."""
        error = sys.exception()
        if error is not None:
            report(f"listening ({event_method})", error)

    def _note_answered(self, interaction: discord.Interaction[Any], seconds: float) -> None:
        pass

    def is_connected(self) -> bool:
        """Return whether the bot knows its servers and every gateway connection stands now."""
        return self.is_ready() and self.ws.open

    def is_ours(self, guild_id: int) -> bool:
        """Return whether this process is the one that hears of a server."""
        shards = getattr(self, "shard_ids", None)
        count = self.shard_count or 1
        return shards is None or (guild_id >> 22) % count in shards

    async def say_to_server(self, guild_id: int) -> Say:
        """Return the catalogue in a server's language: the one it chose, else what it told Discord."""
        chosen = (await self.services.guilds.get(guild_id)).locale
        guild = self.get_guild(guild_id)
        return self.services.texts.to(chosen or (guild.preferred_locale.value if guild else None))

    def on_action(self, place: str, action: Action) -> None:
        """Let `action` answer components and forms whose custom id begins with `place` (`rooms:sit`)."""
        self._actions[place] = action

    async def perform(self, interaction: Interaction, place: str, detail: str) -> None:
        """Run the action of a component or form, inside the error boundary."""
        try:
            await self._actions.get(place, _outdated)(interaction, detail)
        except Exception as error:  # noqa: BLE001 - the boundary: nothing passes it unanswered
            await self.answer_error(interaction, error)

    async def answer_error(self, interaction: Interaction, error: Exception) -> None:
        """Tell the member, privately: what the rules say, or that it was our side, with a reference."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, RefusalError):
            place, values = cause.place, cause.values
        else:
            place, values = "errors.ours", {"reference": report("an interaction", cause)}
        if interaction.type is discord.InteractionType.autocomplete:
            return
        text = self.services.texts.say(place, interaction.locale.value, **values)
        with contextlib.suppress(discord.HTTPException):  # gone or expired: nobody is there to read it
            if interaction.response.is_done():
                await interaction.followup.send(text, ephemeral=True)
            else:
                await interaction.response.send_message(text, ephemeral=True)

    async def _sync(self) -> None:
        """Send the commands once whenever they changed, never at a plain restart."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        names = {command.name for command in self.tree.get_commands()}
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        stamp = f"{self.application_id} {digest}"
        database = self.services.database
        known = await database.read.value("get_deployment", name=_SYNCED)
        if known == stamp and {command.name for command in await self.tree.fetch_commands()} == names:
            return
        await self.tree.sync()
        async with database.write() as tx:
            await tx.run("set_deployment", name=_SYNCED, value=stamp)


Interaction: TypeAlias = discord.Interaction[Client]
Action: TypeAlias = Callable[[Interaction, str], Awaitable[None]]


class ShardedClient(Client, commands.AutoShardedBot):
    """The same over several gateway connections."""

    def is_connected(self) -> bool:
        """See `Client`."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())


def point_at(settings: Settings) -> None:
    """Point discord.py at the settings' addresses: it has no setting for them of its own."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot never joins voice
    Route.BASE = str(settings.discord_api_url).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(str(settings.discord_gateway_url))


def make_client(services: Services, settings: Settings) -> Client:
    """Return the client that the settings ask for, sharded or not. Call inside a running loop."""
    options: dict[str, Any] = {"connector": aiohttp.TCPConnector(keepalive_timeout=_KEEPALIVE_SECONDS)}
    if settings.shard_count is None:
        return Client(services, **options)
    ids = None if settings.shard_ids is None else list(settings.shard_ids)
    sharded = ShardedClient(services, shard_count=settings.shard_count, shard_ids=ids, **options)
    return cast("Client", sharded)


async def connect(client: Client, settings: Settings) -> None:
    """Log in and stay connected until closed.

    Raises discord.LoginFailure for a token that Discord does not accept, and aiohttp's or discord.py's
    errors where Discord cannot be reached.
    """
    await client.start(settings.discord_token.get_secret_value())


def describe_failure(error: BaseException | None) -> str:
    """Return one line on why the connection ended, for waiting and trying again.

    Raises ConfigurationError where trying again cannot help.
    """
    if isinstance(error, discord.LoginFailure):
        raise ConfigurationError("ALONGSIDE_DISCORD_TOKEN is not accepted by Discord") from None
    if isinstance(error, discord.PrivilegedIntentsRequired):
        raise ConfigurationError("Discord refuses the intents, though none is privileged") from None
    if isinstance(error, _PASSING):
        return f"Discord cannot be reached ({type(error).__name__}); trying again"
    if error is not None:
        raise error
    return "the connection to Discord ended; connecting again"
