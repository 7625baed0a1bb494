"""The floor: a bare discord.py bot that does outwardly what Alongside does, and nothing else.

`python -m bench.floor.bare_bot API GATEWAY DATABASE PICTURE`, with the token in `BARE_TOKEN`. It saves
seats and consents by durable writes on a thread, in which writes that arrive together share a commit;
answers taps by editing the card; and sends private panels of the same size. It checks nothing and answers
in one language. `/me` shows the picture in a file.
"""

from __future__ import annotations

import asyncio
import io
import os
import queue
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

Interaction: TypeAlias = "discord.Interaction[BareBot]"
Statement: TypeAlias = tuple[str, tuple[int, ...]]
Write: TypeAlias = tuple[Sequence[Statement], asyncio.Future[int]]

_TABLES = """
CREATE TABLE seat (card INTEGER, member INTEGER, PRIMARY KEY (card, member)) STRICT, WITHOUT ROWID;
CREATE TABLE consent (server INTEGER, member INTEGER, PRIMARY KEY (server, member)) STRICT, WITHOUT ROWID;
"""
_SIT = "INSERT OR IGNORE INTO seat VALUES (?, ?)"
_LEAVE = "DELETE FROM seat WHERE card = ? AND member = ?"
_COUNT = "SELECT COUNT(*) FROM seat WHERE card = ?"
_AGREE = "INSERT OR IGNORE INTO consent VALUES (?, ?)"

HELP = (
    "### Alongside\nQuiet company. Sit near others, say nothing, leave when you like.",
    "**/sit** takes a seat or opens a session. **/rooms** shows what's open and what comes next.",
    "**/checkins** sets up brief messages. **/pause** stops them, and **/resume** starts them again.",
    "**/me** shows your choices. **/my-data** shows, exports and deletes what is saved about you.",
)
HOW = (
    """First a few minutes to settle in, then quiet, then a little time to talk.
Some sessions have several rounds of quiet, with breaks of five minutes between them.
Sessions end at the time shown. You can slip out with one tap; nobody is told.""",
    "If a room has a silent voice channel, Discord shows the names of the people in it.",
    """Others see a number, and your name if you turn that on.
Your seat is saved until you slip out or the session closes.
Details: /privacy. Settings: /me.""",
)
SEAT = (
    "You have a seat. You're counted on the card; your name isn't shown.",
    "The session closes at <t:1925629200:t>. Leave whenever you like.",
    HOW[2],
)
SEAT_BUTTONS = ("Slip out", "Sit hidden", "Show my name", "Leave at a time", "Room notices")
ME = (
    "### Your choices in Server",
    "Your name isn't shown on cards.\nYour weeks are saved.\nCheck-ins are off.\nRoom notices are off.",
    "**Your weeks**",
    "\n".join(f"Week of {day} January: sat {day} times" for day in range(1, 13)),
    "-# Only you see this.",
)
RECEIPT = "You agreed to: show my name. On <t:1925629200:f>, version 1 of the text. Turn it off here."
CARD_PHASE = """Settling in. Quiet begins <t:1925626500:R> and lasts until <t:1925628600:t>.
The session closes at <t:1925629200:t>."""


class Writer(threading.Thread):
    """Runs statements on SQLite's own thread; those that wait are committed together."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._loop = loop
        self._queue: queue.SimpleQueue[Write] = queue.SimpleQueue()

    async def write(self, *statements: Statement) -> int:
        """Run statements; return the first value of the last one after the commit, or 0."""
        done: asyncio.Future[int] = self._loop.create_future()
        self._queue.put((statements, done))
        return await done

    def run(self) -> None:
        """Write until the process ends."""
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_TABLES)
        while True:
            batch = [self._queue.get()]
            with suppress(queue.Empty):
                while True:
                    batch.append(self._queue.get_nowait())
            connection.execute("BEGIN IMMEDIATE")
            values = [self._run_all(connection, statements) for statements, _ in batch]
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_finish, [done for _, done in batch], values)

    @staticmethod
    def _run_all(connection: sqlite3.Connection, statements: Sequence[Statement]) -> int:
        row: Any = None
        for text, given in statements:
            row = connection.execute(text, given).fetchone()
        return int(row[0]) if row else 0


def _finish(futures: Sequence[asyncio.Future[int]], values: Sequence[int]) -> None:
    for done, value in zip(futures, values, strict=True):
        done.set_result(value)


def panel(texts: Sequence[str], labels: Sequence[str] = ()) -> ui.LayoutView:
    """Return a private panel: texts and a row of buttons."""
    view = ui.LayoutView(timeout=None)
    for item in _items(texts, labels):
        view.add_item(item)
    view.stop()
    return view


def card(taken: int) -> ui.LayoutView:
    """Return the card."""
    texts = (
        "### Room",
        CARD_PHASE,
        f"{taken} of 99 seats are taken." if taken else "There are 99 seats. Take one whenever you like.",
    )
    view = ui.LayoutView(timeout=None)
    items = _items(texts, ("Sit", "Slip out", "Nod", "How this works"))
    view.add_item(ui.Container(*items, accent_colour=0x7A9E9F))
    view.stop()
    return view


def _items(texts: Sequence[str], labels: Sequence[str]) -> Iterator[ui.Item[Any]]:
    for text in texts:
        yield ui.TextDisplay(text)
    if labels:
        yield ui.ActionRow(*(ui.Button(label=each, custom_id=f"bare:{each}") for each in labels))


class BareBot(discord.Client):
    """Answers what the benchmark taps."""

    def __init__(self, database: str, picture: bytes) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._database = database
        self.picture = picture
        self._writer: Writer
        self._taps: dict[str, Callable[[Interaction], Awaitable[None]]] = {
            "bare:Sit": self._sit,
            "bare:Slip out": self._slip_out,
            "bare:How this works": self._how,
            "bare:Agree": self._agree,
        }
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="help", description="What the bot does")(_help)
        self.tree.command(name="me", description="See your choices")(_me)

    async def setup_hook(self) -> None:
        """Register the commands and open the database."""
        self._writer = Writer(self._database, asyncio.get_running_loop())
        self._writer.start()
        await self.tree.sync()

    async def on_ready(self) -> None:
        """Post a card in each quiet channel."""
        for guild in self.guilds:
            for channel in guild.text_channels:
                if channel.name.startswith("quiet-"):
                    await channel.send(view=card(0))

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a tap."""
        if interaction.type is discord.InteractionType.component:
            data: dict[str, Any] = dict(interaction.data or {})
            await self._taps[data["custom_id"]](interaction)

    async def _sit(self, interaction: Interaction) -> None:
        key = self._key(interaction)
        taken = await self._writer.write((_SIT, key), (_COUNT, key[:1]))
        await interaction.response.edit_message(view=card(taken))
        await interaction.followup.send(view=panel(SEAT, SEAT_BUTTONS), ephemeral=True)

    async def _slip_out(self, interaction: Interaction) -> None:
        key = self._key(interaction)
        taken = await self._writer.write((_LEAVE, key), (_COUNT, key[:1]))
        await interaction.response.edit_message(view=card(taken))
        await interaction.followup.send(view=panel(["You've slipped out."], ["Sit"]), ephemeral=True)

    async def _agree(self, interaction: Interaction) -> None:
        await self._writer.write((_AGREE, (interaction.guild_id or 0, interaction.user.id)))
        await interaction.response.edit_message(view=panel([RECEIPT], ["Turn off", "Get this as a file"]))

    async def _how(self, interaction: Interaction) -> None:
        await interaction.response.send_message(view=panel(HOW, ["Room notices"]), ephemeral=True)

    @staticmethod
    def _key(interaction: Interaction) -> tuple[int, int]:
        return (interaction.message.id if interaction.message else 0, interaction.user.id)


async def _help(interaction: Interaction) -> None:
    await interaction.response.send_message(view=panel(HELP), ephemeral=True)


async def _me(interaction: Interaction) -> None:
    view = panel(ME, ["Agree", "Turn off", "Change check-ins", "Your data"])
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://weeks.png", description=ME[3])))
    picture = discord.File(io.BytesIO(interaction.client.picture), "weeks.png")
    await interaction.response.send_message(view=view, file=picture, ephemeral=True)


def main() -> None:
    """Run until the process is stopped."""
    api, gateway, database, picture = sys.argv[1:]
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    BareBot(database, Path(picture).read_bytes()).run(os.environ["BARE_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
