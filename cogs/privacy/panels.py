"""What a member's own panels look like: pure functions of stored state."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import ui

from bot.checkins.personal.model import Cadence
from bot.checkins.personal.rules import state_at
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import REQUIRES, VERSIONS
from bot.privacy.consents import PersonalRows
from bot.privacy.erasure_replay import REMEMBERED_DAYS
from bot.texts.catalogue import Markup, Say, escape
from bot.weeks.counts.model import Week
from bot.weeks.counts.rules import something
from cogs.privacy import routes
from cogs.ui.links import CHANGE_CHECKINS
from cogs.ui.panels import Component, Lines, Picture, button, panel
from cogs.ui.time_format import at_line_start, clock

# Check-ins are agreed to where their times are chosen.
OFFERED = (Purpose.SHOW_NAME, Purpose.WEEKLY_COUNTS, Purpose.SHARE_COUNTS)
_DAYS = 7
_TRUTHS = {"sound", "dms_closed", "opened_session", "tapped"}


@dataclass(frozen=True, slots=True)
class Mine:
    """All that /me shows of one member in one server."""

    guild_id: int
    server: str
    purposes: AbstractSet[Purpose]
    outdated: AbstractSet[Purpose]
    cadence: Cadence | None
    next_at: datetime | None
    weeks: Sequence[Week]
    picture: bytes | None = None  # of the weeks, where they hold something


def me(mine: Mine, now: datetime, say: Say) -> tuple[ui.LayoutView, list[Picture]]:
    """Return a member's private panel and the pictures in it."""
    offered = _offered(mine.purposes | mine.outdated)
    choices = [say(f"me.{purpose}.{_stands(mine, purpose)}") for purpose in offered]
    rhythm = _rhythm(mine, say)
    view = panel(
        [
            say("me.title", server=mine.server),
            "\n".join([*choices, _checkins(mine, now, say)]),
            *rhythm,
            say("me.hint"),
        ],
        [[*(_switch(mine, purpose, say) for purpose in offered)], _more(mine, say)],
    )
    return view, [part for part in rhythm if isinstance(part, Picture)]


def _offered(chosen: AbstractSet[Purpose]) -> list[Purpose]:
    """Return what can be switched now: what rests on another choice waits for that one."""
    return [purpose for purpose in OFFERED if purpose not in REQUIRES or REQUIRES[purpose] in chosen]


def _stands(mine: Mine, purpose: Purpose) -> str:
    if purpose in mine.outdated:
        return "changed"
    return "on" if purpose in mine.purposes else "off"


def _switch(mine: Mine, purpose: Purpose, say: Say) -> Component:
    if purpose in mine.purposes:
        turn_off = routes.TURN_OFF_CONSENT(mine.guild_id, purpose)
        return button(say(f"me.{purpose}.withdraw"), turn_off)
    return button(say(f"me.{purpose}.ask"), routes.ASK_CONSENT(mine.guild_id, purpose))


def _more(mine: Mine, say: Say) -> list[Component]:
    more = [button(say("me.button.data"), routes.SHOW_DATA(mine.guild_id))]
    if mine.cadence is not None:
        more.insert(0, button(say("me.button.checkins"), CHANGE_CHECKINS(mine.cadence.cadence_id)))
    if Purpose.CHECKINS in mine.outdated:
        ask = routes.ASK_CONSENT(mine.guild_id, Purpose.CHECKINS)
        more.insert(0, button(say("checkins.button.text"), ask))
    return more


def _checkins(mine: Mine, now: datetime, say: Say) -> str:
    if mine.cadence is None:
        return say("me.checkins_off")
    state = state_at(mine.cadence, now, is_outdated=Purpose.CHECKINS in mine.outdated)
    until = mine.cadence.paused_until or now
    return say(f"checkins.state.{state}", next=mine.next_at or now, until=until)


def _rhythm(mine: Mine, say: Say) -> list[str | Picture]:
    if Purpose.WEEKLY_COUNTS not in mine.purposes:
        return []
    lines = "\n".join(_week(week, say) for week in something(mine.weeks))
    if mine.picture is None:
        return [lines or say("me.no_weeks")]
    first, last = (week.week % 100 for week in (mine.weeks[0], mine.weeks[-1]))
    alt = f"{say('me.weeks_alt', first=first, last=last)}\n{lines}"
    return [say("me.weeks"), Picture("weeks.png", mine.picture, alt), lines]


def _week(week: Week, say: Say) -> str:
    """Return a week in words, without what it does not hold, as the picture leaves that out."""
    named = {"week": week.week % 100, "year": week.week // 100}
    if not week.checkins:
        return say("me.week_sits", **named, sits=week.sits)
    if not week.sits:
        return say("me.week_checkins", **named, checkins=week.checkins)
    return say("me.week", **named, sits=week.sits, checkins=week.checkins)


def ask(guild_id: int, purpose: Purpose, say: Say) -> ui.LayoutView:
    """Return what a purpose means, and the one tap that agrees to it."""
    not_now = button(say("consent.button.not_now"), routes.DECLINE_CONSENT())
    return panel([_text(purpose, say)], [[_give(guild_id, purpose, say), not_now]])


def ask_again(guild_id: int, server: str, purpose: Purpose, ends: datetime, say: Say) -> ui.LayoutView:
    """Return what a purpose means to somebody who agreed to an older text in `server`.

    That yes ends at `ends` without an answer.
    """
    no = button(say("consent.button.no"), routes.TURN_OFF_CONSENT(guild_id, purpose))
    named = say(f"consent.name.{purpose}")
    changed = say("consent.changed", purpose=named, server=server, ends=ends)
    return panel([changed, _text(purpose, say)], [[_give(guild_id, purpose, say), no]])


def _text(purpose: Purpose, say: Say) -> str:
    return say(f"consent.{purpose}.{VERSIONS[purpose]}")


def _give(guild_id: int, purpose: Purpose, say: Say) -> Component:
    give = routes.GIVE_CONSENT(guild_id, purpose, VERSIONS[purpose])
    return button(say("consent.button.give"), give, discord.ButtonStyle.primary)


def deleted(at: datetime, say: Say, *, is_here: bool, was_kept: bool) -> ui.LayoutView:
    """Return the receipt of a deletion, which names nothing of what was deleted."""
    done = say("data.deleted_here" if is_here else "data.deleted_everywhere", at=at)
    return panel([done, say("data.mark", count=REMEMBERED_DAYS) if was_kept else ""])


def data(kept: Sequence[PersonalRows], guild_id: int | None, say: Say) -> ui.LayoutView:
    """Return the very rows about a member, in words. Without `guild_id`, of every server."""
    found = [each for each in kept if each.rows]
    buttons = [
        button(say("data.button.export"), routes.EXPORT_DATA(guild_id)),
        button(say("data.button.delete"), routes.ASK_TO_DELETE(guild_id)),
    ]
    if not found:
        return panel([say("data.nothing")])
    rows = [row for each in found for row in _rows(each, say)]
    return panel([say("data.title"), Lines(rows, say("data.rest"))], [buttons])


def _rows(kept: PersonalRows, say: Say) -> Iterator[str]:
    """Return the rows of a table in words, the first under what they are."""
    for number, row in enumerate(kept.rows):
        words = [
            f"> {kept.columns[name]}: {_told(name, value, say)}"
            for name, value in row.items()
            if value not in {None, ""}
        ]
        if not number:
            what = at_line_start(Markup(kept.what))
            words.insert(0, say("data.table", what=what, until=Markup(kept.until)))
        yield "\n".join([*words, ""])


def _told(column: str, value: str | int, say: Say) -> str:
    """Return what a column holds as a person would put it; the file of /my-data export has it as kept."""
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
    if column in _TRUTHS:
        return say("data.yes" if value else "data.no")
    return escape(str(value))


def delete(guild_id: int | None, say: Say) -> ui.LayoutView:
    """Return the one question before everything is deleted."""
    buttons = [button(say("data.button.keep"), routes.KEEP())]
    buttons.insert(0, button(say("data.button.everywhere"), routes.ERASE(None), discord.ButtonStyle.danger))
    if guild_id is not None:
        here = button(say("data.button.here"), routes.ERASE(guild_id), discord.ButtonStyle.danger)
        buttons.insert(0, here)
    return panel([say("data.delete")], [buttons])


def privacy(kept: Sequence[PersonalRows], policy_url: str, say: Say) -> ui.LayoutView:
    """Return what is kept, for what and until when, made from the tables themselves."""
    lines = [say("privacy.table", what=Markup(each.what), until=Markup(each.until)) for each in kept]
    whole = say("privacy.policy", link=Markup(policy_url)) if policy_url else ""
    never, rights = say("privacy.never"), say("privacy.rights")
    mark = say("privacy.mark", count=REMEMBERED_DAYS)
    return panel([say("privacy.title"), "\n".join(lines), never, rights, mark, whole])


def line(text: str) -> ui.LayoutView:
    """Return a panel of one line."""
    return panel([text])
