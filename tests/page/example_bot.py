"""A small discord.py bot whose responses contain everything that the page can draw."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui

if TYPE_CHECKING:
    from datetime import datetime

LONG_WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
ZONES = ("Europe/Berlin", "Europe/Lisbon", "Europe/Paris", "Asia/Tokyo")
Interaction = discord.Interaction[discord.Client]


def png(width: int = 320, height: int = 90) -> bytes:
    """Return a picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes((96, 140, 130)) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def button(label: str, custom_id: str, style: discord.ButtonStyle) -> ui.Button[Any]:
    """Return a button."""
    return ui.Button(label=label, custom_id=custom_id, style=style)


def card(name: str, sitters: list[str], until: datetime) -> ui.LayoutView:
    """Return a card made of Components V2."""
    view = ui.LayoutView(timeout=None)
    when = f"Quiet until {discord.utils.format_dt(until, 't')} ({discord.utils.format_dt(until, 'R')})."
    rows = "\n".join(f"- {discord.utils.escape_markdown(one)}" for one in sitters)
    how = button("How this works", "how", discord.ButtonStyle.secondary)
    view.add_item(
        ui.Container(
            ui.TextDisplay(f"## {name} is open\n{when}\n{rows}\n-# Leave whenever you like."),
            ui.Separator(),
            ui.Section(ui.TextDisplay("**Landing** comes last. ||Nobody speaks.||"), accessory=how),
            ui.ActionRow(
                button("Sit", "sit", discord.ButtonStyle.success),
                button("Slip out", "slip", discord.ButtonStyle.secondary),
                button("Nod", "nod", discord.ButtonStyle.primary),
                button("Hang", "hang", discord.ButtonStyle.danger),
            ),
            accent_colour=discord.Colour(0x7A9E7E),
        )
    )
    return view


def panel() -> ui.View:
    """Return a panel with a select of every type."""
    view = ui.View(timeout=None)
    days = [discord.SelectOption(label=d, value=d.lower()) for d in ("Monday", "Tuesday", "Wednesday")]
    view.add_item(ui.Select(custom_id="days", placeholder="Which days", max_values=2, options=days))
    view.add_item(ui.ChannelSelect(custom_id="place", placeholder="Which channel"))
    view.add_item(ui.UserSelect(custom_id="person", placeholder="Which person"))
    view.add_item(ui.RoleSelect(custom_id="role", placeholder="Which role", min_values=0))
    view.add_item(button("Write", "write", discord.ButtonStyle.primary))
    return view


class Form(ui.Modal, title="A prompt of your own"):
    """A modal with five types of fields."""

    about: ui.TextDisplay[Any] = ui.TextDisplay("Keep it **brief**.")
    prompt: ui.Label[Any] = ui.Label(
        text="Prompt",
        description="One line.",
        component=ui.TextInput(custom_id="prompt", min_length=5, max_length=80),
    )
    often: ui.Label[Any] = ui.Label(
        text="How often",
        component=ui.RadioGroup(
            custom_id="often",
            options=[discord.RadioGroupOption(label=o, value=o.lower()) for o in ("Daily", "Weekly")],
        ),
    )
    rooms: ui.Label[Any] = ui.Label(
        text="Rooms",
        component=ui.Select(
            custom_id="rooms",
            max_values=2,
            options=[discord.SelectOption(label=o, value=o.lower()) for o in ("Library", "Dock")],
        ),
    )
    share: ui.Label[Any] = ui.Label(text="Share my counts", component=ui.Checkbox(custom_id="share"))

    def __init__(self) -> None:
        super().__init__(custom_id="form", timeout=60)

    async def on_submit(self, interaction: Interaction) -> None:
        """Reply with the submitted values."""
        values = [
            getattr(part.component, "values", getattr(part.component, "value", None))
            for part in (self.prompt, self.often, self.rooms, self.share)
        ]
        await interaction.response.send_message(f"Submitted: {values}", ephemeral=True)


class Choices(ui.Modal, title="How this works"):
    """A modal with the other types of fields."""

    more: ui.Label[Any] = ui.Label(
        text="More",
        component=ui.TextInput(custom_id="more", style=discord.TextStyle.paragraph, required=False),
    )
    days: ui.Label[Any] = ui.Label(
        text="Days",
        component=ui.CheckboxGroup(
            custom_id="days",
            max_values=2,
            options=[discord.CheckboxGroupOption(label=o, value=o) for o in ("Mon", "Tue", "Wed")],
        ),
    )
    place: ui.Label[Any] = ui.Label(
        text="Place", component=ui.ChannelSelect(custom_id="place", required=False)
    )

    def __init__(self) -> None:
        super().__init__(custom_id="choices", timeout=60)

    async def on_submit(self, interaction: Interaction) -> None:
        """Reply with the submitted values."""
        days: Any = self.days.component
        more: Any = self.more.component
        await interaction.response.send_message(f"Submitted: {more.value!r} {days.values}", ephemeral=True)


class German(app_commands.Translator):
    """Gives the command /quiet room add a German name."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a German word; None where it stays English."""
        words = {"quiet": "ruhe", "room": "raum", "add": "neu"}
        return words.get(string.message) if locale is discord.Locale.german else None


class ExampleBot(discord.Client):
    """The bot. Its slow responses wait for `release`."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, voice_states=True, guild_scheduled_events=True)
        none = discord.AllowedMentions(everyone=False, roles=False, users=True)
        super().__init__(intents=intents, allowed_mentions=none, guild_ready_timeout=0.02)
        self.tree = app_commands.CommandTree(self)
        self.release = asyncio.Event()
        add_commands(self.tree)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.set_translator(German())
        await self.tree.sync()

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer buttons and selects."""
        if interaction.type is not discord.InteractionType.component:
            return
        data: Any = interaction.data
        if "values" in data:
            text = f"{data['custom_id']}: {', '.join(data['values'])}"
            await interaction.response.send_message(text, ephemeral=True)
            return
        await self._press(interaction, data["custom_id"])

    async def _press(self, interaction: Interaction, pressed: str) -> None:
        if pressed == "hang":
            return
        if pressed in {"how", "write"}:
            await interaction.response.send_modal(Form() if pressed == "write" else Choices())
        elif pressed == "nod":
            await self.release.wait()
            await interaction.response.defer()
        else:
            until = discord.utils.utcnow()
            view = card("Library", [interaction.user.display_name], until)
            await interaction.response.edit_message(view=view)


def add_commands(tree: app_commands.CommandTree[Any]) -> None:
    """Add the bot's commands to a tree."""
    room = app_commands.Group(name="room", description="Rooms.")
    quiet = app_commands.Group(
        name="quiet", description="Set-up.", default_permissions=discord.Permissions(manage_guild=True)
    )
    quiet.add_command(room)
    room.command(name="add", description="Add a room.")(_add)
    command: app_commands.Command[Any, ..., None]
    for command in (_sit, _me, _slow, _export, _hello, _odd):
        tree.add_command(command)
    tree.add_command(quiet)


async def _zones(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=z, value=z) for z in ZONES if current.lower() in z.lower()]


@app_commands.describe(
    name="The room's name",
    channel="Where its card stands",
    zone="Its time zone",
    voice="With voice",
    seats="How many",
)
@app_commands.autocomplete(zone=_zones)
async def _add(
    interaction: Interaction,
    name: app_commands.Range[str, 1, 40],
    channel: discord.TextChannel,
    zone: str = "UTC",
    voice: bool = False,
    seats: app_commands.Range[int, 1, 99] = 5,
) -> None:
    text = f"Added {name} in {channel.name}, {zone}, voice {voice}, seats {seats}."
    await interaction.response.send_message(text)


@app_commands.command(name="sit", description="Take a seat.")
async def _sit(interaction: Interaction) -> None:
    until = interaction.created_at.replace(microsecond=0)
    view = card("Library", [interaction.user.display_name, LONG_WORD], until)
    await interaction.response.send_message(view=view)


@app_commands.command(name="me", description="Your private panel.")
async def _me(interaction: Interaction) -> None:
    await interaction.response.send_message("### Your choices", view=panel(), ephemeral=True)


@app_commands.command(name="slow", description="A slow response.")
async def _slow(interaction: Interaction) -> None:
    bot: Any = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    await bot.release.wait()
    await interaction.followup.send("Here at last.", ephemeral=True)


@app_commands.command(name="export", description="A file and a picture.")
async def _export(interaction: Interaction) -> None:
    files = [
        discord.File(io.BytesIO(b'{"rows": []}'), "export.json", description="Your rows"),
        discord.File(io.BytesIO(png()), "rhythm.png", description="Twelve quiet weeks"),
        discord.File(io.BytesIO(png(90, 90)), "shape.png"),
    ]
    embed = discord.Embed(title="Your data", description="All of it.", colour=0x7A9E7E)
    embed.add_field(name="Rows", value="0").set_image(url="attachment://shape.png")
    await interaction.response.send_message(embed=embed, files=files, ephemeral=True)


@app_commands.command(name="hello", description="A direct message.")
async def _hello(interaction: Interaction) -> None:
    await interaction.response.send_message("On its way.", ephemeral=True)
    await interaction.user.send("A quiet hello.", silent=True)


@app_commands.command(name="odd", description="No response.")
async def _odd(interaction: Interaction) -> None:
    """Never respond."""
