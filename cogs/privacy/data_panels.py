"""Builds the panels of `/my-data`: what is saved about a member, and its deletion. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import ui

from bot.privacy.erasure import REMEMBERED_DAYS
from bot.privacy.export import PersonalRows
from bot.texts.catalogue import Markup, Say, escape, plain
from cogs.privacy import routes
from cogs.ui.panels import Lines, button, panel
from cogs.ui.servers import server_select
from cogs.ui.time_format import at_line_start, clock

_DAYS = 7
_BOOLEANS = {"sound", "dms_closed", "opened_session", "tapped"}
_LONGEST_LABEL = 80  # of a button


@dataclass(frozen=True, slots=True)
class DataView:
    """Which data a panel shows: in one server, or (None) in all, of which `servers` have some.

    `server` is the name of that one server, in direct messages alone.
    """

    guild_id: int | None
    server: str = ""
    servers: Sequence[discord.Guild] = ()

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


def data(saved: Sequence[PersonalRows], scope: DataView, say: Say) -> ui.LayoutView:
    """Return every row about a member, in words."""
    found = [each for each in saved if each.rows]
    buttons = [
        button(say("data.button.export"), routes.EXPORT_DATA(scope.guild_id)),
        button(say("data.button.delete"), routes.ASK_TO_DELETE(scope.guild_id)),
    ]
    if not found:
        return panel([say("data.nothing")])
    rows = [row for each in found for row in _rows(each, scope.names(), say)]
    title = say("data.title_in", server=scope.server) if scope.server else say("data.title")
    select = [server_select(say("data.choose"), routes.CHOOSE_DATA(), scope.servers)]
    is_choice = scope.guild_id is None and len(scope.servers) > 1
    return panel([title, Lines(rows, say("data.rest"))], [*([select] if is_choice else []), buttons])


def _rows(table: PersonalRows, names: Mapping[int, str], say: Say) -> Iterator[str]:
    """Return the rows of a table in words, after a line that says what they are."""
    for number, row in enumerate(table.rows):
        words = [
            f"> {_meaning(table, name, value, names, say)}: {_value(name, value, names, say)}"
            for name, value in row.items()
            if value not in {None, ""}
        ]
        if not number:
            what = at_line_start(Markup(table.what))
            words.insert(0, say("data.table", what=what, until=Markup(table.until)))
        yield "\n".join([*words, ""])


def _meaning(
    table: PersonalRows, column: str, value: str | int | None, names: Mapping[int, str], say: Say
) -> str:
    """Return what a column means; a server is shown by its name where the bot knows it."""
    is_named = column == "guild_id" and value in names
    return say("data.server") if is_named else table.columns[column]


def _value(column: str, value: str | int, names: Mapping[int, str], say: Say) -> str:
    """Return a column's value in words. The file of /my-data export has the saved value."""
    if column == "guild_id":
        return escape(names.get(int(value), str(value)))
    if column.endswith(("_at", "_until")):
        return f"<t:{value}:f>"
    if column.endswith("_minute"):
        return clock(int(value))
    if column.endswith("_month"):
        return f"{int(value) // 100}-{int(value) % 100:02}"
    return _in_words(column, value, say)


def _in_words(column: str, value: str | int, say: Say) -> str:
    if column == "purpose":
        return say(f"consent.name.{value}")
    if column == "weekdays":
        return ", ".join(say(f"days.{day}") for day in range(_DAYS) if int(value) >> day & 1)
    if column == "kind":  # of what is due, check-ins alone are about a person
        return say("data.checkin")
    if column in _BOOLEANS:
        return say("data.yes" if value else "data.no")
    return escape(str(value))


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
