"""Common to all interactions: guards, names, and the answers to errors."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable, Container
from datetime import datetime
from types import ModuleType
from typing import Any, Protocol, TypeAlias, TypeVar

import aiohttp
import discord
from discord import app_commands

from bot.errors import RefusalError, report
from bot.observability.metrics import InteractionKind

log = logging.getLogger(__name__)

GUARD = "guard"  # where the extras of a command or group hold its guard

AnyCommand: TypeAlias = (
    "app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu"
)
Guard: TypeAlias = Callable[["discord.Interaction[Any]"], None]  # raises RefusalError to refuse
GuardedT = TypeVar("GuardedT", bound="app_commands.Command[Any, ..., Any] | app_commands.Group")

_KINDS: dict[discord.InteractionType, InteractionKind] = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.autocomplete: "completion",
    discord.InteractionType.component: "component",
    discord.InteractionType.modal_submit: "form",
}


class Routes(Protocol):
    """The table of routes, as the client uses it; see `cogs.ui.routes.RouteTable`."""

    def __contains__(self, name: object) -> bool:
        """Return whether there is a route with the name."""

    def declare(self, module: ModuleType) -> None:
        """Declare the routes that a module holds."""

    def add(self, *owners: object) -> None:
        """Bind every marked method of each of `owners` to its route."""

    def show_after_stale(
        self, feature: str, show: Callable[[discord.Interaction[Any]], Awaitable[None]]
    ) -> None:
        """Show the current state of a feature below a panel of it that is out of date."""

    def check(self) -> None:
        """Raise ValueError if a declared route has no handler."""

    async def answer(self, interaction: discord.Interaction[Any]) -> object:
        """Call the handler of the route named in the custom id, and return the route; None if refused."""


async def send_text(interaction: discord.Interaction[Any], text: str) -> None:
    """Send a private text, as the first response or a follow-up. A failure is logged, not raised."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        if not interaction.client.undelivered.note(error, interaction):
            log.info("an answer could not be delivered (%s)", type(error).__name__)


async def offer_nothing(interaction: discord.Interaction[Any]) -> None:
    """Answer an autocompletion with no choices, unless it was answered already."""
    try:
        if not interaction.response.is_done():
            await interaction.response.autocomplete([])
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        if not interaction.client.undelivered.note(error, interaction):
            log.info("an answer could not be delivered (%s)", type(error).__name__)


def require_guild(interaction: discord.Interaction[Any]) -> discord.Guild:
    """Return the interaction's server, with its channels and the bot's permissions.

    Raises RefusalError while Discord does not send it: in an outage, and shortly after a start.
    """
    guild = interaction.guild
    if guild is None or guild.unavailable or guild.me is None:
        raise RefusalError("refusals.server_unavailable")
    return guild


def refusal_of(interaction: discord.Interaction[Any], error: Exception) -> RefusalError | None:
    """Return the refusal with which to answer an error, or None if the error is the bot's fault."""
    if isinstance(error, RefusalError):
        return error
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return RefusalError("refusals.command_old")  # the member's Discord still shows another version
    if not isinstance(error, app_commands.TransformerError):
        return None
    if error.type is not discord.AppCommandOptionType.channel:
        return None
    try:
        require_guild(interaction)
    except RefusalError as refusal:
        return refusal
    return RefusalError("refusals.no_text_channel")  # deleted since it was chosen, or hidden from the bot


def anyone(_: discord.Interaction[Any]) -> None:
    """Allow everyone, in servers and in direct messages."""


def in_server(interaction: discord.Interaction[Any]) -> None:
    """Allow everyone in a server. Raises RefusalError in direct messages."""
    guild_id_of(interaction)


def may_sit(interaction: discord.Interaction[Any]) -> None:
    """Allow everyone in a server whom no moderator put in a timeout there.

    Raises RefusalError for the others, and in direct messages.
    """
    guild_id_of(interaction)
    until = timed_out_until(interaction)
    if until is not None:
        raise RefusalError("refusals.member_timeout", until=until)


def timed_out_until(interaction: discord.Interaction[Any]) -> datetime | None:
    """Return until when the member is in a timeout in the server, as Discord says with the interaction."""
    if not isinstance(interaction.user, discord.Member):
        return None
    until = interaction.user.timed_out_until
    return until if until is not None and until > interaction.client.services.clock.now() else None


def moderator(interaction: discord.Interaction[Any]) -> None:
    """Allow members with Manage Server, by the permissions that Discord sends with the interaction.

    Discord's own check of commands is not enough: a server's settings can open a command to anyone. Raises
    RefusalError for everyone else, and in direct messages.
    """
    guild_id_of(interaction)
    if not interaction.permissions.manage_guild:
        raise RefusalError("refusals.moderators")


def guarded(guard: Guard) -> Callable[[GuardedT], GuardedT]:
    """Declare the guard of a command, or of a group for all commands in it.

    Discord then offers the command in direct messages only if the guard allows anyone.
    """
    is_anywhere = guard is anyone

    def declare(command: GuardedT) -> GuardedT:
        command.extras[GUARD] = guard
        command.guild_only = not is_anywhere
        command.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=is_anywhere, private_channel=False
        )
        return command

    return declare


def guild_id_of(interaction: discord.Interaction[Any]) -> int:
    """Return the id of an interaction's server. Raises RefusalError in direct messages."""
    if interaction.guild_id is None:
        raise RefusalError("refusals.in_server")
    return interaction.guild_id


def can_see(interaction: discord.Interaction[Any], channel_id: int) -> bool:
    """Return whether the member can see a channel; True if the bot itself cannot see or find it."""
    channel = interaction.guild.get_channel(channel_id) if interaction.guild else None
    if channel is None or not isinstance(interaction.user, discord.Member):
        return True
    return channel.permissions_for(interaction.user).view_channel


def may_enter(interaction: discord.Interaction[Any], channel_id: int) -> bool:
    """Return whether a channel exists and the member can see it; True while the server is unavailable."""
    guild = interaction.guild
    if guild is not None and not guild.unavailable and guild.get_channel(channel_id) is None:
        return False
    return can_see(interaction, channel_id)


def guard_of(command: AnyCommand) -> Guard | None:
    """Return the guard that a command declares, or else the nearest group around it, or None."""
    each: AnyCommand | None = command
    while each is not None:
        guard: Guard | None = each.extras.get(GUARD)
        if guard is not None:
            return guard
        each = getattr(each, "parent", None)
    return None


def kind_of(interaction: discord.Interaction[Any]) -> InteractionKind:
    """Return the kind of an interaction, for metrics and logs."""
    return _KINDS.get(interaction.type, "other")


def name_of(interaction: discord.Interaction[Any], routes: Container[str]) -> str:
    """Return the name of the interaction's command or route, or "other" for an unknown one."""
    try:
        command = interaction.command
    except Exception:  # noqa: BLE001 - discord.py reads the interaction's data here, which may be malformed
        return "other"
    if command is not None:
        return command.qualified_name
    data: dict[str, Any] = dict(interaction.data or {})
    name = ":".join(str(data.get("custom_id")).split(":")[:2])
    return name if name in routes else "other"


def report_failed_autocompletes(tree: app_commands.CommandTree[Any]) -> None:
    """Make every autocompletion of the tree log its errors and then offer no choices.

    Clients of one process share their commands' parameters, so what is wrapped already stays as it is.
    """
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command):
            for parameter in command._params.values():  # noqa: SLF001 - discord.py only logs their errors
                complete = parameter.autocomplete
                if complete is not None and not hasattr(complete, "__wrapped__"):
                    parameter.autocomplete = _with_reported_errors(complete, command.qualified_name)


def _with_reported_errors(complete: Any, name: str) -> Any:  # noqa: ANN401 - of several shapes, handed on
    @functools.wraps(complete)
    async def reported(*given: Any) -> list[app_commands.Choice[Any]]:  # noqa: ANN401 - as above
        try:
            return list(await complete(*given))
        except RefusalError:
            return []
        except Exception as error:  # noqa: BLE001 - discord.py would not answer
            report(f"completing /{name}", error)
            return []

    return reported
