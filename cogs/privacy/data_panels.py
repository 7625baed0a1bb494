"""Builds the panels of `/my-data`: what is saved about a member, and its deletion. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import ui

from bot.gateway.shared_servers import SharedServer
from bot.privacy.erasure import REMEMBERED_DAYS
from bot.privacy.export import PersonalRows, Places
from bot.texts.catalogue import Say, plain
from cogs.privacy import routes
from cogs.privacy.data_words import DataWords
from cogs.ui.panels import Lines, button, panel
from cogs.ui.servers import server_select
from cogs.ui.time_format import at_line_start

_LONGEST_LABEL = 80  # of a button


@dataclass(frozen=True, slots=True)
class DataView:
    """Which data a panel shows: in one server, or (None) in all, of which `servers` have some.

    `server` is the name of that one server, in direct messages alone.
    """

    guild_id: int | None
    server: str = ""
    servers: Sequence[SharedServer] = ()

    def names(self) -> dict[int, str]:
        """Return the names of the servers by id."""
        return {each.id: each.name for each in self.servers}


def deleted(at: datetime, say: Say, scope: DataView, *, was_saved: bool) -> ui.LayoutView:
    """Return the receipt of a deletion, which does not say what was deleted."""
    if scope.guild_id is None:
        done = say("data.deleted_everywhere", at=at)
    elif scope.server:
        done = say("data.deleted_in", at=at, server=scope.server)
    else:
        done = say("data.deleted_here", at=at)
    return panel([done, say("data.mark", count=REMEMBERED_DAYS) if was_saved else ""])


def data(
    saved: Sequence[PersonalRows], places: Places, scope: DataView, now: datetime, say: Say
) -> ui.LayoutView:
    """Return every row about a member, in words."""
    found = [each for each in saved if each.rows]
    buttons = [
        button(say("data.button.export"), routes.EXPORT_DATA(scope.guild_id)),
        button(say("data.button.delete"), routes.ASK_TO_DELETE(scope.guild_id)),
    ]
    if not found:
        return panel([say("data.nothing")])
    words = DataWords(say, now, scope.names(), places)
    rows = [row for each in found for row in _rows(each, words)]
    title = say("data.title_in", server=scope.server) if scope.server else say("data.title")
    select = [server_select(say("data.choose"), routes.CHOOSE_DATA(), scope.servers)]
    is_choice = scope.guild_id is None and len(scope.servers) > 1
    texts: list[str | Lines] = [title, say("data.left_out"), Lines(rows, say("data.rest"))]
    return panel(texts, [*([select] if is_choice else []), buttons])


def _rows(saved: PersonalRows, words: DataWords) -> Iterator[str]:
    """Return the rows of a table in words, after a line that says what they are."""
    say = words.say
    for number, row in enumerate(saved.rows):
        lines = words.row(saved.table, row)
        if not number:
            what = at_line_start(saved.table.what(say))
            lines.insert(0, say("data.table", what=what, until=saved.table.until(say)))
        yield "\n".join([*lines, ""])


def delete(scope: DataView, say: Say) -> ui.LayoutView:
    """Return the question before everything is deleted."""
    buttons = [button(say("data.button.keep"), routes.KEEP())]
    buttons.insert(0, button(say("data.button.everywhere"), routes.ERASE(None), discord.ButtonStyle.danger))
    if scope.guild_id is not None:
        named = say("data.only_in", server=scope.server)
        label = named if scope.server else say("data.button.here")
        here = button(
            plain(label)[:_LONGEST_LABEL], routes.ERASE(scope.guild_id), discord.ButtonStyle.danger
        )
        buttons.insert(0, here)
    return panel([say("data.delete")], [buttons])
