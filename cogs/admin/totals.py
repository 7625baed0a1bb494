"""`/quiet totals`: what members share of their weeks, for the whole server and never by person."""

from bot.client import Interaction
from bot.texts.catalogue import Say
from bot.totals.model import Total
from bot.totals.rules import STEP
from bot.totals.service import Published, Totals
from cogs.admin.gate import managed
from cogs.ui.panel import panel, speaker, tell
from cogs.ui.picture import Picture


class TotalsDesk:
    """Shows the totals to those who manage the server."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals

    async def show(self, interaction: Interaction) -> None:
        """Show what is published."""
        published = await self._totals.look(managed(interaction))
        drawn = await self._totals.picture(published)
        parts = _parts(published, drawn, speaker(interaction))
        await tell(interaction, panel(parts), [part for part in parts if isinstance(part, Picture)])


def _parts(published: Published, drawn: bytes | None, say: Say) -> list[str | Picture]:
    if drawn is None:
        return [say("totals.title"), say("totals.nothing"), say("totals.hint")]
    lines = "\n".join(_line(each, say) for each in published.totals)
    first, last = (week % 100 for week in (published.weeks[0], published.weeks[-1]))
    alt = f"{say('totals.alt', first=first, last=last)}\n{lines}"
    picture = Picture("server-weeks.png", drawn, alt)
    return [say("totals.title"), say("totals.stones"), picture, lines, say("totals.hint")]


def _line(total: Total, say: Say) -> str:
    sits, checkins = (
        say("totals.about", count=count) if count else say("totals.few", count=STEP)
        for count in (total.sits, total.checkins)
    )
    return say("totals.week", week=total.week % 100, year=total.week // 100, sits=sits, checkins=checkins)
