"""The Discord client: intents, cogs, actions of durable components, and the one error boundary.

The only module of `bot` that imports discord.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeAlias, cast

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.errors import ConfigurationError, RefusalError, report
from bot.gateway import command_sync
from bot.gateway.identify import IdentifyLimiter
from bot.gateway.interactions import (
    guard_autocompletes,
    install_auto_defer,
    kind_of,
    name_of,
    refusal_of,
    tell,
)
from bot.gateway.sender import Sender
from bot.gateway.threads import ThreadMaker
from bot.observability.http_metrics import trace
from bot.services import Services
from bot.settings import Settings
from bot.texts.catalogue import Say

log = logging.getLogger(__name__)

COGS = ("cogs.ui", "cogs.rooms", "cogs.checkins", "cogs.privacy", "cogs.servers")
_READY_AFTER_SECONDS = 0.5  # without news of another server; discord.py's 2 would pass at every start
_KEEPALIVE_SECONDS = 15.0  # below the far side's, which closes idle sockets first and loses requests
_PASSING = (  # what trying again can help
    aiohttp.ClientError,
    OSError,
    discord.HTTPException,
    discord.ConnectionClosed,
    discord.GatewayNotFound,
)
_FATAL = {  # what Discord closes the connection with, and trying again cannot help
    4010: "ALONGSIDE_SHARD_COUNT: Discord knows no such shard",
    4011: "ALONGSIDE_SHARD_COUNT: this bot is in so many servers that Discord wants shards; "
    "`alongside check` tells how many",
    4012: "Discord does not speak this version of its gateway any more: use a newer Alongside",
    4013: "Discord does not know the intents that this version asks for: use a newer Alongside",
    4014: "Discord does not allow the intents that this bot asks for, though none is privileged: look "
    "whether the application was restricted in the developer portal",
}


def _cached_members() -> discord.MemberCacheFlags:
    """Return which members are known: those in voice, so that bots there are not counted as people."""
    flags = discord.MemberCacheFlags.none()
    flags.voice = True
    return flags


_GATEWAY_EVENTS = {"connect", "resumed", "disconnect", "shard_connect", "shard_resumed", "shard_disconnect"}


async def _outdated(_: Interaction, __: str) -> None:
    raise RefusalError("refusals.button_old")


class Tree(app_commands.CommandTree["Client"]):
    """The command tree, its errors handed to the one boundary."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Let every command through, and note that it is being answered."""
        interaction.client.begin_work()
        return True

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
        self.sender = Sender(self, services.clock, services.database)
        self.thread_maker = ThreadMaker()
        self.syncs_at_start = True
        self.ready_since: float | None = None  # by the loop's time
        self._actions: dict[str, Action] = {}
        self._sessions = IdentifyLimiter()
        self._under_way: set[asyncio.Task[Any]] = set()

    async def setup_hook(self) -> None:
        """Load the cogs and tell Discord of the commands, if they changed."""
        for name in COGS:
            await self.load_extension(name)
        guard_autocompletes(self.tree)
        if self.syncs_at_start:
            await self._sync()

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """Keep the time of an interaction from the moment it is heard of, then let it be answered."""
        if event_name == "interaction":
            self.services.metrics.note_received(kind_of(args[0]))
            install_auto_defer(args[0], self._note_answered)
        elif event_name == "ready" and self.ready_since is None:
            self.ready_since = self.loop.time()
        elif event_name in _GATEWAY_EVENTS:
            self.services.metrics.note_gateway(event_name)
        super().dispatch(event_name, *args, **kwargs)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """Report what failed while listening: discord.py calls this where a listener raised."""
        error = sys.exception()
        if error is not None:
            report(f"listening ({event_method})", error)

    def _note_answered(self, interaction: discord.Interaction[Any], seconds: float) -> None:
        name = name_of(interaction, self._actions)
        self.services.metrics.note_answered(kind_of(interaction), name, seconds)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Start a session only where that is not too often; else let discord.py try to resume, later."""
        if not self._sessions.may_begin(shard_id or 0, self.loop.time()):
            raise ConnectionError("too many session starts in a short time")
        await super().before_identify_hook(shard_id, initial=initial)

    def begin_work(self) -> None:
        """Note that the task which calls this answers a member: `finish` waits for it."""
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Return when nobody waits for an answer."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    def is_connected(self) -> bool:
        """Return whether the bot knows its servers and every gateway connection stands now."""
        return self.is_ready() and self.ws.open

    async def say_to_server(self, guild_id: int) -> Say:
        """Return the catalogue in a server's language: the one it chose, else what it told Discord."""
        chosen = (await self.services.guilds.get(guild_id)).locale
        guild = self.get_guild(guild_id)
        return self.services.texts.to(chosen or (guild.preferred_locale.value if guild else None))

    def server_name(self, guild_id: int, say: Say) -> str:
        """Return a server's name, for where no server is open, as in direct messages."""
        guild = self.get_guild(guild_id)
        return guild.name if guild else say("checkins.some_server")

    def on_action(self, place: str, action: Action) -> None:
        """Let `action` answer components and forms whose custom id begins with `place` (`rooms:sit`)."""
        self._actions[place] = action

    async def perform(self, interaction: Interaction, place: str, detail: str) -> None:
        """Run the action of a component or form, inside the error boundary."""
        self.begin_work()
        try:
            await self._actions.get(place, _outdated)(interaction, detail)
            self.dispatch("action_completion", interaction, place)  # as discord.py tells of commands
        except Exception as error:  # noqa: BLE001 - the boundary: nothing passes it unanswered
            await self.answer_error(interaction, error)

    async def answer_error(self, interaction: Interaction, error: Exception) -> None:
        """Tell the member, privately: what the rules say, or that it was our side, with a reference."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        refusal = refusal_of(interaction, cause)
        if refusal is not None:
            place, values = refusal.place, refusal.values
            self.services.metrics.note_refused(place)
        else:
            what = f"{kind_of(interaction)} {name_of(interaction, self._actions)}"
            place, values = "errors.ours", {"reference": report(what, cause)}
        if interaction.type is not discord.InteractionType.autocomplete:
            await tell(interaction, self.services.texts.say(place, interaction.locale.value, **values))

    async def commands_here(self) -> tuple[int, list[dict[str, Any]]]:
        """See `bot.gateway.command_sync.Commands`."""
        assert self.application_id is not None  # noqa: S101 - set by the login before anything else runs
        translator, found = self.tree.translator, self.tree.get_commands()
        if translator is None:
            return self.application_id, [each.to_dict(self.tree) for each in found]
        said = [await each.get_translated_payload(self.tree, translator) for each in found]
        return self.application_id, said

    async def commands_there(self) -> Iterable[Mapping[str, Any]]:
        """See `bot.gateway.command_sync.Commands`."""
        return await self.http.get_global_commands(self.application_id or 0)

    async def send_commands(self, payload: list[dict[str, Any]]) -> Iterable[Mapping[str, Any]]:
        """See `bot.gateway.command_sync.Commands`."""
        return await self.http.bulk_upsert_global_commands(self.application_id or 0, payload=payload)

    async def _sync(self) -> None:
        database = self.services.database
        noted = await database.legacy_read.value("get_deployment", name=command_sync.NOTED_AS)
        if not await command_sync.is_noted(self, noted):
            note = await command_sync.send(self)
            async with database.legacy_write() as tx:
                await tx.run("set_deployment", name=command_sync.NOTED_AS, value=note)


Interaction: TypeAlias = discord.Interaction[Client]
Action: TypeAlias = Callable[[Interaction, str], Awaitable[None]]


class ShardedClient(Client, commands.AutoShardedBot):
    """The same over several gateway connections."""

    def __init__(self, services: Services, **options: Any) -> None:  # noqa: ANN401 - as discord.py's own
        super().__init__(services, **options)
        self._known_before: dict[int, list[discord.Guild]] = {}  # by shard, until READY names its servers

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """See `Client`; a new session begins, so READY is going to name every server of the shard."""
        await super().before_identify_hook(shard_id, initial=initial)
        known = [guild for guild in self.guilds if guild.shard_id == shard_id]
        self._known_before[shard_id or 0] = known

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """See `Client`."""
        if event_name == "shard_connect":
            self._part_from_unnamed(args[0])
        super().dispatch(event_name, *args, **kwargs)

    def _part_from_unnamed(self, shard_id: int) -> None:
        """Let servers go that READY did not name: with shards, discord.py keeps them as they were."""
        for guild in self._known_before.pop(shard_id, ()):
            if self.get_guild(guild.id) is guild:  # those that it named are new objects
                self._connection.parse_guild_delete({"id": guild.id, "unavailable": False})

    def is_connected(self) -> bool:
        """See `Client`."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())


def set_discord_urls(settings: Settings) -> None:
    """Point discord.py at the settings' addresses: it has no setting for them of its own."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot never joins voice
    Route.BASE = str(settings.discord_api_url).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(str(settings.discord_gateway_url))


def make_client(services: Services, settings: Settings) -> Client:
    """Return the client that the settings ask for, sharded or not. Call inside a running loop."""
    options: dict[str, Any] = {
        "connector": aiohttp.TCPConnector(keepalive_timeout=_KEEPALIVE_SECONDS),
        "http_trace": trace(services.metrics),
        "guild_ready_timeout": _READY_AFTER_SECONDS,
    }
    if settings.shard_count is None:
        return Client(services, **options)
    return cast("Client", ShardedClient(services, shard_count=settings.shard_count, **options))


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
        raise ConfigurationError(_FATAL[4014]) from None
    if isinstance(error, discord.ConnectionClosed) and error.code in _FATAL:
        raise ConfigurationError(_FATAL[error.code]) from None
    if isinstance(error, _PASSING):
        return f"Discord cannot be reached ({type(error).__name__})"
    if error is not None:
        raise error
    return "the connection to Discord ended"
