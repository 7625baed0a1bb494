"""Guards: who may use a route or a command. Each is checked before what it guards runs."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from discord import app_commands

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import GUARD, Guard

AnyCommand: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.Group"
CommandT = TypeVar("CommandT", bound=AnyCommand)


def anyone(_: Interaction) -> None:
    """Allow everyone, in servers and in direct messages."""


def in_server(interaction: Interaction) -> None:
    """Allow everyone in a server. Raises RefusalError in direct messages."""
    guild_id_of(interaction)


def manager(interaction: Interaction) -> None:
    """Allow members with Manage Server, by what Discord says of the interaction.

    Discord's own check of commands is not enough: a server may offer a command to anyone. Raises
    RefusalError for everyone else.
    """
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        raise RefusalError("refusals.managers")


def guarded(guard: Guard) -> Callable[[CommandT], CommandT]:
    """Declare the guard of a command, or of a group for all commands in it."""

    def declare(command: CommandT) -> CommandT:
        command.extras[GUARD] = guard
        return command

    return declare


def guild_id_of(interaction: Interaction) -> int:
    """Return the server of an interaction. Raises RefusalError in direct messages."""
    if interaction.guild_id is None:
        raise RefusalError("refusals.in_server")
    return interaction.guild_id


def check_server(interaction: Interaction, guild_id: int, *, is_known: bool) -> None:
    """Check that a member may act on the server that a payload names.

    In a server that is this server alone. Direct messages do not tell what servers a member is in: there it
    is one where the member has what the payload is about (`is_known`). Raises RefusalError otherwise.
    """
    if interaction.guild_id != guild_id and not (interaction.guild_id is None and is_known):
        raise RefusalError("refusals.button_old")
