"""Forms that survive a restart: what was typed is read from the interaction, not from memory.

The client answers a form by its route, as it does buttons; discord.py saves none (see `cogs.ui.panels`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.texts.catalogue import plain
from cogs.ui.panels import Choice, T
from cogs.ui.payloads import MalformedError, decode
from cogs.ui.routes import CustomId

_GIVEN = "typed"  # where an interaction's extras hold what was typed before


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form: its name and label, and its component."""

    name: str
    label: str
    component: "ui.TextInput[Any] | ui.Select[Any]"

    def fill(self, value: str) -> None:
        """Fill in a value, or choose it in the select; a value that the select lacks chooses nothing."""
        if isinstance(self.component, ui.TextInput):
            self.component.default = value or None
            return
        for option in self.component.options:
            option.default = option.value == value

    def shown(self, value: str) -> str:
        """Return a value as people see it: the label of a choice."""
        if isinstance(self.component, ui.TextInput):
            return value
        return next((each.label for each in self.component.options if each.value == value), "")

    def value_of(self, shown: str) -> str:
        """Return the value that people see as `shown`."""
        if isinstance(self.component, ui.TextInput):
            return shown
        return next((each.value for each in self.component.options if each.label == shown), "")


class Form(ui.Modal):
    """A form with text inputs and selects. The handler of its route reads them with `typed`."""

    def __init__(self, title: str, custom_id: CustomId) -> None:
        super().__init__(title=plain(title), custom_id=custom_id, timeout=None)
        self.fields: list[Field] = []
        self.stop()  # otherwise discord.py saves it until it is sent, and a dismissed one for ever

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
        return self._with(Field(name, plain(label), field), description and plain(description))

    def choose(self, name: str, label: str, choices: Sequence[Choice]) -> "Form":
        """Add a select of one of `choices`, called `name`, and return the form."""
        options = [discord.SelectOption(label=plain(text), value=value) for value, text in choices]
        field: ui.Select[Any] = ui.Select(custom_id=name, options=options, required=True)
        return self._with(Field(name, plain(label), field))

    def fill(self, values: Mapping[str, str]) -> "Form":
        """Put values into the inputs with these names, and return the form."""
        for field in self.fields:
            if field.name in values:
                field.fill(values[field.name])
        return self

    def _with(self, field: Field, description: str | None = None) -> "Form":
        self.fields.append(field)
        self.add_item(ui.Label(text=field.label, description=description, component=field.component))
        return self


class Typed:
    """What was typed and chosen in a form, by the names of its inputs.

    A missing input means that another version's form was sent, so reading it raises RefusalError.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields

    def text(self, name: str) -> str:
        """Return what was typed into a text input."""
        if name not in self.fields:
            raise RefusalError("refusals.button_old")
        return self.fields[name]

    def value(self, name: str, kind: type[T]) -> T:
        """Return the value that was chosen in a select. Raises RefusalError for a malformed one, too."""
        try:
            return decode(self.text(name), kind)
        except MalformedError:
            raise RefusalError("refusals.button_old") from None


def typed(interaction: Interaction) -> Typed:
    """Return what was typed and chosen in the form that was sent, or before (`typed_before`)."""
    if _GIVEN in interaction.extras:
        return Typed(interaction.extras[_GIVEN])
    data: dict[str, Any] = dict(interaction.data or {})
    return Typed(dict(_fields(data.get("components", []))))


def typed_before(interaction: Interaction, values: Mapping[str, str]) -> None:
    """Make `typed` return `values`, typed into an earlier form, although this interaction is not a form."""
    interaction.extras[_GIVEN] = dict(values)


def _fields(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        if "value" in component or "values" in component:
            values = component.get("values") or [component.get("value") or ""]
            yield str(component.get("custom_id")), str(values[0])
        inside = component.get("components", [])
        if "component" in component:
            inside = [component["component"]]
        yield from _fields(inside)
