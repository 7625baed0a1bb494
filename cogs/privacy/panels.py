"""Builds a member's own panels: pure functions of the saved data."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import discord
from discord import ui

from bot.checkins.personal.cadence import state_at
from bot.gateway.shared_servers import SharedServer
from bot.member_overview import MemberOverview
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.privacy.erasure import REMEMBERED_DAYS
from bot.privacy.personal_data import PERSONAL
from bot.rooms.notices.rules import state_at as state_of_notices
from bot.texts.catalogue import Markup, Say
from bot.weeks.model import Week
from bot.weeks.rules import monday, not_empty
from cogs.privacy import routes
from cogs.ui.links import CHANGE_CHECKINS, CHANGE_NOTICES
from cogs.ui.panels import Component, Picture, button, panel
from cogs.ui.servers import server_select
from cogs.ui.time_format import at_line_start, day_in_words, week_in_words

# Check-ins are agreed to where their times are chosen, room notices where rooms are.
PURPOSES_IN_ME = (Purpose.SHOW_NAME, Purpose.WEEKLY_COUNTS)

_SUNDAY = timedelta(days=6)  # after Monday


def me(
    overview: MemberOverview, server: str, picture: bytes | None, now: datetime, say: Say
) -> tuple[ui.LayoutView, list[Picture]]:
    """Return a member's private panel and the pictures in it.

    `picture` is that of the weeks; None if all are empty.
    """
    purposes = [say(f"me.{purpose}.{_state(overview, purpose)}") for purpose in PURPOSES_IN_ME]
    weeks = _weeks(overview, picture, say)
    view = panel(
        [
            say("me.title", server=server),
            "\n".join([*purposes, _checkins(overview, now, say), _notices(overview, now, say)]),
            *weeks,
            say("me.hint"),
        ],
        [_switches(overview, say), _more(overview, say)],
    )
    return view, [part for part in weeks if isinstance(part, Picture)]


def _switches(overview: MemberOverview, say: Say) -> list[Component]:
    switches = [_switch(overview, purpose, say) for purpose in PURPOSES_IN_ME]
    if overview.notices.settings is not None:
        turn_off = routes.TURN_OFF_CONSENT(overview.guild_id, Purpose.ROOM_NOTICES)
        switches.append(button(say("me.room_notices.withdraw"), turn_off))
    return switches


def _state(overview: MemberOverview, purpose: Purpose) -> str:
    if purpose in overview.outdated:
        return "changed"
    return "on" if purpose in overview.purposes else "off"


def _switch(overview: MemberOverview, purpose: Purpose, say: Say) -> Component:
    if purpose in overview.purposes:
        turn_off = routes.TURN_OFF_CONSENT(overview.guild_id, purpose)
        return button(say(f"me.{purpose}.withdraw"), turn_off)
    return button(say(f"me.{purpose}.ask"), routes.ASK_CONSENT(overview.guild_id, purpose))


def _more(overview: MemberOverview, say: Say) -> list[Component]:
    more = [button(say("me.button.data"), routes.SHOW_DATA(overview.guild_id))]
    if overview.cadence is not None:
        more.insert(0, button(say("me.button.checkins"), CHANGE_CHECKINS(overview.cadence.cadence_id)))
    if overview.notices.settings is not None:
        more.insert(-1, button(say("me.button.notices"), CHANGE_NOTICES(overview.guild_id)))
    if Purpose.CHECKINS in overview.outdated:
        ask = routes.ASK_CONSENT(overview.guild_id, Purpose.CHECKINS)
        more.insert(0, button(say("checkins.button.text"), ask))
    return more


def _checkins(overview: MemberOverview, now: datetime, say: Say) -> str:
    if overview.cadence is None:
        return say("me.checkins_off")
    state = state_at(overview.cadence, now, is_outdated=Purpose.CHECKINS in overview.outdated)
    until = overview.cadence.paused_until or now
    return say(f"checkins.state.{state}", next=overview.next_at or now, until=until)


def _notices(overview: MemberOverview, now: datetime, say: Say) -> str:
    settings = overview.notices.settings
    if settings is None:
        return say("me.room_notices.off")
    state = state_of_notices(settings, now, is_outdated=overview.notices.is_outdated)
    return say(f"notices.state.{state}", until=settings.paused_until or now)


def _weeks(overview: MemberOverview, picture: bytes | None, say: Say) -> list[str | Picture]:
    if Purpose.WEEKLY_COUNTS not in overview.purposes:
        return []
    lines = "\n".join(_week(week, say) for week in not_empty(overview.weeks))
    if picture is None:
        return [lines or say("me.no_weeks")]
    first = day_in_words(monday(overview.weeks[0].week), say)
    last = day_in_words(monday(overview.weeks[-1].week) + _SUNDAY, say)
    alt = f"{say('me.weeks_alt', first=first, last=last)}\n{lines}"
    return [say("me.weeks"), Picture("weeks.png", picture, alt), lines]


def _week(week: Week, say: Say) -> str:
    """Return a week in words. Like the picture, it leaves out a count of zero."""
    named = week_in_words(monday(week.week), say)
    if not week.checkins:
        return say("me.week_sits", week=named, sits=week.sits)
    if not week.sits:
        return say("me.week_checkins", week=named, checkins=week.checkins)
    return say("me.week", week=named, sits=week.sits, checkins=week.checkins)


def choose_server(servers: Sequence[SharedServer], say: Say) -> ui.LayoutView:
    """Return a panel in which a member chooses one of `servers`, where they have data."""
    if not servers:
        return panel([say("me.no_server")])
    return panel(
        [say("me.choose_server")],
        [[server_select(say("servers.choose"), routes.CHOOSE_ME(), servers)]],
    )


def ask(guild_id: int, purpose: Purpose, say: Say) -> ui.LayoutView:
    """Return the explanation of a purpose, with the button that agrees to it."""
    not_now = button(say("consent.button.not_now"), routes.DECLINE_CONSENT())
    return panel([_text(purpose, say)], [[_agree_button(guild_id, purpose, say), not_now]])


def ask_again(guild_id: int, server: str, purpose: Purpose, ends: datetime, say: Say) -> ui.LayoutView:
    """Return what a purpose means now, for a member who agreed to an older text of it in `server`.

    If they do not answer, that consent ends at `ends`.
    """
    no = button(say("consent.button.no"), routes.TURN_OFF_CONSENT(guild_id, purpose))
    named = say(f"consent.name.{purpose}")
    changed = say("consent.changed", purpose=named, server=server, ends=ends)
    return panel([changed, _text(purpose, say)], [[_agree_button(guild_id, purpose, say), no]])


def _text(purpose: Purpose, say: Say) -> str:
    return say(f"consent.{purpose}.{VERSIONS[purpose]}")


def _agree_button(guild_id: int, purpose: Purpose, say: Say) -> Component:
    give = routes.GIVE_CONSENT(guild_id, purpose, VERSIONS[purpose])
    return button(say("consent.button.give"), give, discord.ButtonStyle.primary)


def privacy(policy_url: str, say: Say) -> ui.LayoutView:
    """Return what is saved, for what and until when, made from the list of personal tables."""
    lines = [
        say("privacy.table", what=at_line_start(each.what(say)), until=each.until(say)) for each in PERSONAL
    ]
    policy = say("privacy.policy", link=Markup(policy_url)) if policy_url else say("privacy.no_policy")
    never, rights = say("privacy.never"), say("privacy.rights")
    mark = say("privacy.mark", count=REMEMBERED_DAYS)
    return panel([say("privacy.title"), "\n".join(lines), never, rights, mark, policy])


def receipt_as_text(document: str, say: Say) -> ui.LayoutView:
    """Return a receipt where the bot may not attach it as a file."""
    return panel([say("files.refused"), say("consent.receipt_as_text"), f"```json\n{document}\n```"])


def line(text: str) -> ui.LayoutView:
    """Return a panel of one line."""
    return panel([text])
