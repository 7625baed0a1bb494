"""Durable components: buttons and selects that answer after a restart as they did before.

One class serves every button and select, so that each ends in the one error boundary: discord.py would only
log what a `DynamicItem` raises, and the member would see that the interaction failed. Views made of these
alone keep no state in the process.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any, Self, TypeAlias, TypeVar

import discord
from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Client, Interaction
from cogs.ui.payloads import MalformedError, decode
from cogs.ui.routes import CUSTOM_ID, CustomId

_LONGEST_LABEL = 100  # of a select's option

AnyItem: TypeAlias = "ui.Item[Any]"
Choice: TypeAlias = tuple[str, str]  # value, label
T = TypeVar("T")


class Durable(ui.DynamicItem[AnyItem], template=CUSTOM_ID):
    """A button or select whose custom id names its route."""

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Make the component again from what was tapped."""
        del interaction, match
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let the route answer."""
        client: Client = interaction.client
        await client.answer_route(interaction)


def button(
    label: str,
    custom_id: CustomId,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> Durable:
    """Return a durable button."""
    made: ui.Button[Any] = ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled)
    return Durable(made)


def select(
    placeholder: str,
    custom_id: CustomId,
    choices: Sequence[Choice],
    chosen: str | Collection[str] | None = None,
    *,
    most: int = 1,
) -> Durable:
    """Return a durable select of one of `choices`, or of up to `most`."""
    held = {chosen} if isinstance(chosen, str) else set(chosen or ())
    options = [
        discord.SelectOption(label=label[:_LONGEST_LABEL], value=value, default=value in held)
        for value, label in choices
    ]
    made: ui.Select[Any] = ui.Select(
        custom_id=custom_id, placeholder=placeholder, options=options, max_values=most
    )
    return Durable(made)


def channel_select(placeholder: str, custom_id: CustomId) -> Durable:
    """Return a durable select of one text channel."""
    made: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=custom_id, placeholder=placeholder, channel_types=[discord.ChannelType.text]
    )
    return Durable(made)


def chosen(interaction: Interaction, kind: type[T]) -> T:
    """Return the one value that was chosen in a select. Raises RefusalError for anything else."""
    values = chosen_all(interaction, kind)
    if len(values) != 1:
        raise RefusalError("refusals.button_old")
    return values[0]


def chosen_all(interaction: Interaction, kind: type[T]) -> list[T]:
    """Return the values that were chosen in a select. Raises RefusalError for malformed ones or none."""
    data: dict[str, Any] = dict(interaction.data or {})
    values = data.get("values")
    if not isinstance(values, list) or not values:
        raise RefusalError("refusals.button_old")
    try:
        return [decode(str(value), kind) for value in values]
    except MalformedError:
        raise RefusalError("refusals.button_old") from None
