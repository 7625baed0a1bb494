"""Panels: everything the bot shows, texts first, then rows of buttons and selects.

Buttons and selects are discord.py's own, with a custom id that a route made, and the client answers them by
their routes. So discord.py need not save them: each message and each edit gets a new panel that is stopped
before it is sent, and discord.py saves no stopped one.
"""

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import discord
from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.texts.catalogue import Say, plain
from cogs.ui.payloads import MalformedError, decode
from cogs.ui.routes import CustomId

Component: TypeAlias = "ui.Button[Any] | ui.Select[Any] | ui.ChannelSelect[Any]"
Choice: TypeAlias = tuple[str, str]  # value, label
T = TypeVar("T")

_BUTTONS_A_ROW = 5
_LONGEST_LABEL = 100  # of a select's option
_LONGEST_ALT = 1024  # of a picture's description
LONGEST_PANEL = 3900  # characters in all texts of a message; Discord allows 4,000
UNKNOWN_MESSAGE = 10008
_LACKS_PERMISSIONS = 50013
ACCENT = discord.Colour(0x7A9E9F)


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with the file's `name`; `alt` describes it to readers who do not see it."""

    name: str
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines for a panel, which shows as many as fit; if some are left out, `rest` follows."""

    lines: Sequence[str]
    rest: str = ""

    def __bool__(self) -> bool:
        """Return whether there are any lines."""
        return bool(self.lines)

    def within(self, longest: int) -> str:
        """Return the text, of at most `longest` characters."""
        whole = "\n".join(self.lines)
        if len(whole) <= longest:
            return whole
        left, shown = longest - len(self.rest), list[str]()
        for line in self.lines:
            left -= len(line) + 1
            if left < 0:
                break
            shown.append(line)
        return "\n".join(filter(None, [*shown, self.rest]))


class _Panel(ui.LayoutView):
    """A finished panel. Its components are made once, though a card's are asked for twice."""

    _made: list[dict[str, Any]] | None = None

    def to_components(self) -> list[dict[str, Any]]:
        """See `ui.LayoutView`."""
        if self._made is None:
            self._made = super().to_components()  # type: ignore[no-untyped-call] # it has no type
        return self._made


def button(
    label: str,
    custom_id: CustomId,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> Component:
    """Return a button."""
    return ui.Button(label=plain(label), custom_id=custom_id, style=style, disabled=disabled)


def select(
    placeholder: str,
    custom_id: CustomId,
    choices: Sequence[Choice],
    chosen: str | Collection[str] | None = None,
    *,
    most: int = 1,
) -> Component:
    """Return a select of one of `choices`, or of up to `most`."""
    held = {chosen} if isinstance(chosen, str) else set(chosen or ())
    options = [
        discord.SelectOption(label=plain(label)[:_LONGEST_LABEL], value=value, default=value in held)
        for value, label in choices
    ]
    return ui.Select(custom_id=custom_id, placeholder=plain(placeholder), options=options, max_values=most)


def channel_select(placeholder: str, custom_id: CustomId) -> Component:
    """Return a select of one text channel."""
    only_text = [discord.ChannelType.text]
    return ui.ChannelSelect(custom_id=custom_id, placeholder=plain(placeholder), channel_types=only_text)


def panel(
    texts: Iterable[str | Picture | Lines],
    rows: Sequence[Sequence[Component] | str] = (),
    *,
    framed: bool = False,
) -> ui.LayoutView:
    """Return a panel of texts (empty ones are left out) and rows; `framed` ones are public cards.

    A string among the rows is a text that belongs to the row below it.

    Pictures among the texts have to be given to `send_panel` too, which sends their files.
    """
    parts = [part for part in texts if part]
    left = LONGEST_PANEL - sum(len(part) for part in [*parts, *rows] if isinstance(part, str))
    blocks: list[ui.Item[Any]] = []
    for part in parts:
        if isinstance(part, Picture):
            blocks.append(_gallery(part))
        elif isinstance(part, Lines):
            text = part.within(left)
            left -= len(text)
            blocks.append(ui.TextDisplay(text))
        else:
            blocks.append(ui.TextDisplay(part))
    for row in rows:
        if isinstance(row, str):
            blocks.append(ui.TextDisplay(row))
            continue
        starts = range(0, len(row), _BUTTONS_A_ROW)
        blocks.extend(ui.ActionRow(*row[start : start + _BUTTONS_A_ROW]) for start in starts)
    view = _Panel(timeout=None)
    if framed:
        view.add_item(ui.Container(*blocks, accent_colour=ACCENT))
    else:
        for block in blocks:
            view.add_item(block)
    view.stop()  # discord.py saves a view that is not stopped, some for as long as the process runs
    return view


def texts_for(interaction: Interaction) -> Say:
    """Return the catalogue in the member's language."""
    return interaction.client.services.texts.to(interaction.locale.value)


def locale_of(interaction: Interaction) -> str:
    """Return the member's language in Discord, or the deployment's if Discord sends something else."""
    return interaction.client.services.texts.reader(interaction.locale.value)


async def send_panel(
    interaction: Interaction, view: ui.LayoutView, pictures: Iterable[Picture] = ()
) -> None:
    """Send a private panel with its pictures, as the first response or as a follow-up.

    Where the bot may not attach files, a line takes their place.
    """
    files = _files(pictures)
    if not files:
        await _send(interaction, view=view)
        return
    try:
        await _send(interaction, view=view, files=files)
    except discord.Forbidden as error:
        _require_lack_of_permissions(error)
        bare = _without_pictures(view, texts_for(interaction)("files.no_picture"))
        await _send(interaction, view=bare)


async def send_file(
    interaction: Interaction, text: str, content: bytes, name: str, *, without: ui.LayoutView
) -> None:
    """Send a private text with a file. Where the bot may not attach files, send `without` instead."""
    try:
        await _send(interaction, content=text, file=discord.File(io.BytesIO(content), name))
    except discord.Forbidden as error:
        _require_lack_of_permissions(error)
        await _send(interaction, view=without)


async def replace_panel(interaction: Interaction, view: ui.LayoutView) -> None:
    """Replace the panel that was tapped, and its pictures, by `view`.

    If that panel was deleted meanwhile, `view` is sent as a new one.
    """
    try:
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view, attachments=[])
        else:
            await interaction.response.edit_message(view=view, attachments=[])
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        await send_panel(interaction, view)


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


def shown_as_chosen(interaction: Interaction, kind: type[T]) -> list[T]:
    """Return what the selects of the tapped panel show as chosen: what a member chose there before.

    Raises RefusalError if that is nothing, or malformed.
    """
    message = interaction.message
    selects = _selects(message.components) if message else []
    values = [option.value for each in selects for option in each.options if option.default]
    if not values:
        raise RefusalError("refusals.button_old")
    try:
        return [decode(value, kind) for value in values]
    except MalformedError:
        raise RefusalError("refusals.button_old") from None


def _selects(components: Iterable[Any]) -> list[discord.SelectMenu]:
    found = []
    for each in components:
        found += [each] if isinstance(each, discord.SelectMenu) else _selects(getattr(each, "children", ()))
    return found


async def _send(interaction: Interaction, **message: Any) -> None:  # noqa: ANN401 - discord.py's own, handed on
    if interaction.response.is_done():
        await interaction.followup.send(**message, ephemeral=True)
    else:
        await interaction.response.send_message(**message, ephemeral=True)


def _require_lack_of_permissions(error: discord.Forbidden) -> None:
    if error.code != _LACKS_PERMISSIONS:
        raise error


def _without_pictures(view: ui.LayoutView, note: str) -> ui.LayoutView:
    """Return the panel with `note` in the place of its pictures."""
    bare = ui.LayoutView(timeout=None)
    for each in view.children:
        bare.add_item(ui.TextDisplay(note) if isinstance(each, ui.MediaGallery) else each)
    bare.stop()
    return bare


def _gallery(picture: Picture) -> "ui.MediaGallery[Any]":
    """Return the gallery that shows the picture in a panel."""
    alt = picture.alt[:_LONGEST_ALT]
    return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{picture.name}", description=alt))


def _files(pictures: Iterable[Picture]) -> list[discord.File]:
    """Return the files to send with a message that shows the pictures; each message needs new ones."""
    return [
        discord.File(io.BytesIO(each.content), each.name, description=each.alt[:_LONGEST_ALT])
        for each in pictures
    ]
