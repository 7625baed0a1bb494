"""Durable components: their custom id says all, so they answer after a restart as before.

A custom id is `feature:verb:detail:v1`. One class serves every button and select, so that each ends in
the one error boundary: discord.py would only log what escapes from a `DynamicItem`, and the member would
see that the interaction failed. Views made of these alone keep no state in the process.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any, Self, TypeAlias

import discord
from discord import ui

from bot.gateway.client import Client, Interaction

_VERSION = "v1"
_LONGEST_ID = 100
_LONGEST_LABEL = 100  # of a select's option
_TEMPLATE = re.compile(r"(?P<place>[a-z]+:[a-z_]+):(?P<detail>.*):(?P<version>v\d+)")

AnyItem: TypeAlias = "ui.Item[Any]"
Choice: TypeAlias = tuple[str, str]  # value, label


def custom_id(place: str, detail: object = "") -> str:
    """Return the custom id of the component at `place` (`rooms:sit`) about `detail`.

    Raises ValueError if it cannot be read back.
    """
    made = f"{place}:{detail}:{_VERSION}"
    if len(made) > _LONGEST_ID or not _TEMPLATE.fullmatch(made):
        raise ValueError(f"not a custom id: {made}")
    return made


def read_custom_id(made: str) -> tuple[str, str] | None:
    """Return the place and detail of a custom id, an empty place for an older version, or None."""
    match = _TEMPLATE.fullmatch(made)
    if match is None:
        return None
    return (match["place"] if match["version"] == _VERSION else "", match["detail"])


class Durable(ui.DynamicItem[AnyItem], template=_TEMPLATE):
    """A button or select whose custom id names the action that answers it."""

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
        """Let the action answer."""
        found = read_custom_id(self.custom_id)
        place, detail = found or ("", "")
        client: Client = interaction.client
        await client.perform(interaction, place, detail)


def button(
    label: str,
    place: str,
    detail: object = "",
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> Durable:
    """Return a durable button."""
    made: ui.Button[Any] = ui.Button(
        label=label, custom_id=custom_id(place, detail), style=style, disabled=disabled
    )
    return Durable(made)


def select(
    placeholder: str,
    place: str,
    detail: object,
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
        custom_id=custom_id(place, detail), placeholder=placeholder, options=options, max_values=most
    )
    return Durable(made)


def channel_select(placeholder: str, place: str, detail: object = "") -> Durable:
    """Return a durable select of one text channel."""
    made: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=custom_id(place, detail),
        placeholder=placeholder,
        channel_types=[discord.ChannelType.text],
    )
    return Durable(made)


def chosen_value(interaction: Interaction) -> str:
    """Return the one value that was chosen in a select."""
    return (chosen_values(interaction) or [""])[0]


def chosen_values(interaction: Interaction) -> list[str]:
    """Return the values that were chosen in a select."""
    data: dict[str, Any] = dict(interaction.data or {})
    return [str(value) for value in data.get("values") or []]
