"""The Discord client: intents, cogs, guards of commands, and the one error boundary."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import report
from bot.gateway import command_sync
from bot.gateway.admission import Verdict
from bot.gateway.command_texts import CommandTranslator, say_in_english
from bot.gateway.first_response import install_auto_defer
from bot.gateway.identify_gate import IdentifyGate
from bot.gateway.intake import Intake
from bot.gateway.interactions import (
    Routes,
    guard_of,
    kind_of,
    name_of,
    offer_nothing,
    refusal_of,
    report_failed_autocompletes,
    send_text,
)
from bot.gateway.parsers import ParserGuard
from bot.gateway.sender import Sender
from bot.gateway.servers import make_guilds_lazy
from bot.gateway.shared_servers import SharedServers
from bot.gateway.threads import ThreadMaker
from bot.gateway.undelivered import UndeliveredAnswers, is_answered_already
from bot.gateway.websocket import GatewayWebSocket, NotConnected, leave_all
from bot.services import Services
from bot.texts.catalogue import Say

log = logging.getLogger(__name__)

COGS = ("cogs.ui", "cogs.rooms", "cogs.checkins", "cogs.privacy", "cogs.servers")


def _cached_members() -> discord.MemberCacheFlags:
    """Return which members discord.py caches: those in voice channels, so that cards do not count bots."""
    flags = discord.MemberCacheFlags.none()
    flags.voice = True
    return flags


_LOOK_AGAIN_SECONDS = 0.02  # whether all interactions are answered
_ANSWERED_BY_ROUTES = (discord.InteractionType.component, discord.InteractionType.modal_submit)
HANDLED = "interaction_handled"  # our own event, with the interaction: it was answered, or refused
_GATEWAY_EVENTS = {"connect", "resumed", "disconnect", "shard_connect", "shard_resumed", "shard_disconnect"}


class Tree(app_commands.CommandTree["Client"]):
    """The command tree. It checks the guards of commands, and the client answers their errors."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Check the guard of a command or of its autocompletion, and answer if the guard refuses."""
        interaction.client.begin_work()
        command = interaction.command
        if command is None:
            return True  # discord.py raises CommandNotFound
        try:
            guard = guard_of(command)
            if guard is None:
                raise TypeError(f"/{command.qualified_name} declares no guard")  # noqa: TRY301 - answered here
            guard(interaction)
        except Exception as error:  # noqa: BLE001 - the boundary: discord.py expects no error here
            await interaction.client.answer_error(interaction, error)
            return False
        return True

    async def _call(self, interaction: Interaction) -> None:
        """Run a command. If its data cannot be read, answer that too; discord.py would answer nothing."""
        try:
            await super()._call(interaction)
        except app_commands.AppCommandError:
            raise  # `on_error` answers it
        except Exception as error:  # noqa: BLE001 - every command is answered
            await interaction.client.answer_error(interaction, error)
        finally:
            interaction.client.dispatch(HANDLED, interaction)

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer a command that failed."""
        await interaction.client.answer_error(interaction, error)


class Client(commands.Bot):
    """The bot. Cogs get their services from `services` and add their handlers to `routes`."""

    def __init__(
        self,
        services: Services,
        identify_gate: IdentifyGate,
        **options: Any,  # noqa: ANN401 - as discord.py's own
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True, voice_states=True, guild_scheduled_events=True),
            member_cache_flags=_cached_members(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            **options,
        )
        self.services = services
        self.routes: Routes  # set by `cogs.ui`, before any other cog
        self.sender = Sender(self, services.clock, services.database)
        self.thread_maker = ThreadMaker(services.clock)
        self.undelivered = UndeliveredAnswers(services.metrics)
        parsers: dict[str, Any] = self._connection.parsers
        parse = parsers["INTERACTION_CREATE"]
        self.intake = Intake(
            parse, self._send_notice, services.metrics, lambda: services.clock.now().timestamp()
        )
        parsers["INTERACTION_CREATE"] = self.intake.receive
        make_guilds_lazy(self._connection)
        ParserGuard(self._connection, lambda: services.metrics.note_gateway("unreadable"))
        self.shared_servers = SharedServers(self, services.shards)
        self.syncs_at_start = True
        self._payload: list[dict[str, Any]] | None = None  # of the commands, once they were asked for
        self.ready_since: float | None = None  # by the loop's time
        self.ws = NotConnected()  # type: ignore[assignment] # discord.py has None here, and reads its attributes
        self.identify_gate = identify_gate
        self._answering: set[asyncio.Task[Any]] = set()

    async def setup_hook(self) -> None:
        """Load the cogs, and send Discord the commands if they changed."""
        for name in COGS:
            await self.load_extension(name)
        self.routes.check()
        say_in_english(self.tree, self.services.texts)
        await self.tree.set_translator(CommandTranslator(self.services.texts))
        report_failed_autocompletes(self.tree)
        if self.syncs_at_start:
            await command_sync.send_if_changed(self, self.services.database)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """Start an interaction's auto-defer timer before its handler runs, and count gateway events.

        Dispatches nothing once the client closes, since discord.py's event loop has ended by then; and no
        `guild_available` while Discord lists the servers, since listeners to `ready` look at all of them.
        """
        if self.is_closed() or (event_name == "guild_available" and self._is_listing()):
            return
        if event_name == "interaction":
            self.services.metrics.note_received(kind_of(args[0]))
            install_auto_defer(args[0], self._note_answered, self.intake.age(args[0].id))
        elif event_name == "ready" and self.ready_since is None:
            self.ready_since = self.loop.time()
        elif event_name in _GATEWAY_EVENTS:
            self.services.metrics.note_gateway(event_name)
        super().dispatch(event_name, *args, **kwargs)

    def _is_listing(self) -> bool:
        """Return whether Discord is listing the servers after a new connection, so that `ready` follows."""
        return not self.is_ready() or self._connection._ready_task is not None  # noqa: SLF001 - discord.py has no other sign

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:  # noqa: ANN401 - as discord.py's own
        """Log the error of a listener; discord.py calls this when one raised."""
        error = sys.exception()
        if error is not None:
            report(f"listening ({event_method})", error)

    def _note_answered(self, interaction: discord.Interaction[Any], seconds: float) -> None:
        name = name_of(interaction, self.routes)
        self.services.metrics.note_answered(kind_of(interaction), name, seconds)
        self.intake.finish(interaction.id)

    def _send_notice(self, payload: dict[str, Any], verdict: Verdict) -> None:
        """Tell a member, without waiting, that an interaction of theirs was dropped."""

        async def send() -> None:
            self.begin_work()
            key = "errors.member" if verdict is Verdict.MEMBER else "errors.busy"
            await send_text(interaction, self.services.texts.say(key, locale))

        interaction: Interaction = discord.Interaction(data=cast("Any", payload), state=self._connection)
        locale = interaction.locale.value
        self.loop.create_task(send())

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until a session may start. After a HeldConnectionError, discord.py tries again later."""
        await self.identify_gate.wait(shard_id or 0, initial=initial)

    def begin_work(self) -> None:
        """Register the calling task as one that answers an interaction; `finish` waits for it."""
        task = asyncio.current_task()
        if task is not None:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def finish(self) -> None:
        """Receive no more, and wait until all interactions that were received are answered."""
        await leave_all(self.gateway_connections())
        while self._answering or self.intake.is_busy:  # noqa: ASYNC110 - two conditions, and only at the end
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def gateway_connections(self) -> Iterable[GatewayWebSocket]:
        """Return the gateway connections that were made."""
        return [self.ws] if isinstance(self.ws, GatewayWebSocket) else []

    def is_connected(self) -> bool:
        """Return whether the bot knows its servers and every gateway connection is open."""
        return self.is_ready() and self.ws.open

    async def say_to_server(self, guild_id: int) -> Say:
        """Return the catalogue in a server's language: as chosen in set-up, else as in Discord."""
        chosen = (await self.services.server_settings.get(guild_id)).locale
        guild = self.get_guild(guild_id)
        return self.services.texts.to(chosen or (guild.preferred_locale.value if guild else None))

    async def server_name(self, guild_id: int, say: Say) -> str:
        """Return a server's name for direct messages; asks Discord if another process serves it."""
        guild = await self.shared_servers.find(guild_id)
        return guild.name if guild else say("checkins.some_server")

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a component or a form by its route, inside the error boundary; the tree answers commands.

        discord.py answers only views and forms that it saved, and forgets them at a restart. It saves none
        of ours, so this answers all of them, before and after a restart.
        """
        if interaction.type not in _ANSWERED_BY_ROUTES:
            return
        self.begin_work()
        try:
            route = await self.routes.answer(interaction)
            if route is not None:
                self.dispatch("route_completion", interaction, route)  # as discord.py does for commands
        except Exception as error:  # noqa: BLE001 - the boundary: nothing passes it unanswered
            await self.answer_error(interaction, error)
        finally:
            self.dispatch(HANDLED, interaction)

    async def answer_error(self, interaction: Interaction, error: Exception) -> None:
        """Answer privately with a refusal's text, or log the error and answer with its reference.

        If Discord or the network failed, logs at most one line a minute, and asks the member to check.
        """
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        reason, refusal = self.undelivered.note(cause, interaction), refusal_of(interaction, cause)
        if reason in {"late", "elsewhere"} or is_answered_already(cause):
            return
        key, values = "errors.discord", dict[str, Any]()
        if refusal is not None:
            key, values = refusal.key, refusal.values
            self.services.metrics.note_refused(key)
        elif reason is None:
            what = f"{kind_of(interaction)} {name_of(interaction, self.routes)}"
            key, values = "errors.ours", {"reference": report(what, cause)}
        if interaction.type is discord.InteractionType.autocomplete:
            await offer_nothing(interaction)
        else:
            await send_text(interaction, self.services.texts.say(key, interaction.locale.value, **values))

    async def local_commands(self) -> tuple[int, list[dict[str, Any]]]:
        """See `bot.gateway.command_sync.Commands`."""
        assert self.application_id is not None  # noqa: S101 - set by the login before anything else runs
        if self._payload is None:
            self._payload = await self.command_payload()
        return self.application_id, self._payload

    async def command_payload(self) -> list[dict[str, Any]]:
        """Return the commands as they are sent to Discord, in all languages."""
        translator = self.tree.translator
        assert translator is not None  # noqa: S101 - `setup_hook` sets it
        return [
            await each.get_translated_payload(self.tree, translator) for each in self.tree.get_commands()
        ]

    async def registered_commands(self) -> Iterable[Mapping[str, Any]]:
        """See `bot.gateway.command_sync.Commands`."""
        found = await self.http.get_global_commands(self.application_id or 0)
        return self._mention_commands(found)

    async def send_commands(self, payload: list[dict[str, Any]]) -> Iterable[Mapping[str, Any]]:
        """See `bot.gateway.command_sync.Commands`."""
        sent = await self.http.bulk_upsert_global_commands(self.application_id or 0, payload=payload)
        return self._mention_commands(sent)

    def _mention_commands(self, registered: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
        """Mention these commands in texts from now on, and return them."""
        self.services.texts.mention_commands({str(each["name"]): int(each["id"]) for each in registered})
        return registered


Interaction: TypeAlias = discord.Interaction[Client]
