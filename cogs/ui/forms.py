"""Forms that survive a restart: what was typed is read from the interaction, not from memory.

discord.py keeps an open form in memory and drops what is sent after a restart. Here its own copy does
nothing, and one listener answers every form by its custom id, as `Durable` does for buttons.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.gateway.client import Client, Interaction
from cogs.ui.components import Choice, custom_id, read_custom_id

_FORGOTTEN_AFTER_SECONDS = (
    15 * 60.0
)  # Discord's own limit for answering; a dismissed form would stay for ever


class Form(ui.Modal):
    """A form with text inputs and selects. Whoever answers `place` reads them with `typed`."""

    def __init__(self, title: str, place: str, detail: object = "") -> None:
        super().__init__(title=title, custom_id=custom_id(place, detail), timeout=_FORGOTTEN_AFTER_SECONDS)

    def ask(
        self,
        name: str,
        label: str,
        *,
        description: str | None = None,
        value: str = "",
        longest: int = 100,
        required: bool = True,
        paragraph: bool = False,
    ) -> "Form":
        """Add a text input called `name` and return the form."""
        style = discord.TextStyle.paragraph if paragraph else discord.TextStyle.short
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=name, style=style, default=value or None, max_length=longest, required=required
        )
        self.add_item(ui.Label(text=label, description=description, component=field))
        return self

    def choose(self, name: str, label: str, choices: Sequence[Choice]) -> "Form":
        """Add a select of one of `choices`, called `name`, and return the form."""
        options = [discord.SelectOption(label=text, value=value) for value, text in choices]
        field: ui.Select[Any] = ui.Select(custom_id=name, options=options, required=True)
        self.add_item(ui.Label(text=label, component=field))
        return self

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Leave it to `Forms`, which answers before and after a restart alike."""


class Forms(commands.Cog):
    """Hands every form that was sent to the action named in its custom id."""

    def __init__(self, bot: Client) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer forms, and components that nobody knows; everything else has its own way."""
        data: dict[str, Any] = dict(interaction.data or {})
        found = read_custom_id(str(data.get("custom_id")))
        is_unknown = interaction.type is discord.InteractionType.component and found is None
        if interaction.type is discord.InteractionType.modal_submit or is_unknown:
            place, detail = found or ("", "")
            await self._bot.perform(interaction, place, detail)


def typed(interaction: Interaction) -> dict[str, str]:
    """Return what was typed into a form, by the names of its inputs."""
    data: dict[str, Any] = dict(interaction.data or {})
    return dict(_fields(data.get("components", [])))


def _fields(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        if "value" in component or "values" in component:
            values = component.get("values") or [component.get("value") or ""]
            yield str(component["custom_id"]), str(values[0])
        inside = component.get("components", [])
        if "component" in component:
            inside = [component["component"]]
        yield from _fields(inside)
