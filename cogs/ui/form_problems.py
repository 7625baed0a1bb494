"""Refused forms: the panel says why, shows what was typed, and offers to open the form again.

What was typed is read back from the texts of the private panel; nothing is saved.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import discord
from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.texts.catalogue import Say, escape, unescape
from cogs.ui.forms import Form, typed, typed_before
from cogs.ui.panels import LONGEST_PANEL, button, replace_panel, select, send_panel, texts_for
from cogs.ui.routes import CustomId, Route
from cogs.ui.typed_values import AmbiguousError

Build = Callable[[Interaction, Any], Awaitable[Form]]
Handle = Callable[[Interaction, Any], Awaitable[None]]

# The ids of what this module adds to a panel: the reason, the buttons, and the fields from `_FIELDS` on.
_REASON, _BUTTONS, _CHOICE, _HINT, _FIELDS = 9000, 9001, 9002, 9003, 9010
_OURS = range(_REASON, _FIELDS + 5)
_LONGEST_VALUE = 100  # of a select's option
_MOST_CHOICES = 25


async def answer_form(
    interaction: Interaction, route: Route[..., Any], payload: object, build: Build, handle: Handle
) -> None:
    """Answer a form that was sent, a tap on "Open the form again", or a choice between several readings.

    Raises RefusalError for a tap on a panel that holds nothing that was typed.
    """
    if interaction.type is not discord.InteractionType.modal_submit:
        form = await build(interaction, payload)
        values = dict(_read_back(interaction.message, form))
        chosen = dict(interaction.data or {}).get("values")
        if not isinstance(chosen, list):
            await interaction.response.send_modal(form.fill(values))
            return
        typed_before(interaction, {**values, **_read_choice(form, chosen)})
    try:
        await handle(interaction, payload)
    except RefusalError as refusal:
        await _show_problem(interaction, route, payload, build, refusal)


async def _show_problem(
    interaction: Interaction, route: Route[..., Any], payload: object, build: Build, refusal: RefusalError
) -> None:
    """Show in the panel why a form was refused. Raises the refusal if the form can't be opened again."""
    try:
        form = await build(interaction, payload)
        values = {field.name: typed(interaction).text(field.name) for field in form.fields}
    except RefusalError:
        raise refusal from None
    interaction.client.services.metrics.note_refused(refusal.key)
    view = ui.LayoutView(timeout=None)
    message = interaction.message
    is_private = message is not None and (message.flags.ephemeral or interaction.guild_id is None)
    if message is not None and is_private:
        view = ui.LayoutView.from_message(message, timeout=None)
        _remove_earlier_problem(view)
    for item in _items(route.of(payload), form, values, refusal, texts_for(interaction)):
        view.add_item(item)
    _shorten(view)
    view.stop()  # as in `panel`
    await (replace_panel if is_private else send_panel)(interaction, view)


def _items(
    custom_id: CustomId, form: Form, values: Mapping[str, str], refusal: RefusalError, say: Say
) -> Iterator[ui.Item[Any]]:
    """Yield the reason, what was typed, the choices if there are any, and the button."""
    yield ui.TextDisplay(say(refusal.key, **refusal.values), id=_REASON)
    if isinstance(refusal, AmbiguousError):
        name = next((name for name, text in values.items() if text == refusal.typed), "")
        choices = [(f"{name}={value}"[:_LONGEST_VALUE], label) for value, label in refusal.choices]
        which = select(say("forms.choose"), Route.choice_of(custom_id), choices[:_MOST_CHOICES])
        yield ui.ActionRow(which, id=_CHOICE)
    yield ui.TextDisplay(say("forms.typed"), id=_HINT)
    for number, field in enumerate(form.fields):
        shown = field.shown(values[field.name])
        if shown:
            yield ui.TextDisplay(f"**{field.label}**\n{escape(shown)}", id=_FIELDS + number)
    again = button(say("forms.button.again"), custom_id, discord.ButtonStyle.primary)
    yield ui.ActionRow(again, id=_BUTTONS)


def _read_back(message: discord.Message | None, form: Form) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each field that a panel holds. Raises RefusalError if it holds none."""
    components = message.components if message else []
    texts = {each.id: each.content for each in components if isinstance(each, discord.TextDisplay)}
    if _HINT not in texts:
        raise RefusalError("refusals.button_old")
    for number, field in enumerate(form.fields):
        shown = texts.get(_FIELDS + number, "").partition("\n")[2]
        yield field.name, field.value_of(unescape(shown))


def _read_choice(form: Form, chosen: list[Any]) -> dict[str, str]:
    """Return the field and the value that were chosen. Raises RefusalError for anything else."""
    name, is_choice, value = str(chosen[0] if len(chosen) == 1 else "").partition("=")
    if not is_choice or name not in {each.name for each in form.fields}:
        raise RefusalError("refusals.button_old")
    return {name: value}


def _remove_earlier_problem(view: ui.LayoutView) -> None:
    for item in list(view.children):
        if item.id in _OURS:
            view.remove_item(item)


def _shorten(view: ui.LayoutView) -> None:
    """Shorten the longest texts that the panel had before, until it is within Discord's limit."""
    while (over := view.content_length() - LONGEST_PANEL) > 0:
        own = [each for each in view.children if isinstance(each, ui.TextDisplay) and each.id not in _OURS]
        if not own:
            return
        longest = max(own, key=lambda each: len(each.content))
        shorter = longest.content[: max(0, len(longest.content) - over)].rpartition("\n")[0]
        if shorter:
            longest.content = shorter
        else:
            view.remove_item(longest)
