"""`/quiet totals`: the weekly totals of members who share their counts, never by person."""

from typing import Any

from discord import app_commands

from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.texts.catalogue import Say
from bot.weeks.totals.model import WeeklyTotal
from bot.weeks.totals.rules import ROUNDED_TO
from bot.weeks.totals.service import PublishedTotals, WeeklyTotals
from cogs.ui.panels import Picture, panel, send_panel, texts_for


class TotalsSetup:
    """Shows the server's totals to moderators."""

    def __init__(self, totals: WeeklyTotals) -> None:
        self._totals = totals

    async def show(self, interaction: Interaction) -> None:
        """Show the totals of the newest weeks, after publishing those that are missing."""
        published = await self._totals.publish(guild_id_of(interaction))
        drawn = await self._totals.picture(published)
        parts = _parts(published, drawn, texts_for(interaction))
        await send_panel(interaction, panel(parts), [part for part in parts if isinstance(part, Picture)])


def totals_command(setup: TotalsSetup) -> app_commands.Command[Any, ..., None]:
    """Return `/quiet totals`."""

    @app_commands.command(description="Weekly totals from members who share theirs, never by person")
    async def totals(interaction: Interaction) -> None:
        await setup.show(interaction)

    return totals


def _parts(published: PublishedTotals, drawn: bytes | None, say: Say) -> list[str | Picture]:
    if drawn is None:
        return [say("totals.title"), say("totals.nothing"), say("totals.hint")]
    lines = "\n".join(_line(each, say) for each in published.totals)
    first, last = (week % 100 for week in (published.weeks[0], published.weeks[-1]))
    alt = f"{say('totals.alt', first=first, last=last)}\n{lines}"
    picture = Picture("server-weeks.png", drawn, alt)
    return [say("totals.title"), say("totals.stones"), picture, lines, say("totals.hint")]


def _line(total: WeeklyTotal, say: Say) -> str:
    sits, checkins = (
        say("totals.about", count=count) if count else say("totals.few", count=ROUNDED_TO)
        for count in (total.sits, total.checkins)
    )
    return say("totals.week", week=total.week % 100, year=total.week // 100, sits=sits, checkins=checkins)
